"""Files of a data directory that the service's user may not use, as they belong to another one.

They come from users who work in the directory with other rights, such as a copy that root made.
"""

import os
import stat
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from storage.errors import NoAccessError
from storage.files.privileges import advice
from storage.layout import ROOT_DIRECTORIES, ROOT_FILES, directories
from storage.paths import LOST_AND_FOUND

_LOOK_SECONDS = 0.01  # in each request for readiness: some thousand files
_PAUSE_SECONDS = 0.2

# What the service uses there; a file system has a directory of its own beside it.
_AT_TOP = frozenset({*ROOT_FILES, *ROOT_DIRECTORIES}) - {LOST_AND_FOUND, "README.md"}


def denied_paths(root: Path, *, writes: bool = True) -> Iterator[str]:
    """Yield the files and directories that this process may not use as the service does.

    Unless it `writes`, what it may not read. Nothing that is in such a directory is looked at.
    """
    for found in _look_through(root, writes):
        yield from found


class AccessCheck:
    """Looks for what may not be used, a part of the data directory at a time."""

    def __init__(self, root: Path, memory: float) -> None:
        """Report for `memory` seconds that a request had no access to something."""
        self._root = root
        self._memory = memory
        self._lock = threading.Lock()
        self._walk: Iterator[list[str]] = iter(())
        self._found: dict[str, None] = {}  # an ordered set
        self._looked_at = self._denied_at = float("-inf")

    def note_denied(self) -> None:
        """Remember that a request had no access to something."""
        self._denied_at = time.monotonic()

    def check(self) -> None:
        """Look on for a moment. Raises NoAccessError if something was found, or noted just now."""
        if self._lock.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._lock.release()
        found = list(self._found)
        if found or time.monotonic() - self._denied_at < self._memory:
            what = f"no access to {found[0]}" if found else "a request had no access to a file"
            more = f" and {len(found) - 1} more" if len(found) > 1 else ""
            raise NoAccessError(f"{what}{more} in {self._root}. {advice(self._root)}")

    def _look(self) -> None:
        now = time.monotonic()
        if now - self._looked_at < _PAUSE_SECONDS:
            return
        self._looked_at = now
        self._found = {path: None for path in self._found if _is_denied(path)}
        begun_again = False
        while time.monotonic() - now < _LOOK_SECONDS:
            found = next(self._walk, None)
            if found is not None:
                self._found.update(dict.fromkeys(found))
            elif begun_again:
                return
            else:
                self._walk, begun_again = _look_through(self._root), True


def _look_through(root: Path, writes: bool = True) -> Iterator[list[str]]:
    """Yield what may not be used in each directory."""
    if os.geteuid() == 0:
        return
    if _is_denied(str(root), writes):
        yield [str(root)]
    for directory in directories(root):
        names = (
            _AT_TOP.intersection(directory.names) if directory.role == "root" else directory.names
        )
        paths = (f"{directory.path}/{name}" for name in sorted(names))
        yield [path for path in paths if _is_denied(path, writes)]


def _is_denied(path: str, writes: bool = True) -> bool:
    """Return whether this process may not use a file or directory as the service does.

    A file of its own may be read-only: it is replaced, not written to, unless it is a lock.
    """
    try:
        status = os.lstat(path)
    except OSError:  # deleted concurrently, or in a directory that is reported
        return False
    if stat.S_ISDIR(status.st_mode):
        needed = os.R_OK | os.W_OK | os.X_OK
    elif not stat.S_ISREG(status.st_mode):
        return False
    elif status.st_uid == os.geteuid() and not os.path.basename(path).startswith("."):
        needed = os.R_OK
    else:
        needed = os.R_OK | os.W_OK
    if not writes:
        needed &= ~os.W_OK
    if status.st_uid == os.geteuid():
        return (status.st_mode >> 6) & needed != needed
    return not os.access(path, needed, effective_ids=True)
