"""A collection's log of changed ids, by which lists know that nothing changed.

Each write appends the id of its document to `.changes`, after the document is in place and before
the write is acknowledged. So a reader that finds the log as long as before has seen every
acknowledged write, and one that finds it longer reads the new lines and those documents only.
It is no record: it needs no fsync and may be cut or removed at any time. Readers who notice look
at every document; should they not, because a new file looks like the old one, their next look at
all documents finds what they missed (see listing.py).
"""

import os
import secrets
from collections.abc import Iterable
from typing import NamedTuple

from storage import paths
from storage.errors import FULL, NotFoundError, writing

_MAX_BYTES = 1_000_000
_MAX_LINE = 65  # an id and its newline


class Mark(NamedTuple):
    """How far a log was read: which file, and up to which byte."""

    inode: int
    size: int


class ChangeLog:
    """The log of one collection directory."""

    def __init__(self, directory: str) -> None:
        self._directory = directory
        self._path = f"{directory}/{paths.CHANGES}"

    def append(self, ids: Iterable[str]) -> None:
        """Note that documents changed. Raises NotFoundError if the collection is gone."""
        # The break before a line ends what a crash or a full disk left of the one before.
        lines = "".join(f"\n{doc_id}\n" for doc_id in ids).encode()
        with writing():
            while not self._append(lines):
                pass  # the log was renewed under our hands: readers look at the new one

    def mark(self) -> Mark:
        """Where the log ends now."""
        try:
            status = os.stat(self._path)
        except (FileNotFoundError, NotADirectoryError):
            return Mark(0, 0)
        return Mark(status.st_ino, status.st_size)

    def since(self, mark: Mark, until: Mark) -> set[str] | None:
        """The ids noted between two marks; None where that cannot be known any more."""
        if mark.inode != until.inode or until.size < mark.size or not mark.inode:
            return None
        try:
            with open(self._path, "rb", buffering=0) as file:
                if os.fstat(file.fileno()).st_ino != mark.inode:
                    return None
                start = max(0, mark.size - _MAX_LINE)
                file.seek(start)
                data = file.read(until.size - start)
        except FileNotFoundError:
            return None
        # A mark may stand within a line that was just being written: that line is read again.
        whole = data.rfind(b"\n", 0, mark.size - start) + 1
        return set(data[whole:].decode(errors="replace").split())

    def _append(self, lines: bytes) -> bool:
        """Append to the log; False if it was no longer the current one when that was done."""
        try:
            descriptor = os.open(
                self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600
            )
        except FileNotFoundError:
            raise NotFoundError(self._directory) from None
        try:
            written = _write(descriptor, lines)
            status = os.fstat(descriptor)
        finally:
            os.close(descriptor)
        if self.mark().inode != status.st_ino:
            return False
        if written < len(lines) or status.st_size > _MAX_BYTES:
            self._renew()
        return True

    def _renew(self) -> None:
        """Start an empty log, which tells readers to look at everything."""
        fresh = f"{self._directory}/{paths.TEMPORARY}{secrets.token_hex(8)}"
        os.close(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        os.replace(fresh, self._path)


def _write(descriptor: int, lines: bytes) -> int:
    """Write in one go, so that lines never mix; returns how much of them found room.

    A full disk is no reason to fail: a document may just have been deleted to make room.
    """
    try:
        return os.write(descriptor, lines)
    except OSError as exc:
        if exc.errno not in FULL:
            raise
        return 0
