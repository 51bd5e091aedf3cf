"""The trash counts for the quota, and goes where room is needed: the oldest first."""

import os
from dataclasses import replace
from typing import Any

import pytest
from werkzeug.test import TestResponse

from storage import trash
from storage.files.trees import Space
from storage.limits import StorageLimits
from storage.store import Store
from storage.usage import size_of_project
from tests.people import Person
from tests.works.trash.helpers import TRASH, discard, hand_over, id_of, items, join

MB = 1 << 20

pytestmark = pytest.mark.settings(user_quota_mb=10)


def send(person: Person, work: str, size: int) -> TestResponse:
    """Upload a file of this size as the reference of a work."""
    begin = b"RIFF\0\0\0\0AVI LIST"
    data = begin + bytes(size - len(begin))
    return person.put(f"{work}/media/reference", data=data, content_type="video/x-msvideo")


def discarded(person: Person, project: str, size: int) -> str:
    """Delete a new work with a file of this size; return the id of its entry."""
    work = person.new_work(project)
    assert send(person, work, size).status_code == 200
    return discard(person, work)


def set_time(store: Store, trash_id: str, deleted_at: int) -> None:
    store.trash.change(trash_id, lambda entry: entry.update(deletedAt=deleted_at))


def test_oldest_go_first_and_no_more_than_needed(ana, project, work, store):
    ids = [discarded(ana, project, 3 * MB) for _ in range(3)]
    for trash_id, time in zip(ids, (3_000, 1_000, 2_000), strict=True):
        set_time(store, trash_id, time)

    assert send(ana, work, 5 * MB).status_code == 200

    assert [item["id"] for item in items(ana)] == [ids[0]]


def test_nothing_is_removed_where_all_would_not_suffice(ana, project, work):
    discarded(ana, project, 4 * MB)

    assert send(ana, work, 11 * MB).status_code == 507
    assert len(items(ana)) == 1


def test_jobs_find_room_where_the_trash_fills_the_quota(settings, ana, project, store):
    discarded(ana, project, 9 * MB)

    StorageLimits(store, replace(settings, user_quota_mb=9)).check(ana.user["id"])

    assert items(ana) == []


def test_trash_of_others_stays(ana, ben, project, work):
    discarded(ben, ben.new_project(), 9 * MB)
    discarded(ana, project, 6 * MB)

    assert send(ana, work, 6 * MB).status_code == 200

    assert (len(items(ana)), len(items(ben))) == (0, 1)


def test_room_for_a_former_owner_takes_nothing_of_a_project_that_another_one_deleted(
    ana, ben, project, work, store
):
    join(ana, project, ben, "editor")
    discarded(ana, project, 6 * MB)
    hand_over(ana, project, ben)
    of_project = discard(ben, project)
    own = ana.new_work(ana.new_project())

    assert send(ana, own, 9 * MB).status_code == 200
    assert send(ana, ana.new_work(ana.new_project()), 5 * MB).status_code == 507

    assert ben.post(f"{TRASH}/{of_project}/restore").status_code == 200
    assert len(items(ben)) == 1
    assert ben.post(f"{TRASH}/{items(ben)[0]['id']}/restore").status_code == 200


def test_what_was_deleted_in_a_deleted_project_counts_for_its_last_owner(ana, ben, project):
    join(ana, project, ben, "editor")
    discarded(ana, project, 6 * MB)
    hand_over(ana, project, ben)
    discard(ben, project)
    own = ben.new_work(ben.new_project())

    assert send(ben, own, 6 * MB).status_code == 200

    assert len(items(ben)) == 1  # the project, without what was deleted in it


@pytest.mark.parametrize("all_of_it", [False, True])
def test_what_is_removed_for_good_counts_no_more(ana, project, all_of_it, store):
    trash_id = discarded(ana, project, 4 * MB)
    assert size_of_project(store, id_of(project)) > 4 * MB

    assert ana.delete(TRASH if all_of_it else f"{TRASH}/{trash_id}").status_code == 204

    assert size_of_project(store, id_of(project)) < MB


