"""What checks yield (findings), and what they work with (the context)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from marshmallow import Schema

from errors import flatten_messages
from storage.documents.snapshots import Signature, Snapshot, read_snapshot, signature
from storage.documents.tables import DocumentTable
from storage.errors import StorageError, UnavailableError
from storage.files.files import link_status
from storage.paths import LOST_AND_FOUND, valid_id
from storage.store import Store

Repair = Callable[[], str]

ALREADY_FIXED = "nothing to do, it was fixed concurrently"


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem in the data directory.

    `problem` and `advice` are for the administrator. `repair` fixes the problem and returns a
    description of what it did; None if only the administrator can decide what to do.
    """

    path: str  # relative to the data directory
    problem: str
    repair: Repair | None = None
    advice: str = ""


def reason_of(exc: Exception) -> str:
    """Return why something could not be read, without its path."""
    cause = exc.__cause__ if isinstance(exc, UnavailableError) else exc
    return str(cause.strerror if isinstance(cause, OSError) else exc)


def validation_error(schema: Schema, values: Mapping[str, Any]) -> str:
    """Return how values violate a schema; empty if they are valid."""
    errors = flatten_messages(schema.validate(values))
    messages = "; ".join(f"{field}: {message.rstrip('.')}" for field, message in errors.items())
    return f"is invalid: {messages}" if errors else ""


class CheckContext:
    """The data directory that is checked, and its quarantine in lost+found."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._quarantine = f"{LOST_AND_FOUND}/{datetime.now(UTC):%Y-%m-%dT%H-%M-%S.%f}"
        self._valid: dict[str, Signature] = {}  # versions of documents, by their paths

    def path(self, relative: str) -> Path:
        """Return the absolute path of a file or directory of the data directory."""
        return self.store.root / relative

    def readable(self, table: DocumentTable) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Yield the id and the values of each document that can be read.

        The others were deleted concurrently, or are reported by the check of documents.
        """
        for doc_id in table.documents:
            try:
                values = read_snapshot(table.documents.path_of(doc_id)).values
            except (StorageError, OSError):
                continue
            yield doc_id, values

    def note_valid(self, path: str, snapshot: Snapshot) -> None:
        """Remember that this version of a document is valid."""
        if snapshot.stable:
            self._valid[path] = snapshot.signature

    def is_known_as_valid(self, path: str) -> bool:
        """Return whether the document at a path is the version that was valid before."""
        try:
            return path in self._valid and self._valid[path] == signature(link_status(path))
        except (OSError, UnavailableError):
            return False

    def quarantine(self, relative: str) -> str:
        """Move a file or directory to the same path in lost+found; return a description of that."""
        target = f"{self._quarantine}/{relative}"
        self.store.disk.make_directory(self.path(target).parent)
        self.store.disk.move(self.path(relative), self.path(target))
        return f"moved to {target}"

    def quarantine_document(self, table: DocumentTable, name: str) -> str:
        """Move a document, or what is in its place, as `quarantine`; lists leave it out then."""
        description = self.quarantine(f"{table.name}/{name}")
        if valid_id(name):
            table.log_changes([name])
        return description
