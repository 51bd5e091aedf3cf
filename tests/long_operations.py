"""What takes long, and so must not be done by a thread that holds the lock of a document."""

import filecmp
import hashlib
import socket
import subprocess
from functools import wraps
from typing import Any

import pytest

from storage import directories, usage
from storage.disk import Disk

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


def forbid_long_operations(patch: pytest.MonkeyPatch) -> None:
    """Let them fail in threads that hold a lock."""
    for owner, name in _OPERATIONS:
        patch.setattr(owner, name, _forbidden_under_a_lock(name, getattr(owner, name)))


def _forbidden_under_a_lock(name: str, function: Any) -> Any:
    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        # A thread that has locked a document holds its directory open (storage/directories.py).
        locked = list(vars(directories._held))
        assert not locked, f"{name} takes too long to be called while these are locked: {locked}"
        return function(*args, **kwargs)

    return call
