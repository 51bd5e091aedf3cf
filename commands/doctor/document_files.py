"""Checks of the files of documents: they look, lock, and look again.

Documents are looked at without their lock first. Only what seems wrong is looked at again under it,
as an upload may be in progress; and each repair looks once more.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from commands.doctor.documents import CheckedCollection
from commands.doctor.findings import ALREADY_FIXED, CheckContext, Finding, reason_of
from storage.documents.snapshots import read_snapshot
from storage.documents.tables import DocumentTable
from storage.errors import NotFoundError, UnavailableError
from storage.files.trees import list_names
from storage.locking.locks import lock_document, read_locked


@dataclass(frozen=True, slots=True)
class DocumentFiles:
    """A document, and its files in one of its directories, such as `media`."""

    context: CheckContext
    table: DocumentTable
    id: str
    directory: str

    @property
    def document_path(self) -> str:
        """The document's directory, relative to the data directory."""
        return f"{self.table.name}/{self.id}"

    @property
    def path(self) -> str:
        """The directory of the files, relative to the data directory."""
        return f"{self.document_path}/{self.directory}"

    @property
    def absolute(self) -> Path:
        """The directory of the files."""
        return self.context.path(self.path)

    def values(self) -> Mapping[str, Any]:
        """Return the document. Raises StorageError."""
        return read_snapshot(self.table.documents.path_of(self.id)).values

    def names(self) -> list[str]:
        """Return the names of the files, sorted."""
        return list_names(self.absolute)

    def repair(self, is_wrong: Callable[[], bool], action: Callable[[], str]) -> str:
        """Return `action()`, which describes what it did, if it is still wrong under the lock."""
        with lock_document(self.context.path(self.document_path)):
            return action() if is_wrong() else ALREADY_FIXED


FindingsOf = Callable[[DocumentFiles], list[Finding]]
StraysOf = Callable[[DocumentFiles], Mapping[str, str]]  # the problem by file name


def check_files(
    context: CheckContext,
    collections: Iterable[CheckedCollection],
    directory: str,
    findings_of: FindingsOf,
) -> Iterator[Finding]:
    """Yield what `findings_of` finds in a directory of each valid document of collections."""
    for collection in collections:
        for doc_id in collection.valid_ids():
            files = DocumentFiles(context, collection.table, doc_id, directory)
            try:
                yield from _confirmed_findings(files, findings_of)
            except NotFoundError:
                continue  # deleted concurrently
            except (UnavailableError, OSError) as exc:
                if files.absolute.exists():
                    yield Finding(files.path, f"cannot be read: {reason_of(exc)}")


def stray_findings(
    files: DocumentFiles, strays_of: StraysOf, after: Callable[[str], object] = str
) -> list[Finding]:
    """Return a finding for each file that should not be there; its repair is to quarantine it.

    `after` is called with the name of a file that was moved.
    """

    def move(name: str) -> str:
        description = files.context.quarantine(f"{files.path}/{name}")
        after(name)
        return description

    def repair(name: str) -> str:
        return files.repair(lambda: name in strays_of(files), lambda: move(name))

    return [
        Finding(f"{files.path}/{name}", problem, partial(repair, name))
        for name, problem in strays_of(files).items()
    ]


def _confirmed_findings(files: DocumentFiles, findings_of: FindingsOf) -> list[Finding]:
    with suppress(FileNotFoundError):  # a file was replaced or moved concurrently
        if not findings_of(files):
            return []
    directory = files.context.path(files.document_path)
    return read_locked(directory, partial(findings_of, files))
