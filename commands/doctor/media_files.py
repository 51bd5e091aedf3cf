"""Media files that nothing refers to, and documents that do not match their media files.

Documents are checked without their lock first; only what seems wrong is checked again under it,
as an upload may be in progress.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from commands.doctor.documents import (
    CheckedCollection,
    assets_of_valid_projects,
    exports_of_valid_works,
    works_of_valid_projects,
)
from commands.doctor.findings import ALREADY_FIXED, CheckContext, Finding, reason_of
from export.service import FILES as EXPORT_FILES
from export.service import VIDEO_FILE
from media.thumbnails import THUMBNAIL_TYPES
from projects.assets.service import FILE, THUMBNAIL
from storage.documents.snapshots import read_snapshot
from storage.documents.tables import DocumentTable
from storage.errors import NotFoundError, UnavailableError
from storage.files.trees import list_names
from storage.locking.document_locks import lock_document, read_locked
from storage.media.media_files import EXTENSIONS
from storage.paths import MEDIA
from works.generated_scenes import mismatches
from works.service import touch
from works.slots import slot_for_file
from works.voices import voices_of

_THUMBNAILS = {f"{THUMBNAIL}.{EXTENSIONS[media_type]}" for media_type in THUMBNAIL_TYPES}


@dataclass(frozen=True, slots=True)
class _Document:
    """A work, asset or export with media files."""

    context: CheckContext
    table: DocumentTable
    id: str

    @property
    def path(self) -> str:
        """The document's directory, relative to the data directory."""
        return f"{self.table.name}/{self.id}"

    @property
    def media(self) -> Path:
        return self.context.path(f"{self.path}/{MEDIA}")

    def values(self) -> Mapping[str, Any]:
        return read_snapshot(self.table.documents.path_of(self.id)).values

    def media_names(self) -> list[str]:
        return list_names(self.media)


FindingsOf = Callable[[_Document], list[Finding]]
StrayFiles = Callable[[_Document], dict[str, str]]  # the problem by file name
FileOf = Callable[[_Document], str]  # the name of the one file that has to be there


def check_works(context: CheckContext) -> Iterator[Finding]:
    """Check the media files of all valid works."""
    return _check(context, works_of_valid_projects(context), _work_findings)


def check_assets(context: CheckContext) -> Iterator[Finding]:
    """Check the media files of all valid assets."""
    return _check(context, assets_of_valid_projects(context), _asset_findings)


def check_exports(context: CheckContext) -> Iterator[Finding]:
    """Check the media files of all valid exports."""
    return _check(context, exports_of_valid_works(context), _export_findings)


def _check(
    context: CheckContext, collections: Iterable[CheckedCollection], findings_of: FindingsOf
) -> Iterator[Finding]:
    for collection in collections:
        for doc_id in collection.valid_ids():
            document = _Document(context, collection.table, doc_id)
            try:
                yield from _confirmed_findings(document, findings_of)
            except NotFoundError:
                continue  # deleted concurrently
            except (UnavailableError, OSError) as exc:
                if document.media.exists():
                    yield Finding(f"{document.path}/{MEDIA}", f"cannot be read: {reason_of(exc)}")


def _confirmed_findings(document: _Document, findings_of: FindingsOf) -> list[Finding]:
    with suppress(FileNotFoundError):  # a file was replaced concurrently
        if not findings_of(document):
            return []
    return read_locked(document.context.path(document.path), partial(findings_of, document))


def _work_findings(document: _Document) -> list[Finding]:
    findings = _stray_findings(document, _stray_work_files)
    if fields := mismatches(document.values(), _used_slots(document), _voices(document)):
        path = f"{document.path}/{os.path.basename(document.table.documents.path_of(document.id))}"
        problem = f"does not match the media files: {', '.join(fields)}"
        findings.append(Finding(path, problem, partial(_update_work, document)))
    return findings


def _asset_findings(document: _Document) -> list[Finding]:
    return _findings_of_one_file(document, _asset_file, _stray_asset_files)


def _export_findings(document: _Document) -> list[Finding]:
    return _findings_of_one_file(document, lambda _: VIDEO_FILE, _stray_export_files)


def _findings_of_one_file(
    document: _Document, file_of: FileOf, stray_files: StrayFiles
) -> list[Finding]:
    """Return the findings of a document that is useless without one of its files."""
    if (file := file_of(document)) not in document.media_names():
        problem = f"lacks its file {MEDIA}/{file}"
        return [Finding(document.path, problem, partial(_quarantine, document, file_of))]
    return _stray_findings(document, stray_files)


def _stray_findings(document: _Document, stray_files: StrayFiles) -> list[Finding]:
    return [
        Finding(
            f"{document.path}/{MEDIA}/{name}",
            problem,
            partial(_quarantine_file, document, name, stray_files),
        )
        for name, problem in stray_files(document).items()
    ]


def _stray_work_files(document: _Document) -> dict[str, str]:
    names = document.media_names()
    stray = {name: "is not a file of any media slot" for name in names if not slot_for_file(name)}
    newest_of_slot: dict[str, str] = {}
    valid = [name for name in names if name not in stray]
    for name in sorted(valid, key=partial(_version, document), reverse=True):
        newest = newest_of_slot.setdefault(name.rpartition(".")[0], name)
        if newest != name:
            stray[name] = f"is superseded by {newest}"
    return stray


def _version(document: _Document, name: str) -> tuple[int, str]:
    """Return the sort key by which storage serves the last of a slot's files."""
    return (os.lstat(document.media / name).st_mtime_ns, name.rpartition(".")[2])


def _used_slots(document: _Document) -> set[str]:
    return {slot.name for name in document.media_names() if (slot := slot_for_file(name))}


def _voices(document: _Document) -> dict[int, Mapping[str, Any]]:
    """Return the facts of the voices of a work's scenes, by index."""
    return dict(voices_of(document.context.store, document.values(), _used_slots(document)))


def _stray_asset_files(document: _Document) -> dict[str, str]:
    known = {_asset_file(document), *_THUMBNAILS}
    return {
        name: "is not a file of the asset" for name in document.media_names() if name not in known
    }


def _asset_file(document: _Document) -> str:
    return f"{FILE}.{EXTENSIONS[document.values()['mimeType']]}"


def _stray_export_files(document: _Document) -> dict[str, str]:
    names = document.media_names()
    return {name: "is not a file of the export" for name in names if name not in EXPORT_FILES}


def _quarantine_file(document: _Document, name: str, stray_files: StrayFiles) -> str:
    with lock_document(document.context.path(document.path)):
        if name not in stray_files(document):
            return ALREADY_FIXED
        return document.context.quarantine(f"{document.path}/{MEDIA}/{name}")


def _quarantine(document: _Document, file_of: FileOf) -> str:
    with lock_document(document.context.path(document.path)):
        if file_of(document) in document.media_names():
            return ALREADY_FIXED
        description = document.context.quarantine(document.path)
        document.table.log_changes([document.id])
    return description


def _update_work(document: _Document) -> str:
    def mutate(work: dict[str, Any]) -> None:
        touch(work)  # a voice that changed gets a new version by that
        work.update(mismatches(work, _used_slots(document), _voices(document)))

    document.table.change(document.id, mutate)
    return "updated to match the media files"
