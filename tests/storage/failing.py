"""A file system that fails, such as a mount whose client has ended."""

import fcntl
import os
from pathlib import Path
from typing import Any

import pytest

# A file that can be opened, but not read: the memory of this process, which has nothing at 0.
UNREADABLE = "/proc/self/mem"

_CALLS = ("open", "stat", "lstat", "listdir", "scandir", "statvfs")


def fail_with(monkeypatch: pytest.MonkeyPatch, root: Path, number: int) -> None:
    """Let every system call for a path in a directory fail with an errno."""
    for name in _CALLS:
        monkeypatch.setattr(os, name, _failing(getattr(os, name), root, number))
    monkeypatch.setattr(fcntl, "flock", _failing(fcntl.flock, None, number))


def _failing(call: Any, root: Path | None, number: int) -> Any:
    def fail(path: Any, *args: Any, **kwargs: Any) -> Any:
        if root is None or kwargs.get("dir_fd") is not None or str(path).startswith(str(root)):
            raise OSError(number, os.strerror(number), str(path))
        return call(path, *args, **kwargs)

    return fail
