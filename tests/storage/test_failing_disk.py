"""A disk or a mount that fails is told apart from files that are missing, wherever it is read."""

import errno
import os
from collections.abc import Callable
from functools import partial
from operator import methodcaller

import pytest

from settings.config import Settings
from storage.errors import UNAVAILABLE, UnavailableError
from storage.files.files import StoredFileIO, exists, is_directory, read_file, same_contents
from storage.files.trees import list_names
from storage.limits import StorageLimits
from storage.locking.locks import FileLock, lock_document
from storage.media.media_files import MediaFiles
from storage.media.take_state import SlotTakes
from storage.paths import WorkRef
from storage.store import Store
from tests.storage.failing import UNREADABLE, fail_with
from tests.storage.users import create_users, users_index

TYPES = ("image/png",)


def media(store: Store) -> MediaFiles:
    return store.media(store.users, "ana")


def takes(store: Store) -> SlotTakes:
    return store.work_takes(WorkRef("p", "w"), "image", TYPES, lambda _take: {})


READS: dict[str, Callable[[Store], object]] = {
    "a document": lambda store: store.users.snapshot("ana"),
    "the ids of documents": lambda store: list(store.users.documents),
    "whether a document exists": lambda store: "ana" in store.users.documents,
    "a list": lambda store: users_index(store).current(),
    "a change log": lambda store: users_index(store).change_log.position(),
    "the queue": lambda store: store.queue.jobs(),
    "the age of a marker": lambda store: store.queue.age("users/ana/jobs", "j"),
    "a media file": lambda store: media(store).open("image", TYPES),
    "the slots with media": lambda store: media(store).slots(),
    "takes": lambda store: takes(store).read(),
    "a secret": lambda store: store.secret("secret"),
    "the lock of a document": lambda store: lock_document(store.root / "users/ana").__enter__(),
    "another lock": lambda store: FileLock.try_acquire(store.root / "users/ana", "any"),
    "free space": lambda store: StorageLimits(store, Settings()).check_free(),
    "names": lambda store: list_names(store.root),
    "whether a file exists": lambda store: exists(store.root / "any"),
    "whether a directory exists": lambda store: is_directory(store.root / "any"),
}


@pytest.mark.parametrize("name", READS)
def test_reading_raises_unavailable_error(store, monkeypatch, name):
    create_users(store, "ana")
    fail_with(monkeypatch, store.root, errno.ENOTCONN)

    with pytest.raises(UnavailableError):
        READS[name](store)


def test_a_file_whose_file_system_fails_can_be_closed(store):
    file = StoredFileIO(store.root / ".lock")
    os.close(file.fileno())

    file.close()

    assert file.closed


@pytest.mark.parametrize("number", sorted(UNAVAILABLE))
def test_every_error_of_a_failing_file_system_counts(store, monkeypatch, number):
    create_users(store, "ana")
    store.users.snapshot("ana")  # cached
    fail_with(monkeypatch, store.root, number)

    with pytest.raises(UnavailableError):
        store.users.snapshot("ana")


@pytest.mark.parametrize(
    "read", [StoredFileIO.readall, methodcaller("read", 1), methodcaller("readinto", bytearray(1))]
)
def test_contents_in_a_bad_place_of_the_disk_raise_unavailable_error(read):
    with StoredFileIO(UNREADABLE) as file, pytest.raises(UnavailableError):
        read(file)


@pytest.mark.parametrize("read", [read_file, partial(same_contents, UNREADABLE)])
def test_file_in_a_bad_place_of_the_disk_raises_unavailable_error(read):
    with pytest.raises(UnavailableError):
        read(UNREADABLE)
