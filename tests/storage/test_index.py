"""Lists of documents: order, JSON bodies, and which files they read again."""

import os
import time
from threading import Thread

import pytest

from storage.documents import documents
from storage.documents.index import Entry, Listing
from storage.documents.snapshots import Snapshot, read_current
from storage.errors import UnavailableError
from tests.storage.conftest import scan_always, scan_once
from tests.storage.users import (
    STABLE_AFTER,
    create_users,
    numbers,
    set_number,
    summarize,
    user_file,
    users_index,
)


def test_list_of_a_missing_project_is_empty_and_creates_no_directory(store):
    works = store.works("proj_none")

    assert store.index(works, summarize).current().body() == b"[]"
    assert not (store.root / "projects").exists()


def test_list_is_ordered_by_newest_update_then_id(store):
    for doc_id, updated in [("b", 2), ("c", 3), ("a", 2)]:
        store.users.create(doc_id, {"updatedAt": updated, "number": updated})

    assert list(numbers(users_index(store).current())) == ["c", "a", "b"]


def test_documents_with_equal_update_times_are_ordered_by_newest_creation_then_id(store):
    for doc_id, created in [("b", 1), ("d", 3), ("a", 2), ("c", 2)]:
        times = {"updatedAt": 5, "createdAt": created}
        store.users.create(doc_id, {**times, "number": 0})

    assert list(numbers(users_index(store).current())) == ["d", "a", "c", "b"]


def test_body_is_serialized_once_for_each_filter_key(store):
    create_users(store, "a", "b")
    old_listing = users_index(store).current()
    set_number(store, "b", 7)
    listing = users_index(store).current()

    complete = b'[{"updatedAt":1,"number":0},\n{"updatedAt":1,"number":7}]'
    odd_only = complete[:1] + complete[29:]
    assert listing.body() == complete
    assert listing.body("odd", lambda user: user["number"] % 2 == 1) == odd_only
    assert listing.body() is listing.body()
    assert old_listing.body() != complete


def test_a_damaged_document_is_left_out_of_the_list(store):
    """Its summary is no JSON, as `members` of a project with numbers in place of ids."""
    create_users(store, "a", "b")
    index = store.index(store.users, lambda user: {**summarize(user), "by": {user["number"]: 1}})
    both = store.index(store.users, summarize)

    assert (numbers(index.current()), len(both.current().entries)) == ({}, 2)


@scan_always
def test_scan_does_not_read_unchanged_files(store):
    create_users(store, "a", "b")
    time.sleep(STABLE_AFTER)
    before = numbers(users_index(store).current())
    for doc_id in ("a", "b"):  # invalid contents of the same size and time: a read would fail
        path = user_file(store, doc_id)
        status = path.stat()
        with path.open("r+b") as file:
            file.write(b"x" * status.st_size)
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

    for _ in range(3):
        assert numbers(users_index(store).current()) == before


@scan_always
def test_scan_finds_files_that_were_edited_deleted_and_added_by_hand(store):
    create_users(store, "a", "b", "c")
    users_index(store).current()

    user_file(store, "a").write_text('{"updatedAt": 5, "number": 5}')
    user_file(store, "b").unlink()
    (store.root / "users" / "d").mkdir()
    user_file(store, "d").write_text('{"updatedAt": 6, "number": 6}')

    assert numbers(users_index(store).current()) == {"d": 6, "a": 5, "c": 0}


@scan_always
@pytest.mark.usefixtures("untrusted_mtimes")
def test_scan_finds_an_edit_that_changes_neither_size_nor_mtime(store):
    """Two edits within one tick of the file system's clock have the same mtime."""
    create_users(store, "a")
    path = user_file(store, "a")
    for number in range(1, 9):
        users_index(store).current()

        mtime = path.stat().st_mtime_ns
        path.write_text(path.read_text().replace(str(number - 1), str(number)))
        os.utime(path, ns=(mtime, mtime))

        assert numbers(users_index(store).current()) == {"a": number}


def test_list_is_scanned_again_after_two_seconds(store, clock):
    create_users(store, "a")
    users_index(store).current()
    user_file(store, "a").write_text('{"updatedAt": 5, "number": 5}')

    clock.advance(1.9)
    assert numbers(users_index(store).current()) == {"a": 0}
    clock.advance(0.2)
    assert numbers(users_index(store).current()) == {"a": 5}


@scan_always
@pytest.mark.parametrize(
    "contents",
    [
        *(b"", b"{", b"[]", b"{}", b"\xff", b'{"updatedAt": 1}'),
        *(b'{"updatedAt": "yesterday", "number": 1}', b'{"updatedAt": null, "number": 1}'),
        b'{"updatedAt": 1, "number": 1, "createdAt": "yesterday"}',
    ],
)
def test_unreadable_document_is_not_listed_until_it_is_repaired(store, contents):
    create_users(store, "a", "b")
    users_index(store).current()

    user_file(store, "a").write_bytes(contents)
    assert numbers(users_index(store).current()) == {"b": 0}

    user_file(store, "a").write_text('{"updatedAt": 5, "number": 5}')
    assert numbers(users_index(store).current()) == {"a": 5, "b": 0}


@scan_once
def test_reader_waits_while_another_thread_refreshes_the_list(store, second_store, monkeypatch):
    create_users(store, "a")
    index = users_index(second_store)
    index.current()
    seen: list[dict[str, int]] = []
    second_reader = Thread(target=lambda: seen.append(numbers(index.current())))

    class SlowListing(Listing):
        def __init__(self, entries: list[Entry]) -> None:
            second_reader.start()
            second_reader.join(0.1)
            super().__init__(entries)

    set_number(store, "a", 1)
    monkeypatch.setattr("storage.documents.index.Listing", SlowListing)
    first = numbers(index.current())
    second_reader.join()

    assert seen == [first] == [{"a": 1}]


def test_list_of_a_deleted_project_is_empty_and_dropped_from_memory(store):
    store.projects.create("p1", {})
    store.works("p1").create("w1", {"updatedAt": 1, "number": 1})
    index = store.index(store.works("p1"), summarize)
    assert numbers(index.current()) == {"w1": 1}

    store.projects.delete("p1")
    store.evict_project("p1")

    assert numbers(index.current()) == {}
    assert store.index(store.works("p1"), summarize) is not index


def test_list_is_right_after_a_document_that_could_not_be_read_was_deleted(store, monkeypatch):
    for project_id in "ab":
        store.projects.create(project_id, {"updatedAt": 1})
    listed = store.index(store.projects, dict)

    def read(path: str) -> Snapshot:
        if "/b/" in path:
            raise UnavailableError("Input/output error")
        return read_current(path)

    with monkeypatch.context() as patch:
        patch.setattr(documents, "read_current", read)
        with pytest.raises(UnavailableError):
            listed.current()
    store.projects.delete("b")

    assert [entry.id for entry in listed.current().entries] == ["a"]
