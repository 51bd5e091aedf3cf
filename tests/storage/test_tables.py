"""Documents: one file each, replaced atomically, changed by one writer at a time."""

import gc
import os
import stat
import sys
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from threading import Event, Thread
from typing import Any

import orjson
import pytest

from storage.documents.snapshots import MAX_DOCUMENT_BYTES, Snapshot, serialize
from storage.documents.tables import DocumentTable
from storage.errors import DocumentTooLargeError, ExistsError, NotFoundError, UnreadableError
from storage.store import Store
from tests.simultaneous import at_once
from tests.storage.ids import INVALID_IDS

UNREADABLE = [b"", b"{", b"[]", b"null", b'"text"', b"\xff\xfe", b'{"a": NaN}']


def ana(store: Store) -> dict[str, Any]:
    """Return the values of the user "ana"."""
    return store.users.snapshot("ana").parse()


def names(directory: Path) -> set[str]:
    """Return the names in a directory."""
    return {path.name for path in directory.iterdir()}


@pytest.fixture
def frequent_switches():
    """Let threads take turns far more often than usual."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


def test_document_is_stored_as_indented_json(user_directory):
    assert (user_directory / "user.json").read_text() == '{\n  "name": "Ana",\n  "number": 1\n}'


def test_files_are_accessible_by_their_owner_only(store, user_directory):
    store.users.change("ana", lambda user: user.update(number=2))

    for path in store.root.rglob("*"):
        expected = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == expected, path


def test_create_and_change_return_the_stored_version(store, user_directory):
    created = store.users.create("ben", {"name": "Ben"})
    changed = store.users.change("ana", lambda user: user.update(number=2))

    assert created.data == store.users.snapshot("ben").data
    assert changed.data == (user_directory / "user.json").read_bytes()
    assert changed.etag == store.users.snapshot("ana").etag != created.etag


def test_of_simultaneous_creations_of_one_id_one_succeeds(store, second_store):
    def creation(number: int) -> Callable[[], Snapshot | None]:
        def create() -> Snapshot | None:
            try:
                return (store, second_store)[number % 2].users.create("ana", {"number": number})
            except ExistsError:
                return None

        return create

    created = [snapshot for snapshot in at_once([creation(n) for n in range(8)]) if snapshot]

    assert len(created) == 1
    assert store.users.snapshot("ana").data == created[0].data
    assert names(store.root / "users") == {"ana", ".changes"}


@pytest.mark.parametrize("doc_id", INVALID_IDS)
def test_invalid_id_raises_not_found_and_writes_nothing(store, user_directory, doc_id):
    table = store.users
    before = sorted(store.root.rglob("*"))

    with pytest.raises(NotFoundError):
        table.snapshot(doc_id)
    with pytest.raises(NotFoundError):
        table.create(doc_id, {})
    with pytest.raises(NotFoundError):
        table.change(doc_id, lambda _: None)
    with pytest.raises(NotFoundError):
        table.delete(doc_id)
    assert sorted(store.root.rglob("*")) == before


def test_missing_document_raises_not_found(store, user_directory):
    with pytest.raises(NotFoundError):
        store.users.snapshot("ben")
    with pytest.raises(NotFoundError):
        store.users.change("ben", lambda _: None)
    with pytest.raises(NotFoundError):
        store.users.delete("ben")
    assert not (store.root / "users" / "ben").exists()


@pytest.mark.parametrize("contents", UNREADABLE)
def test_file_that_is_not_a_json_object_is_unreadable_and_not_changed(
    store, user_directory, contents
):
    (user_directory / "user.json").write_bytes(contents)

    with pytest.raises(UnreadableError):
        store.users.snapshot("ana").parse()
    with pytest.raises(UnreadableError):
        store.users.change("ana", lambda user: user.update(number=2))
    assert (user_directory / "user.json").read_bytes() == contents


def test_directory_in_place_of_a_document_is_unreadable(store, user_directory):
    (user_directory / "user.json").unlink()
    (user_directory / "user.json").mkdir()

    with pytest.raises(UnreadableError):
        store.users.snapshot("ana")


def test_failed_change_leaves_the_document_unchanged_and_unlocked(store, user_directory):
    before = (user_directory / "user.json").stat()

    def fail(user: dict[str, Any]) -> None:
        user["number"] = 2
        raise RuntimeError

    with pytest.raises(RuntimeError):
        store.users.change("ana", fail)
    with pytest.raises(TypeError):
        store.users.change("ana", lambda user: user.update(number=object()))

    assert (user_directory / "user.json").stat() == before
    assert ana(store)["number"] == 1
    assert store.users.change("ana", lambda user: user.update(number=3)).values["number"] == 3


def test_failed_check_prevents_change_and_deletion(store, user_directory):
    def fail(before: Snapshot) -> None:
        assert before.values["number"] == 1
        raise RuntimeError

    with pytest.raises(RuntimeError):
        store.users.change("ana", lambda user: user.update(number=2), fail)
    with pytest.raises(RuntimeError):
        store.users.delete("ana", fail)

    assert ana(store)["number"] == 1


def test_concurrent_reader_never_sees_a_partial_write(store, user_directory):
    lengths: set[int] = set()
    written = Event()

    def write() -> None:
        """Write 300 times, and on until the reader has seen both versions."""
        deadline = time.monotonic() + 30
        try:
            for turn in count():
                text = "ab"[turn % 2] * (1000 if turn % 2 else 200_000)
                store.users.change("ana", lambda user, text=text: user.update(name=text))
                both_seen = {1000, 200_000} <= lengths
                if turn >= 300 and (both_seen or time.monotonic() > deadline):
                    break
        finally:
            written.set()

    writer = Thread(target=write)
    writer.start()
    while not written.is_set():
        user = orjson.loads((user_directory / "user.json").read_bytes())
        assert user["name"] == "Ana" or len(set(user["name"])) == 1
        lengths.add(len(user["name"]))
        time.sleep(0.0005)  # else the writer waits for the interpreter's lock again and again
    writer.join()

    assert {1000, 200_000} <= lengths


def test_repeated_writes_leave_no_temporary_files(store, user_directory):
    for number in range(20):
        store.users.change("ana", lambda user, n=number: user.update(number=n))

    assert names(user_directory) == {"user.json", ".lock"}


def test_delete_removes_the_directory_with_everything_in_it(store, user_directory):
    (user_directory / "media").mkdir()
    (user_directory / "media" / "video.mp4").write_bytes(b"video")

    store.users.delete("ana")

    assert not user_directory.exists()
    assert names(user_directory.parent) == {".changes"}


def test_file_edited_by_hand_is_read_again_whatever_its_mtime(store, user_directory):
    for age in (0, 3600):
        text = f'{{"number": {age}}}'
        (user_directory / "user.json").write_text(text)
        os.utime(user_directory / "user.json", (time.time() - age, time.time() - age))

        assert ana(store) == {"number": age}


@pytest.mark.usefixtures("untrusted_mtimes")
def test_edit_that_changes_neither_size_nor_mtime_is_read_again(store, user_directory):
    path = user_directory / "user.json"
    for number in range(2, 10):
        mtime = path.stat().st_mtime_ns
        ana(store)

        with path.open("r+b") as file:
            file.write(orjson.dumps({"name": "Ana", "number": number}).ljust(34))
        os.utime(path, ns=(mtime, mtime))

        assert path.stat().st_mtime_ns == mtime
        assert ana(store)["number"] == number


def test_writing_to_a_project_deleted_meanwhile_raises_not_found_and_leaves_no_files(store):
    store.projects.create("p1", {})
    works = store.works("p1")
    works.create("w1", {"number": 1})

    def change(work: dict[str, Any]) -> None:
        work["number"] = 2
        store.projects.delete("p1")

    with pytest.raises(NotFoundError):
        works.change("w1", change)
    with pytest.raises(NotFoundError):
        works.create("w2", {})
    assert names(store.root / "projects") == {".changes"}


# --- the size of documents ------------------------------------------------------------------------


def text_of(size: int) -> str:
    """Return a text with which a document `{"name": …}` has this many bytes."""
    return "x" * (size - len(serialize({"name": ""})))


def test_document_of_the_largest_size_is_stored(store):
    store.users.create("ben", {"name": text_of(MAX_DOCUMENT_BYTES)})

    assert len(store.users.snapshot("ben").data) == MAX_DOCUMENT_BYTES


def stage(store: Store, values: dict[str, Any]) -> None:
    with store.users.stage(values):
        pass


WRITES: list[Callable[[Store, dict[str, Any]], object]] = [
    lambda store, values: store.users.create("ben", values),
    lambda store, values: store.users.change("ana", lambda user: user.update(values)),
    lambda store, values: store.users.update(values, doc_ids=["ana"]),  # type: ignore[list-item]
    stage,
]


@pytest.mark.parametrize("write", WRITES)
def test_larger_document_is_not_stored(store, user_directory, write):
    before = ana(store)

    with pytest.raises(DocumentTooLargeError, match="at most 16,777,216 are stored"):
        write(store, {"name": text_of(MAX_DOCUMENT_BYTES + 100)})

    assert ana(store) == before
    assert names(user_directory.parent) <= {"ana", ".changes"}


def test_document_that_is_larger_already_can_be_changed_but_not_grow(store, user_directory):
    name = text_of(MAX_DOCUMENT_BYTES + 10)
    (user_directory / "user.json").write_bytes(
        serialize({"name": ""}).replace(b'""', b'"%b"' % name.encode())
    )

    store.users.change("ana", lambda user: user.update(name=name.replace("x", "y")))
    store.users.change("ana", lambda user: user.update(name=name[:-5]))
    with pytest.raises(DocumentTooLargeError):
        store.users.change("ana", lambda user: user.update(name=name))


def test_draft_of_the_current_version_is_what_is_changed(store, user_directory):
    copy = store.users.working_copy("ana")
    changed = store.users.change("ana", lambda user: user.update(number=2), copy=copy)

    store.users.change("ana", lambda user: user.update(seen=user["number"]), copy=copy)

    assert changed.parse()["number"] == 2
    assert ana(store)["seen"] == 2, "the copy was no longer current"


def test_collections_that_do_not_exist_take_no_memory_for_long(store):
    before = sum(isinstance(each, DocumentTable) for each in gc.get_objects())

    for number in range(3000):
        store.works(f"project_{number}")

    after = sum(isinstance(each, DocumentTable) for each in gc.get_objects())
    assert after - before <= 1000


def test_project_can_be_evicted_while_other_collections_are_opened(store, frequent_switches):
    for number in range(900):
        store.works(f"earlier_{number}")
    names, evicted = count(), Event()

    def open_collections() -> None:
        while not evicted.is_set():
            store.works(f"project_{next(names)}")

    def evict() -> None:
        try:
            for _ in range(100):
                store.evict_project("project")
        finally:
            evicted.set()

    at_once([open_collections, open_collections, evict])
