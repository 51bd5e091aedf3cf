"""What the guard permits members: by their role, at once, and until they are removed."""

import io
from typing import Any

import pytest

from access.rights import EDITOR, REVIEWER, VIEWER
from tests.access.members import id_of, member, set_members, store_of


@pytest.mark.parametrize(
    ("role", "may_create", "may_rename"),
    [(EDITOR, 201, 403), (REVIEWER, 403, 403), (VIEWER, 403, 403)],
)
def test_a_member_may_do_what_the_role_permits(app, project, ben, role, may_create, may_rename):
    set_members(store_of(app), id_of(project), member(ben, role))

    assert ben.get(project).status_code == 200
    assert ben.post(f"{project}/works", json={}).status_code == may_create
    assert ben.patch(project, json={"name": "Mine"}).status_code == may_rename


def test_a_refusal_names_the_role_the_right_and_what_the_owner_can_do(app, project, ben):
    set_members(store_of(app), id_of(project), member(ben, VIEWER))

    refused = ben.post(f"{project}/works", json={})

    assert refused.json == {
        "error": "Your role in this project does not permit this",
        "code": "right_missing",
        "role": "viewer",
        "right": "change",
        "details": "You are a viewer of this project and may not change anything. Its owner can"
        " give you another role under Team.",
    }


def test_a_scope_limits_the_owner_as_well_as_a_member(app, project, ben):
    set_members(store_of(app), id_of(project), member(ben, EDITOR))

    refused = ben.with_scopes("works:read").post(f"{project}/works", json={})

    assert refused.json["code"] == "missing_scope"


def test_a_removed_member_finds_no_project_and_no_work(app, project, ana, ben):
    work = ana.new_work(project)
    set_members(store_of(app), id_of(project), member(ben, VIEWER))
    assert ben.get(work).status_code == 200

    set_members(store_of(app), id_of(project))

    assert ben.get(project).status_code == 404
    assert ben.get(work).status_code == 404


def test_new_rights_count_at_once_although_routes_of_works_read_a_kept_copy(app, project, ana, ben):
    work = ana.new_work(project)
    assert ben.get(work).status_code == 404
    set_members(store_of(app), id_of(project), member(ben, VIEWER))
    assert ben.patch(work, json={"name": "New"}).status_code == 403
    set_members(store_of(app), id_of(project), member(ben, EDITOR))

    assert ben.patch(work, json={"name": "New"}).status_code == 200


def test_an_upload_that_arrives_after_the_membership_has_ended_is_not_stored(
    app, ana, ben, project, work, samples
):
    store, project_id = store_of(app), id_of(project)
    set_members(store, project_id, member(ben, EDITOR))
    image = (samples / "image.png").read_bytes()

    class EndsMembership(io.BytesIO):
        def readinto(self, buffer: Any) -> int:
            set_members(store, project_id)
            return super().readinto(buffer)

    refused = ben.put(
        f"{work}/media/scene/0/image",
        input_stream=EndsMembership(image),
        content_type="image/png",
        content_length=len(image),
    )

    assert refused.status_code == 404
    assert ana.get(f"{work}/media/scene/0/image").status_code == 404
