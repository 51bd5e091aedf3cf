"""Shared projects in lists of projects and of jobs."""

from typing import Any

import pytest

from access.rights import EDITOR, VIEWER
from tests.access.members import id_of, member, set_members, store_of
from tests.jobs.helpers import start_job, wait_until_finished
from tests.people import Person
from tests.walk import DEMO

URL = "/api/projects"


@pytest.fixture
def shared(app, ana, ben):
    """A project of Ana's that Ben edits; Ben also has one of his own, and Ana another one."""
    ben.new_project(name="Ben's")
    ana.new_project(name="Ana's alone")
    project = ana.new_project(name="Shared")
    set_members(store_of(app), id_of(project), member(ben, EDITOR, may_pay=True))
    return project


def listed(person: Person, query: str = "") -> dict[str, Any]:
    return {project["name"]: project for project in person.show(f"{URL}{query}")}


def test_lists_have_own_and_shared_projects_with_the_role_of_the_caller(ana, ben, shared):
    assert set(listed(ben)) == {"Ben's", "Shared"}
    assert set(listed(ben, "?shared=1")) == {"Shared"}
    assert set(listed(ben, "?shared=0")) == {"Ben's"}
    assert listed(ben)["Shared"] == {
        "id": id_of(shared),
        "userId": ana.user["id"],
        "name": "Shared",
        "updatedAt": ana.show(shared)["updatedAt"],
        "role": "editor",
        "mayPay": True,
        "ownerName": "ana",
    }
    assert listed(ben)["Ben's"]["role"] == listed(ana)["Shared"]["role"] == "owner"
    assert "ownerName" not in listed(ana)["Shared"]


def test_lists_follow_a_new_role_and_the_end_of_a_membership(app, ben, shared):
    set_members(store_of(app), id_of(shared), member(ben, VIEWER))
    project = listed(ben)["Shared"]
    assert (project["role"], "mayPay" in project) == ("viewer", False)

    set_members(store_of(app), id_of(shared))

    assert set(listed(ben)) == {"Ben's"}


def test_a_project_tells_each_member_the_own_role(ana, ben, shared):
    project = ben.show(shared)

    assert (project["role"], project["mayPay"]) == ("editor", True)
    assert [each["userId"] for each in project["members"]] == [ben.user["id"]]
    assert ana.show(shared)["role"] == "owner"


def test_writing_a_project_back_changes_neither_members_nor_roles(ana, ben, shared):
    before = ana.show(shared)
    changed = {**before, "members": [], "role": "viewer", "mayPay": False, "name": "New"}

    answer = ana.put(shared, json={**changed, "userId": ben.user["id"]})
    after = ana.show(shared)

    assert after == {**before, "name": "New", "updatedAt": after["updatedAt"]}
    assert "X-Unknown-Fields" not in answer.headers
    assert ben.show(shared)["mayPay"] is True


def test_jobs_of_shared_projects_are_listed_with_whoever_ordered_them(ana, ben, shared):
    work = ana.new_work(shared, name="Lamp")
    job = wait_until_finished(ana, start_job(ana, work, "scenario", DEMO))

    [found] = ben.show("/api/jobs?all=1")

    assert (found["id"], found["userId"]) == (job["id"], ana.user["id"])
    assert (found["userName"], found["projectName"], found["workName"]) == ("ana", "Shared", "Lamp")
    assert ben.show("/api/jobs?all=1&mine=1") == []
    cleared = ben.post("/api/jobs/clear", json={"states": ["succeeded"]})
    assert cleared.json == {"cleared": 0, "remaining": 0}
    assert len(ana.show("/api/jobs?all=1&mine=1")) == 1
