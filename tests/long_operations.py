"""What takes long, and so must not be done by a thread that holds the lock of a document."""

import filecmp
import hashlib
import socket
import subprocess
import threading
from functools import wraps
from typing import Any

import pytest

from storage import usage
from storage.files.durable_files import Disk
from storage.locking.locks import LockedDocument

# Reading or making durable a whole media file, running a program, using the network, and looking at
# all files of a user.
_OPERATIONS: tuple[tuple[Any, str], ...] = (
    (hashlib, "file_digest"),
    (filecmp, "cmp"),
    (Disk, "sync_path"),
    (subprocess.Popen, "__init__"),
    (socket.socket, "connect"),
    (usage, "_measure"),
)

_thread = threading.local()


def _locked() -> list[str]:
    """Return the directories of the documents that this thread has locked."""
    paths: list[str] = vars(_thread).setdefault("locked", [])
    return paths


def forbid_long_operations(patch: pytest.MonkeyPatch) -> None:
    """Let them fail in threads that hold a lock."""
    init, release = LockedDocument.__init__, LockedDocument.release

    def note_lock(document: LockedDocument, *args: Any) -> None:
        init(document, *args)
        _locked().append(document.directory.path)

    def note_release(document: LockedDocument) -> None:
        _locked().remove(document.directory.path)
        release(document)

    patch.setattr(LockedDocument, "__init__", note_lock)
    patch.setattr(LockedDocument, "release", note_release)
    for owner, name in _OPERATIONS:
        patch.setattr(owner, name, _forbidden_under_a_lock(name, getattr(owner, name)))


def _forbidden_under_a_lock(name: str, function: Any) -> Any:
    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        locked = _locked()
        assert not locked, f"{name} takes too long to be called while these are locked: {locked}"
        return function(*args, **kwargs)

    return call
