"""Locks of a distributed file system lapse when a machine is cut off, which goes on later.

Its saves must not undo what others, who got the lock, have saved meanwhile (docs/decisions/0023).
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from storage import paths
from storage.documents.snapshots import Signature, Write, current_signature
from storage.errors import LockLostError, writing
from storage.files.directories import Directory
from storage.files.files import exists
from storage.locking.locks import LockedDocument


class HeldLock:
    """The lock of a document since it was acquired; `last` is how this process wrote it before."""

    def __init__(self, document: LockedDocument, last: Write | None, safe_seconds: float) -> None:
        self.document = document
        self._safe_seconds = safe_seconds  # after this time, it may have lapsed
        self._id = os.path.basename(document.directory.path)
        now = time.monotonic()
        in_a_row = last is not None and now - last.locked_at < safe_seconds
        self.write = Write(now, in_a_row)
        # Staged files are looked for after the first write: whoever stages one later finds that the
        # document has changed. And no lock lapses between writes that follow each other this fast.
        self.is_exclusive = last is not None and last.in_a_row and in_a_row

    def exclude_others(self) -> None:
        """Let nobody whose lock has lapsed replace the document: remove what they have staged."""
        _remove_staged_files(self.document.directory)

    def check(self, path: str, known: Signature) -> None:
        """Raise LockLostError if the lock may have lapsed, and the document has changed since."""
        if time.monotonic() - self.write.locked_at <= self._safe_seconds:
            return
        if current_signature(path, self.document.directory) != known:
            raise LockLostError(f"{self._id} was changed while its lock was held for long")

    @contextmanager
    def replacing(self, path: str) -> Iterator[None]:
        """Raise LockLostError if the new version is missing when it should be put in place.

        The process that got the lock after it had lapsed has removed it.
        """
        try:
            yield
        except FileNotFoundError as exc:
            if exists(path):
                raise LockLostError(f"{self._id} was changed after its lock had lapsed") from exc
            raise


def _remove_staged_files(directory: Directory) -> None:
    with writing(), suppress(FileNotFoundError):
        for name in directory.names():
            if name.startswith(paths.STAGED):
                directory.remove_if_exists(f"{directory.path}/{name}")
