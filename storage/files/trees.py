"""Directories with all that is in them: listed, walked and removed."""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from storage.errors import reading

_REMOVE_ATTEMPTS = 3
_BLOCK_BYTES = 4096  # what a file or directory takes at least


@reading
def list_all(directory: str | Path) -> list[str]:
    """Return all names in a directory. Raises FileNotFoundError, NotADirectoryError."""
    return os.listdir(directory)


@reading
def list_names(directory: str | Path) -> list[str]:
    """Return the names in a directory, sorted, without those that begin with a dot.

    The list is empty if the directory is missing, or something else is in its place.
    """
    try:
        names = os.listdir(directory)
    except (FileNotFoundError, NotADirectoryError):
        return []
    return sorted(name for name in names if not name.startswith("."))


def walk(top: str | Path) -> Iterator[os.DirEntry[str]]:
    """Yield everything in a directory, to any depth; what cannot be listed is left out.

    Links are not followed. Unlike `os.walk`, it does not recurse: a thousand levels are no problem.
    """
    pending = [str(top)]
    while pending:
        with suppress(OSError), os.scandir(pending.pop()) as entries:
            for entry in entries:
                yield entry
                if entry.is_dir(follow_symlinks=False):
                    pending.append(entry.path)


class Space(NamedTuple):
    """Bytes, and inodes: each file and directory takes one of these."""

    bytes: int = 0
    inodes: int = 0

    def is_within(self, other: "Space") -> bool:
        """Return whether it is no more than the other one: neither bytes nor inodes."""
        return self.bytes <= other.bytes and self.inodes <= other.inodes

    def minus(self, other: "Space") -> "Space":
        """Return what is left of it without the other one."""
        return Space(self.bytes - other.bytes, self.inodes - other.inodes)


def size_of(top: str) -> int:
    """Return the bytes that what is in a directory takes, each file with its size in whole blocks.

    A file that is being received counts with the size that it will have.
    """
    return sum(map(_size, walk(top)))


def space_of(top: str) -> Space:
    """Return the space that a directory takes: bytes as `size_of` counts them, and all inodes."""
    sizes = [*map(_size, walk(top))]
    return Space(sum(sizes), 1 + len(sizes))


def _size(entry: os.DirEntry[str]) -> int:
    try:
        size = entry.stat(follow_symlinks=False).st_size
    except OSError:  # deleted concurrently
        return 0
    return -(-size // _BLOCK_BYTES) * _BLOCK_BYTES


def remove_tree(directory: str | Path) -> None:
    """Remove a directory with its contents; what cannot be removed stays until the next start.

    It is tried again, as a change that has begun may still add a file, such as that of a job whose
    work is deleted. No other changes begin: nobody finds the document by its path any more.

    Unlike `shutil.rmtree`, it holds one directory open at a time and does not recurse: a thousand
    levels are no problem.
    """
    for _ in range(_REMOVE_ATTEMPTS):
        with suppress(OSError):
            _remove_contents(directory)
            os.rmdir(directory)
            return


def _remove_contents(directory: str | Path) -> None:
    current = _open_directory(directory)
    entered: list[str] = []  # the names of the directories from `directory` to the current one
    remaining = [_remove_files(current)]  # the subdirectories still to be entered, of each level
    try:
        while entered or remaining[0]:
            if remaining[-1]:
                name = remaining[-1].pop()
                with suppress(OSError):
                    child = _open_directory(name, current)
                    os.close(current)
                    current = child
                    entered.append(name)
                    remaining.append(_remove_files(current))
            else:
                parent = _open_directory("..", current)
                os.close(current)
                current = parent
                remaining.pop()
                _remove_directory(entered.pop(), current)
    finally:
        os.close(current)


def _open_directory(path: str | Path, parent: int | None = None) -> int:
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    return os.open(path, flags, dir_fd=parent)


def _remove_files(directory: int) -> list[str]:
    """Remove what is not a directory from an open directory; return the names of those that are."""
    subdirectories = []
    with suppress(OSError), os.scandir(directory) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                subdirectories.append(entry.name)
            else:
                with suppress(OSError):
                    os.unlink(entry.name, dir_fd=directory)
    return subdirectories


def _remove_directory(name: str, parent: int) -> None:
    with suppress(OSError):
        os.rmdir(name, dir_fd=parent)


def last_change(top: str | Path) -> float:
    """Return when anything in a file or directory was last changed or moved, in Unix seconds."""
    times = []
    for path in (str(top), *(entry.path for entry in walk(top))):
        with suppress(OSError):
            times.append(os.lstat(path).st_ctime)
    return max(times, default=time.time())  # removed concurrently
