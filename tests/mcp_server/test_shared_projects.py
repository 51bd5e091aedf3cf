"""What models see of projects that others share with their user."""

from access.rights import EDITOR, VIEWER
from tests.access.members import member, set_members, store_of
from tests.mcp_server.helpers import data, handle, rpc
from tests.walk import DEMO


def test_find_says_which_role_the_user_has(app, ana, ben):
    own, changed, seen = ben.new_project(), ana.new_project(), ana.new_project()
    set_members(store_of(app), handle(changed), member(ben, EDITOR, may_pay=True))
    set_members(store_of(app), handle(seen), member(ben, VIEWER))

    found = {each.pop("project"): each for each in data(ben, "find", what="projects")["items"]}

    roles = {name: (each["role"], each.get("mayPay")) for name, each in found.items()}
    assert roles == {
        handle(own): ("owner", None),
        handle(changed): ("editor", True),
        handle(seen): ("viewer", None),
    }


def test_jobs_that_others_started_name_them_as_untrusted(app, ana, ben, project, work):
    set_members(store_of(app), handle(project), member(ben, EDITOR))
    job = ana.order(f"{work}/jobs", {"kind": "scenario"}, DEMO)

    for where in ({}, {"work": handle(work)}):
        [theirs] = data(ben, "find", what="jobs", **where)["items"]
        [own] = data(ana, "find", what="jobs", **where)["items"]
        assert theirs["job"] == own["job"] == handle(job)
        assert theirs["untrusted"] == {"startedBy": "ana"}
        assert "untrusted" not in own


def test_resources_are_those_that_the_user_sees(app, project, work, ben):
    set_members(store_of(app), handle(project), member(ben, VIEWER))
    listed = [each["uri"] for each in rpc(ben, "resources/list")["resources"]]

    set_members(store_of(app), handle(project))

    assert listed == [
        f"vidworks://works/{handle(work)}",
        f"vidworks://style-guides/{handle(project)}",
    ]
    assert rpc(ben, "resources/list")["resources"] == []
