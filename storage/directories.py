"""Open directories, so that a path is looked up once, and not for each use of a file in it.

On a distributed file system, each component of a path is a question to another machine, and so is
each name in an open directory, but no more than that.
"""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

_RECENT_SECONDS = 1.0
_MAX_RECENT = 64

T = TypeVar("T")
Use = Callable[[str, int | None], T]  # of a name, and the descriptor of the directory it is in


class OpenDirectory(int):
    """The descriptor of a directory, which is closed when nothing refers to it any more."""

    def __new__(cls, path: str, directory: int | None = None) -> "OpenDirectory":
        """Open a directory. Raises FileNotFoundError, NotADirectoryError."""
        flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
        return super().__new__(cls, os.open(path, flags, dir_fd=directory))

    def __del__(self) -> None:
        os.close(self)


_held = threading.local()
_recent: dict[str, tuple[float, OpenDirectory]] = {}


@contextmanager
def hold(path: str, directory: OpenDirectory) -> Iterator[None]:
    """Find what is in an open directory by its descriptor, in this thread and within the block.

    That remains so if the directory is moved.
    """
    held = vars(_held)
    held[path] = directory
    try:
        yield
    finally:
        del held[path]


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


def stat_in(path: str, directory: int | None) -> os.stat_result:
    """Return the status of what has a name in an open directory."""
    return os.stat(path, dir_fd=directory)


def near(path: str, use: Use[T], levels: int = 1) -> T:
    """Call `use` with a path as a name in a directory so many levels up, open or recently opened.

    The directory may have been replaced since then, as by a restored project: what is missing from
    it is looked up by its whole path.
    """
    name, directory = at(path)
    if directory is None:
        top, *names = path.rsplit("/", levels)
        try:
            return use("/".join(names), _open_recently(top))
        except (FileNotFoundError, NotADirectoryError):
            pass
    return use(name, directory)


def _open_recently(path: str) -> OpenDirectory:
    opened_at, directory = _recent.get(path, (0.0, None))
    now = time.monotonic()
    if directory is None or now - opened_at > _RECENT_SECONDS:
        if len(_recent) >= _MAX_RECENT:
            _recent.clear()
        directory = OpenDirectory(path)
        _recent[path] = now, directory
    return directory
