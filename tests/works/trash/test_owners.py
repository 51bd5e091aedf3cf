"""Whose a deleted project is when it is handed over, or a member removed, at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import orjson
import pytest

from access.errors import RightMissingError
from projects import service as projects
from storage import trash
from storage.store import Store
from storage.trash import Deletion
from tests.access.members import member, set_members
from tests.held_locks import held, lock_of
from tests.jobs.helpers import until
from tests.people import Person
from tests.simultaneous import at_once
from tests.works.trash.helpers import TRASH, id_of, items


def rewrite(store: Store, project: str, **fields: Any) -> None:
    """Change the document of a project, whose lock another program holds."""
    path = store.root / "projects" / id_of(project) / "project.json"
    changed = path.with_name(".tmp-changed")
    changed.write_bytes(orjson.dumps({**orjson.loads(path.read_bytes()), **fields}))
    changed.replace(path)


def is_owner(person: Person, project: str) -> bool:
    answer = person.get(project)
    return answer.status_code == 200 and answer.json["role"] == "owner"


def while_deleted(
    store: Store, url: str, delete: Callable[[], Any], act: Callable[[], None]
) -> Any:
    """Do something after a deletion has made its entry, and before it locks what is at a URL."""
    with ThreadPoolExecutor(1) as thread:
        with held(lock_of(store.root, url)):
            deleted = thread.submit(delete)
            until(lambda: any(store.trash.documents))
            act()
        return deleted.result(60)


def test_project_that_is_handed_over_meanwhile_is_not_deleted(ana, ben, project, work, store):
    handed_over = {"userId": ben.user["id"], "members": [member(ana, "editor")], "name": "Changed"}

    response = while_deleted(
        store, project, lambda: ana.delete(project), lambda: rewrite(store, project, **handed_over)
    )

    assert (response.status_code, response.json["code"]) == (403, "right_missing")
    assert ben.show(project)["name"] == "Changed"
    assert ben.get(work).status_code == 200
    assert (items(ana), items(ben)) == ([], [])
    with pytest.raises(RightMissingError):  # its address was checked before it was handed over
        projects.delete(store, id_of(project), Deletion(ana.user["id"], permanently=True))


def test_deleted_project_is_its_owners_of_that_moment(ana, ben, project, store):
    def delete() -> str:
        return trash.discard(store, store.projects, id_of(project), Deletion(ben.user["id"]))

    trash_id = while_deleted(
        store, project, delete, lambda: rewrite(store, project, userId=ben.user["id"], members=[])
    )

    assert items(ana) == []
    assert [item["id"] for item in items(ben)] == [trash_id]
    assert ana.post(f"{TRASH}/{trash_id}/restore").status_code == 404
    assert ben.post(f"{TRASH}/{trash_id}/restore").status_code == 200
    assert ben.show(project)["role"] == "owner"


def test_member_who_is_removed_meanwhile_deletes_nothing(ana, ben, project, work, store):
    set_members(store, id_of(project), member(ben, "editor"))

    response = while_deleted(
        store, work, lambda: ben.delete(work), lambda: set_members(store, id_of(project))
    )

    assert response.status_code == 404
    assert ana.get(work).status_code == 200
    assert items(ana) == []


def test_project_that_is_deleted_handed_over_and_changed_at_once_is_its_owners(ana, ben, store):
    for _ in range(8):
        project = ana.new_project(name="Lamps")
        set_members(store, id_of(project), member(ben, "editor"))
        requests = {
            "PATCH": (project, {"name": "Changed"}),
            "POST": (f"{project}/owner", {"userId": ben.user["id"]}),
            "DELETE": (project, None),
        }

        at_once(
            [partial(ana.request, each, url, json=body) for each, (url, body) in requests.items()]
        )

        for item in [*items(ana), *items(ben)]:
            owner = ana if items(ana) else ben
            assert owner.post(f"{TRASH}/{item['id']}/restore").status_code == 200
            assert owner.show(project)["role"] == "owner"
        [owner] = [each for each in (ana, ben) if is_owner(each, project)]
        assert owner.delete(f"{project}?permanently=1").status_code == 204
