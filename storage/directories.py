"""Open files and directories, so that a path is looked up once, and not for each use of it.

On a distributed file system, each component of a path is a question to another machine, and so is
each name in an open directory, but no more than that.
"""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from storage.errors import UnavailableError, reading

_RECENT_SECONDS = 1.0
_MAX_RECENT = 64

T = TypeVar("T")
Use = Callable[[str, int | None], T]  # of a name, and the descriptor of the directory it is in


class Descriptor(int):
    """The descriptor of an open file, which is closed when nothing refers to it any more."""

    def __del__(self) -> None:
        with suppress(OSError):  # of a file system that is no longer mounted
            os.close(self)


class OpenDirectory(Descriptor):
    """The descriptor of a directory."""

    def __new__(cls, path: str, directory: int | None = None) -> "OpenDirectory":
        """Open a directory. Raises FileNotFoundError, NotADirectoryError, UnavailableError."""
        return super().__new__(cls, _open(path, directory))


@reading
def _open(path: str, directory: int | None) -> int:
    return os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=directory)


_held = threading.local()
_recent: dict[str, tuple[float, Any]] = {}  # what is open, and until when that is recent


@contextmanager
def hold(path: str, directory: OpenDirectory) -> Iterator[None]:
    """Find what is in an open directory by its descriptor, in this thread and within the block.

    That remains so if the directory is moved.
    """
    held = vars(_held)
    before = held.get(path)
    held[path] = directory
    try:
        yield
    finally:
        del held[path]
        if before is not None:
            held[path] = before


def held(path: str) -> OpenDirectory | None:
    """Return the directory that this thread holds by this path."""
    found: OpenDirectory | None = vars(_held).get(path)
    return found


def at(path: str) -> tuple[str, int | None]:
    """Return a path as a name in a directory that this thread holds, or as it is, and None."""
    held = vars(_held)
    directory, _, name = path.rpartition("/")
    if directory in held:
        return name, held[directory]
    parent, _, directory_name = directory.rpartition("/")
    if parent in held:
        return f"{directory_name}/{name}", held[parent]
    return path, None


def stat_at(path: str) -> os.stat_result:
    """Return the status of a path, found by `at`."""
    return stat_in(*at(path))


@reading
def stat_in(path: str, directory: int | None) -> os.stat_result:
    """Return the status of what has a name in an open directory."""
    return os.stat(path, dir_fd=directory)


def near(path: str, use: Use[T], levels: int = 1) -> T:
    """Call `use` with a path as a name in a directory so many levels up, open or recently opened.

    The directory may have been replaced since then, as by a restored project, or mounted again:
    what cannot be used by its descriptor is used by its whole path.
    """
    name, directory = at(path) if vars(_held) else (path, None)
    return _below(path, use, levels) if directory is None else use(name, directory)


def _below(path: str, use: Use[T], levels: int) -> T:
    """Call `use` with a path as a name in a directory that was opened recently, or as it is."""
    top = path.rsplit("/", levels)[0]
    try:
        return use(path[len(top) + 1 :], recent(top))
    except (OSError, UnavailableError):
        return use(path, None)


def recent(path: str) -> OpenDirectory:
    """Return a directory that was opened at most a second ago.

    Raises FileNotFoundError, NotADirectoryError, UnavailableError.
    """
    return recently(path, OpenDirectory)


def recently(path: str, opener: Use[T]) -> T:
    """Return what `opener` opened at a path at most a second ago, or opens now."""
    kept = _recent.get(path)
    now = time.monotonic()
    if kept is not None and now <= kept[0]:
        found: T = kept[1]
        return found
    top = path
    while top := top.rpartition("/")[0]:
        until, directory = _recent.get(top, (0.0, None))
        if now <= until:
            with suppress(OSError, UnavailableError):  # it may have been replaced, as for `near`
                return _keep(path, opener(path[len(top) + 1 :], directory), until)
            break
    return _keep(path, opener(path, None), now + _RECENT_SECONDS)


def reopen(path: str, levels: int = 0) -> OpenDirectory:
    """Open the directory that is at a path now; the one so many levels up is never replaced.

    It is not that which the thread holds. Raises as `recent`.
    """
    until = time.monotonic() + _RECENT_SECONDS
    opened = _below(path, OpenDirectory, levels) if levels else OpenDirectory(path)
    return _keep(path, opened, until)


def forget(path: str) -> None:
    """Do not keep what is open at a path, since something else is there."""
    _recent.pop(path, None)


def _keep(path: str, opened: T, until: float) -> T:
    if path not in _recent:
        now = time.monotonic()
        for other, (end, _) in list(_recent.items()):
            if end < now:
                _recent.pop(other, None)
        if len(_recent) >= _MAX_RECENT:
            _recent.clear()
    _recent[path] = until, opened
    return opened
