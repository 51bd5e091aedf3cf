"""A file of JSON lines beside a document, which is appended to, or rewritten as a whole.

    works/<id>/work.json        the document
    works/<id>/comments.jsonl   a JSON object for each thing that was said or done

A line is appended under the document's lock, and durable before that is acknowledged. What a crash
left of a last line ends without a newline: no reader takes it for a line, and the next append cuts
it off. A complete line that is damaged is skipped by readers, and stays. Lines that say nothing any
more go when the file is rewritten: another file takes its place.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import orjson

from storage.documents.change_log import ChangeLog
from storage.documents.snapshots import Signature, Snapshot, signature
from storage.documents.tables import DocumentTable
from storage.errors import missing_as_not_found
from storage.files.directories import BY_PATH, Files
from storage.files.durable_files import Disk
from storage.files.files import StoredFileIO, read_document
from storage.files.monthly_log import parse_line
from storage.shared.lapsed_locks import HeldLock

MAX_LINE_BYTES = 64 << 10

Line = Mapping[str, Any]

_NOTHING: Signature = (0, 0, 0)


class Lines(NamedTuple):
    """The complete lines of a file in their order, and the version of the file they are from."""

    values: list[Line]
    sizes: list[int]  # of each line, in bytes
    damaged: list[bytes]  # lines that cannot be read
    signature: Signature
    bytes: int


class Rewritten(NamedTuple):
    """The lines that a file has from now on; damaged ones stay."""

    values: Sequence[Line]


class LineFile:
    """The lines beside a document; the file is missing until the first one is appended."""

    def __init__(
        self,
        table: DocumentTable,
        doc_id: str,
        name: str,
        log: ChangeLog,
        disk: Disk,
        safe_lock: float,
    ) -> None:
        self._table = table
        self._id = doc_id
        self._path = f"{table.documents.directory_of(doc_id)}/{name}"
        self._log = log
        self._disk = disk
        self._safe_lock = safe_lock

    def signature(self) -> Signature:
        """Return what distinguishes versions of the file, without reading it."""
        try:
            return signature(BY_PATH.status(self._path))
        except (FileNotFoundError, NotADirectoryError):
            return _NOTHING

    def read(self) -> Lines:
        """Return the lines; none if the document does not exist.

        A missing file is looked for again: on some file systems, one that is replaced at the same
        moment may appear to be missing.
        """
        found = _read(self._path, BY_PATH)
        return found if found.signature != _NOTHING else _read(self._path, BY_PATH)

    def append(self, make: Callable[[Lines], Iterable[Line] | Rewritten]) -> None:
        """Append the lines that `make` returns for the present ones, durably, under the lock.

        They are written together, or take the place of all present ones if `make` says so. If it
        raises, or returns none, the file stays as it is. Raises NotFoundError if there is no such
        document, LockLostError.
        """
        with self._table.lock(self._id) as locked, missing_as_not_found(self._path):
            held = HeldLock(locked, None, self._safe_lock)
            present = _read(self._path, locked.directory)
            made = make(present)
            check = partial(held.check, self._path, present.signature)
            if isinstance(made, Rewritten):
                kept = [line + b"\n" for line in present.damaged]
                data = b"".join([*kept, *map(serialize_line, made.values)])
                with held.replacing(self._path):
                    self._disk.replace(self._path, data, check, locked.directory)
            elif data := b"".join(map(serialize_line, made)):
                self._disk.append(self._path, data, present.bytes, locked.directory, check)
            else:
                return
        self._log.append([self._id])


def serialize_line(line: Line) -> bytes:
    """Return a line as it is in the file."""
    return orjson.dumps(line) + b"\n"


def last_line(path: str) -> Snapshot:
    """Return the last line of a file, as a document. Raises NotFoundError, UnreadableError."""
    read_at = time.time_ns()
    with missing_as_not_found(path), StoredFileIO(path) as file:
        status = file.status()
        file.seek(max(0, status.st_size - 2 * MAX_LINE_BYTES))
        complete = file.read().rpartition(b"\n")[0]
    return Snapshot(complete.rpartition(b"\n")[2], signature(status), read_at)


def _read(path: str, files: Files) -> Lines:
    try:
        data, status = read_document(path, files.open_file)
    except (FileNotFoundError, NotADirectoryError):
        return Lines([], [], [], _NOTHING, 0)
    complete = data[: data.rfind(b"\n") + 1]
    found = Lines([], [], [], signature(status), len(complete))
    for line in complete.split(b"\n")[:-1]:
        if (value := parse_line(line)) is None:
            found.damaged.append(line)
        else:
            found.values.append(value)
            found.sizes.append(len(line) + 1)
    return found
