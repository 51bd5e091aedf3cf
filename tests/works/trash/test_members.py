"""Who may restore what was deleted in a project of several people."""

import pytest

from storage import trash
from storage.store import Store
from storage.trash import delete_expired
from storage.usage import size_of_project
from tests.people import Person
from tests.works.trash.helpers import TRASH, discard, hand_over, id_of, items, join


def test_editor_restores_and_removes_what_others_deleted_but_no_project(ana, ben, project, work):
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
def test_those_who_may_change_nothing_find_nothing(ana, ben, project, work, role):
    join(ana, project, ben, role)
    trash_id = discard(ana, work)

    assert items(ben) == []
    for response in (ben.post(f"{TRASH}/{trash_id}/restore"), ben.delete(f"{TRASH}/{trash_id}")):
        assert (response.status_code, response.json["code"]) == (403, "right_missing")
    assert ben.delete(TRASH).status_code == 204
    assert [item["id"] for item in items(ana)] == [trash_id]


def test_trash_of_a_project_goes_to_its_new_owner(ana, ben, project, work, store):
    join(ana, project, ben, "editor")
    discard(ana, work)
    size = size_of_project(store, id_of(project))
    hand_over(ana, project, ben)

    of_project = discard(ben, project)

    assert [item["id"] for item in items(ben)] == [of_project]
    assert items(ana) == []
    assert ben.post(f"{TRASH}/{of_project}/restore").status_code == 200
    assert size_of_project(store, id_of(project)) >= size


def owned(store: Store, *people: Person) -> list[int]:
    """Return how many entries of the trash are each person's."""
    return [len(trash.entries_of_owner(store, person.user["id"])) for person in people]


def test_what_was_deleted_in_a_deleted_project_is_its_last_owners(ana, ben, project, work, store):
    join(ana, project, ben, "editor")
    discard(ana, work)
    hand_over(ana, project, ben)
    discard(ben, ben.new_work(project))
    hand_over(ben, project, ana)
    hand_over(ana, project, ben)
    assert owned(store, ana, ben) == [0, 2]

    of_project = discard(ben, project)
    assert owned(store, ana, ben) == [0, 3]

    assert ben.post(f"{TRASH}/{of_project}/restore").status_code == 200
    hand_over(ben, project, ana)
    assert owned(store, ana, ben) == [2, 0]
    discard(ana, project)
    assert owned(store, ana, ben) == [3, 0]


@pytest.mark.parametrize("way", ["removed", "expired", "permanently"])
def test_what_was_deleted_in_a_project_goes_with_it(ana, ben, project, work, store, way):
    join(ana, project, ben, "editor")
    discard(ana, work)
    hand_over(ana, project, ben)
    if way == "permanently":
        assert ben.delete(f"{project}?permanently=1").status_code == 204
    else:
        of_project = discard(ben, project)
        if way == "removed":
            assert ben.delete(f"{TRASH}/{of_project}").status_code == 204
        else:
            store.trash.change(of_project, lambda entry: entry.update(expiresAt=1))
            delete_expired(store)

    assert list(store.trash.documents) == []