def test_full_disk_takes_the_oldest_of_all_users(ana, ben, work, store, monkeypatch):
    of_ben = discarded(ben, ben.new_project(), 6 * MB)
    of_ana = discarded(ana, ana.new_project(), 6 * MB)
    set_time(store, of_ben, 1_000)
    see_disk(store, monkeypatch, free=498)

    assert ana.patch(work, json={"name": "New"}).status_code == 200

    assert [entry["id"] for entry in trash.entries(store)] == [of_ana]


def test_deletion_on_a_full_disk_is_permanent(ana, project, work, store, monkeypatch):
    see_disk(store, monkeypatch, free=499)

    response = ana.delete(work)

    assert (response.status_code, response.headers["X-Deleted"]) == (204, "permanently")
    assert items(ana) == []


@pytest.mark.parametrize("of_an_earlier_version", [False, True])
def test_as_many_inodes_as_are_missing_are_freed(
    ana, project, work, store, monkeypatch, of_an_earlier_version
):
    ids = [discard(ana, ana.new_work(project)) for _ in range(3)]
    for number, trash_id in enumerate(ids):
        set_time(store, trash_id, number)
        if of_an_earlier_version:
            store.trash.change(trash_id, lambda entry: entry.pop("inodes"))
    entry = trash.find(store, ids[0])
    assert (entry["inodes"] is None) == of_an_earlier_version
    see_disk(store, monkeypatch, inodes=10_000 - trash.space_in(store, entry).inodes - 1)

    assert ana.patch(work, json={"name": "New"}).status_code == 200

    assert [entry["id"] for entry in trash.entries(store)] == ids[2:]


@pytest.mark.parametrize("shortage", [{"inodes": 9_000}, {"inodes": 9_000, "free": 498}])
def test_nothing_is_removed_where_inodes_would_be_missing_anyway(
    ana, project, work, store, monkeypatch, shortage
):
    discarded(ana, project, 6 * MB)
    see_disk(store, monkeypatch, **shortage)

    assert ana.patch(work, json={"name": "New"}).status_code == 507

    assert len(items(ana)) == 1


def test_no_more_than_needed_is_removed_where_its_space_is_freed_later(
    ana, project, work, store, monkeypatch
):
    for _ in range(3):
        discarded(ana, project, 3 * MB)
    see_disk(store, monkeypatch, free=498, frees=False)

    assert ana.patch(work, json={"name": "New"}).status_code == 507

    assert len(items(ana)) == 2


def test_who_exceeds_the_quota_empties_nobodys_trash(ana, ben, work, store, monkeypatch):
    discarded(ben, ben.new_project(), 6 * MB)
    assert send(ana, work, 8 * MB).status_code == 200
    see_disk(store, monkeypatch, free=502)

    assert send(ana, ana.new_work(ana.new_project()), 5 * MB).status_code == 507
    assert len(items(ben)) == 1

    assert ana.delete(f"{work}/media/reference").status_code == 204
    assert send(ana, work, 5 * MB).status_code == 200
    assert len(items(ben)) == 0


class _Disk:
    """A disk as `statvfs` describes it, which gets free as the trash is emptied."""

    f_blocks, f_frsize, f_files = 200_000, MB, 1_000_000

    def __init__(self, store: Store, free: int, inodes: int, frees: bool) -> None:
        self._store, self._free, self._inodes, self._frees = store, free, inodes, frees
        self._before = self._in_trash()

    @property
    def f_bavail(self) -> int:
        return self._free + self._freed.bytes // MB

    @property
    def f_favail(self) -> int:
        return self._inodes + self._freed.inodes

    @property
    def _freed(self) -> Space:
        return self._before.minus(self._in_trash()) if self._frees else Space()

    def _in_trash(self) -> Space:
        found = [trash.space_in(self._store, entry) for entry in trash.entries(self._store)]
        return Space(*map(sum, zip(*found, strict=True)))


def see_disk(
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    *,
    free: int = 100_000,
    inodes: int = 1_000_000,
    frees: bool = True,
) -> None:
    """Let the service see a disk with so many free MB and inodes.

    500 and 10,000 of them are its reserve. It `frees` at once what is removed, or later.
    """
    disk: Any = _Disk(store, free, inodes, frees)
    monkeypatch.setattr(os, "statvfs", lambda _path: disk)
    store.roomy_until = 0.0
