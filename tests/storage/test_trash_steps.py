"""Moving to the trash and back: whatever fails, the document is whole, and in one place."""

import errno
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest

from errors import ConflictError
from storage import trash
from storage.clock import now_ms
from storage.errors import DiskFullError, ExistsError, NotFoundError, StorageError
from storage.leftovers import find_leftovers, remove_leftovers
from storage.paths import WorkRef
from storage.store import Store
from storage.trash import Deletion, delete_expired
from tests.storage.steps import KilledError, failing_at
from works.origins import UPLOADED
from works.slots import scene_image
from works.work_media import store_file

BY_ANA = Deletion("ana")
FILES = {"work.json": b"", "media/audio.mp3": b"audio", "jobs/j/job.json": b"{}"}
FAILURES = [OSError(errno.EIO, "I/O error"), KilledError()]


@pytest.fixture(params=["work", "project"])
def moved(request, store):
    """The directory of a document that is deleted: of a work, or of its project."""
    common = {"id": "p", "name": "Lamps", "updatedAt": 1}
    store.projects.create("p", {**common, "userId": "ana"})
    store.works("p").create("w", {**common, "id": "w", "projectId": "p"})
    work = store.root / "projects" / "p" / "works" / "w"
    for name, data in FILES.items():
        (work / name).parent.mkdir(parents=True, exist_ok=True)
        if data:
            (work / name).write_bytes(data)
    return work if request.param == "work" else work.parent.parent


def contents(directory: Path) -> dict[str, bytes]:
    """Return the files in a directory, but for locks, logs and what a start removes."""
    paths = [path for path in directory.rglob("*") if path.is_file()]
    names = {path: str(path.relative_to(directory)) for path in paths}
    return {name: path.read_bytes() for path, name in names.items() if "/." not in f"/{name}"}


def discard(store: Store, directory: Path) -> str:
    table = store.collection(str(directory.parent.relative_to(store.root)))
    return trash.discard(store, table, directory.name, BY_ANA)


def restore(store: Store, _directory: Path) -> None:
    for entry in trash.entries(store):
        trash.restore(store, entry["id"], lambda _entry, _directory: None)


def places(store: Store, directory: Path) -> list[Path]:
    """Return where the document is now."""
    in_trash = [Path(trash.content_of(store.root, entry)) for entry in trash.entries(store)]
    return [path for path in (directory, *in_trash) if path.is_dir()]


def fail_at_each_step(
    store: Store,
    directory: Path,
    act: Callable[[Store, Path], object],
    undo: Callable[[Store, Path], object],
    error: BaseException,
) -> set[bool]:
    """Fail at each step of an action; return whether the document was in its place after some.

    After each failure, it is whole, in one place, and comes back from the trash.
    """
    outcomes, before = set(), contents(directory) or contents(places(store, directory)[0])
    for step in count(1):
        with failing_at(step, error) as steps, suppress(type(error), StorageError):
            act(store, directory)
        if steps.taken < step:
            return outcomes
        if isinstance(error, KilledError):
            remove_leftovers(store.root)  # as the next start does
        [place] = places(store, directory)
        assert contents(place) == before
        outcomes.add(place == directory)
        if (place == directory) == (act is restore):
            undo(store, directory)
        assert act is restore or contents(directory) == before
    raise AssertionError("unreachable")


@pytest.mark.parametrize("error", FAILURES, ids=["failure", "death"])
def test_document_is_in_one_place_whatever_fails_when_it_is_deleted(store, moved, error):
    assert fail_at_each_step(store, moved, discard, restore, error) == {True, False}
    assert list(find_leftovers(store.root)) == []


@pytest.mark.parametrize("error", FAILURES, ids=["failure", "death"])
def test_document_is_in_one_place_whatever_fails_when_it_is_restored(store, moved, error):
    discard(store, moved)

    assert fail_at_each_step(store, moved, restore, discard, error) == {True, False}


def test_hollow_entries_that_crashes_leave_are_removed(store, moved):
    fail_at_each_step(store, moved, discard, restore, KilledError())
    restore(store, moved)
    old = {"deletedAt": 1, "expiresAt": now_ms() + 1_000_000}
    for trash_id in list(store.trash.documents):
        store.trash.change(trash_id, lambda entry: entry.update(old))

    delete_expired(store)

    assert list(store.trash.documents) == []
    assert places(store, moved) == [moved]


def test_document_is_removed_at_once_if_the_disk_has_no_room_for_an_entry(
    store, moved, monkeypatch
):
    def create(*_args: object) -> None:
        raise DiskFullError("no space left")

    monkeypatch.setattr(type(store.trash), "create", create)

    assert discard(store, moved) == ""
    assert places(store, moved) == []


def test_only_the_first_of_two_deletes_or_restores(store, moved):
    trash_id = discard(store, moved)
    with pytest.raises(NotFoundError):
        discard(store, moved)
    restore(store, moved)
    with pytest.raises(NotFoundError):
        trash.restore(store, trash_id, lambda _entry, _directory: None)

    assert places(store, moved) == [moved]


def test_restored_document_is_seen_by_other_processes_at_once(store, second_store, moved):
    tables = [
        each.collection(str(moved.parent.relative_to(store.root))) for each in (store, second_store)
    ]
    index = second_store.index(tables[1], dict)
    jobs = second_store.project_jobs("p", lambda job: {"updatedAt": 1, **job})
    assert (len(index.current().entries), len(jobs.current().entries)) == (1, 1)

    discard(store, moved)
    assert index.current().entries == []
    restore(store, moved)

    assert [entry.id for entry in index.current().entries] == [moved.name]
    assert [entry.id for entry in jobs.current().entries] == ["w/j"]
    with pytest.raises(ExistsError):
        tables[1].create(moved.name, {})


def test_file_that_arrives_while_its_work_is_deleted_finds_no_work(store, moved):
    with store.work_media(WorkRef("p", "w")).receive() as incoming:
        incoming.write(b"\x89PNG\r\n\x1a\n")
        discard(store, moved)
        with pytest.raises(NotFoundError):
            store_file(store, WorkRef("p", "w"), scene_image(0), incoming, "image/png", UPLOADED)

    assert list(find_leftovers(store.root)) == []


def test_file_that_arrives_while_its_work_is_deleted_and_restored_is_lost(store, moved):
    def upload_in_two_steps() -> Iterator[None]:
        with store.work_media(WorkRef("p", "w")).receive() as incoming:
            incoming.write(b"\x89PNG\r\n\x1a\n")
            yield
            store_file(store, WorkRef("p", "w"), scene_image(0), incoming, "image/png", UPLOADED)

    upload = upload_in_two_steps()
    next(upload)
    discard(store, moved)
    restore(store, moved)

    with pytest.raises(ConflictError, match="lost"):
        next(upload)
    assert list(find_leftovers(store.root)) == []


def test_node_changes_nothing_in_what_another_one_has_deleted(store, moved):
    """It may have the directory open for a second, and finds it there in the trash."""
    node, other = (Store(store.root, fsync=False, node=name) for name in "ab")
    other.works("p").snapshot("w")

    discard(node, moved)
    with pytest.raises(NotFoundError):
        other.works("p").change("w", lambda work: work.update(name="Changed"))
    with pytest.raises(NotFoundError):
        other.work_jobs(WorkRef("p", "w")).create("k", {"id": "k"})
    restore(other, moved)

    assert node.works("p").snapshot("w").values["name"] == "Lamps"
    assert node.works("p").change("w", lambda work: work.update(updatedAt=2)).values["id"] == "w"
