"""Who may restore what was deleted in a project of several people."""

import pytest

from storage.store import Store
from storage.usage import size_of_project
from tests.people import Person
from tests.trash.helpers import TRASH, discard, id_of, items


def join(owner: Person, project: str, member: Person, role: str) -> None:
    """Make someone a member of a project."""
    body = {"email": member.user["email"], "role": role}
    invitation = owner.create(f"{project}/members", body)["id"]
    assert member.post(f"/api/invitations/{invitation}/accept").status_code == 200


def test_editor_restores_and_removes_what_others_deleted_but_no_project(
    ana: Person, ben: Person, project: str, work: str
) -> None:
    join(ana, project, ben, "editor")
    first, second = discard(ana, work), discard(ben, ana.new_work(project))

    assert [item["deletedBy"]["name"] for item in items(ben)] == ["ben", "ana"]
    assert ben.post(f"{TRASH}/{first}/restore").status_code == 200
    assert ben.delete(f"{TRASH}/{second}").status_code == 204
    assert ben.delete(project).status_code == 403
    of_project = discard(ana, project)

    assert items(ben) == []
    assert ben.post(f"{TRASH}/{of_project}/restore").status_code == 404
    assert ben.delete(TRASH).status_code == 204
    assert ana.post(f"{TRASH}/{of_project}/restore").status_code == 200
    assert ben.get(work).status_code == 200


@pytest.mark.parametrize("role", ["reviewer", "viewer"])
def test_those_who_may_change_nothing_find_nothing(
    ana: Person, ben: Person, project: str, work: str, role: str
) -> None:
    join(ana, project, ben, role)
    trash_id = discard(ana, work)

    assert items(ben) == []
    for response in (ben.post(f"{TRASH}/{trash_id}/restore"), ben.delete(f"{TRASH}/{trash_id}")):
        assert (response.status_code, response.json["code"]) == (403, "right_missing")
    assert ben.delete(TRASH).status_code == 204
    assert [item["id"] for item in items(ana)] == [trash_id]


def test_trash_of_a_project_goes_to_its_new_owner(
    ana: Person, ben: Person, project: str, work: str, store: Store
) -> None:
    join(ana, project, ben, "editor")
    discard(ana, work)
    size = size_of_project(store, id_of(project))
    assert ana.post(f"{project}/owner", json={"userId": ben.user["id"]}).status_code == 200

    of_project = discard(ben, project)

    assert [item["id"] for item in items(ben)] == [of_project]
    assert items(ana) == []
    assert ben.post(f"{TRASH}/{of_project}/restore").status_code == 200
    assert size_of_project(store, id_of(project)) >= size
