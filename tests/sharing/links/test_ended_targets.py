"""Links and keys are removed with what they are for, once that is gone for good."""

from typing import Any

import pytest

from storage import trash
from storage.files.trees import Space
from storage.orphans import delete_orphans
from storage.store import Store
from storage.trash import delete_expired, oldest_removed
from tests.people import Person
from tests.walk import PopulatedProject
from tests.works.trash.helpers import TRASH, discard

KEYS = ("project", "work", "export", "asset")


@pytest.fixture
def ana(populated):
    return populated.owner


@pytest.fixture
def links(ana, populated, store):
    """The ids of links of each kind by what they open, and of the project's keys."""
    project, work, export = (populated.project, populated.work, populated.export)
    ids = {"projectId": project.rpartition("/")[2]}
    in_work = {**ids, "workId": work.rpartition("/")[2]}
    export_id, asset_id = export.rpartition("/")[2], populated.asset.rpartition("/")[2]

    def make(**body: Any) -> str:
        return str(ana.create("/api/links", body)["id"])

    found = {
        "project invitation": ana.create(
            f"{project}/invitations", {"email": "ben@example.com", "role": "editor"}
        )["id"],
        "project upload": make(kind="upload", **ids),
        "project upload for a work": make(kind="upload", **in_work),
        "work review": ana.create(f"{work}/reviews", {"password": "open sesame"})["id"],
        "work media": make(kind="media", **in_work, media="audio"),
        "export review": ana.create(f"{work}/reviews", {"exportId": export_id})["id"],
        "export download": make(kind="export", **in_work, exportId=export_id),
        "asset media": make(kind="media", **ids, assetId=asset_id),
    }
    assert ana.put(f"{project}/provider-keys/gemini", json={"key": "x" * 20}).status_code == 204
    return found


def left(store: Store, links: dict[str, str]) -> set[str]:
    """Return what is left of these links."""
    return {name for name, link_id in links.items() if link_id in store.links.documents}


def has_keys(store: Store, populated: PopulatedProject) -> bool:
    """Return whether keys are kept for the project."""
    return populated.project.rpartition("/")[2] in store.provider_keys.documents


def without(links: dict[str, str], *names: str) -> set[str]:
    """Return the links that open something else."""
    return {name for name in links if name.split()[0] not in names}


def at_once(person: Person, url: str, _store: Store) -> None:
    assert person.delete(f"{url}?permanently=1").status_code == 204


def from_trash(person: Person, url: str, _store: Store) -> None:
    assert person.delete(f"{TRASH}/{discard(person, url)}").status_code == 204


def emptied(person: Person, url: str, _store: Store) -> None:
    discard(person, url)
    assert person.delete(TRASH).status_code == 204


def expired(person: Person, url: str, store: Store) -> None:
    store.trash.change(discard(person, url), lambda entry: entry.update(expiresAt=1))
    delete_expired(store)


def for_room(person: Person, url: str, store: Store) -> None:
    discard(person, url)
    assert [
        *oldest_removed(store, lambda: Space(sum(each["bytes"] for each in trash.entries(store))))
    ]


WAYS = (at_once, from_trash, emptied, expired, for_room)
GONE = {"project": KEYS, "work": ("work", "export"), "asset": ("asset",)}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", GONE)
def test_links_go_with_what_is_removed_for_good(ana, store, populated, links, way, kind):
    way(ana, getattr(populated, kind), store)

    assert left(store, links) == without(links, *GONE[kind])
    assert has_keys(store, populated) == (kind != "project")


def test_links_to_an_export_go_with_it(ana, store, populated, links):
    assert ana.delete(populated.export).status_code == 204

    assert left(store, links) == without(links, "export")


@pytest.mark.parametrize("kind", GONE)
def test_what_is_restored_has_its_links(ana, store, populated, links, kind):
    url = getattr(populated, kind)
    trash_id = discard(ana, url)
    delete_orphans(store)
    assert left(store, links) == {*links}

    ana.post(f"{TRASH}/{trash_id}/restore")
    delete_orphans(store)

    assert left(store, links) == {*links}
    assert has_keys(store, populated)


@pytest.mark.parametrize("kind", [*GONE, "export"])
def test_what_a_crash_left_is_removed(ana, store, populated, links, kind):
    collection, _, doc_id = getattr(populated, kind).removeprefix("/api/").rpartition("/")
    store.collection(collection).delete(doc_id)  # as if the process died right after that
    assert left(store, links) == {*links}

    delete_orphans(store)

    assert left(store, links) == without(links, *GONE.get(kind, (kind,)))
    assert has_keys(store, populated) == (kind != "project")


def test_keys_of_users_stay(ana, store):
    assert ana.put("/api/provider-keys/gemini", json={"key": "x" * 20}).status_code == 204

    delete_orphans(store)

    assert ana.user["id"] in store.provider_keys.documents


def test_an_entry_that_a_crash_left_after_a_restore_takes_no_link(ana, store, populated, links):
    trash_id = discard(ana, populated.work)
    entry = dict(store.trash.snapshot(trash_id).values)
    assert ana.post(f"{TRASH}/{trash_id}/restore").status_code == 200
    store.trash.create(trash_id, {**entry, "deletedAt": 1})  # it was not removed in the end

    delete_expired(store)

    assert trash_id not in store.trash.documents
    assert left(store, links) == {*links}
