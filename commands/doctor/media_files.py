"""Media files that nothing refers to, and documents that do not match their media files."""

import os
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from commands.doctor.document_files import DocumentFiles, StraysOf, check_files, stray_findings
from commands.doctor.documents import in_valid_projects, in_valid_works
from commands.doctor.findings import CheckContext, Finding
from export.service import FILES as EXPORT_FILES
from export.service import VIDEO_FILE
from media.thumbnails import THUMBNAIL_TYPES
from projects.assets.service import FILE, THUMBNAIL
from storage.media.media_files import EXTENSIONS
from storage.paths import ASSETS, EXPORTS, MEDIA, WORKS, document_name
from works.current_voices import settle_voice
from works.generated_scenes import mismatches
from works.service import touch
from works.slots import scene_voice, slot_for_file
from works.voices import voices_of

_THUMBNAILS = {f"{THUMBNAIL}.{EXTENSIONS[media_type]}" for media_type in THUMBNAIL_TYPES}

FileOf = Callable[[DocumentFiles], str]  # the name of the one file that has to be there


def check_works(context: CheckContext) -> Iterator[Finding]:
    """Check the media files of all valid works."""
    return check_files(context, in_valid_projects(context, WORKS), MEDIA, _work_findings)


def check_assets(context: CheckContext) -> Iterator[Finding]:
    """Check the media files of all valid assets."""
    return check_files(context, in_valid_projects(context, ASSETS), MEDIA, _asset_findings)


def check_exports(context: CheckContext) -> Iterator[Finding]:
    """Check the media files of all valid exports."""
    return check_files(context, in_valid_works(context, EXPORTS), MEDIA, _export_findings)


def _work_findings(files: DocumentFiles) -> list[Finding]:
    findings = stray_findings(files, _stray_work_files)
    if fields := mismatches(files.values(), _used_slots(files), _voices(files)):
        path = f"{files.document_path}/{document_name(files.table.name)}"
        problem = f"does not match the media files: {', '.join(fields)}"
        findings.append(Finding(path, problem, partial(_update_work, files)))
    return findings


def _asset_findings(files: DocumentFiles) -> list[Finding]:
    return _findings_of_one_file(files, _asset_file, _stray_asset_files)


def _export_findings(files: DocumentFiles) -> list[Finding]:
    return _findings_of_one_file(files, lambda _: VIDEO_FILE, _stray_export_files)


def _findings_of_one_file(
    files: DocumentFiles, file_of: FileOf, strays_of: StraysOf
) -> list[Finding]:
    """Return the findings of a document that is useless without one of its files."""

    def lacks_file() -> bool:
        return file_of(files) not in files.names()

    def repair() -> str:
        move = partial(files.context.quarantine_document, files.table, files.id)
        return files.repair(lacks_file, move)

    if lacks_file():
        problem = f"lacks its file {MEDIA}/{file_of(files)}"
        return [Finding(files.document_path, problem, repair)]
    return stray_findings(files, strays_of)


def _stray_work_files(files: DocumentFiles) -> dict[str, str]:
    names = files.names()
    stray = {name: "is not a file of any media slot" for name in names if not slot_for_file(name)}
    newest_of_slot: dict[str, str] = {}
    valid = [name for name in names if name not in stray]
    for name in sorted(valid, key=partial(_version, files), reverse=True):
        newest = newest_of_slot.setdefault(name.rpartition(".")[0], name)
        if newest != name:
            stray[name] = f"is superseded by {newest}"
    return stray


def _version(files: DocumentFiles, name: str) -> tuple[int, str]:
    """Return the sort key by which storage serves the last of a slot's files."""
    return (os.lstat(files.absolute / name).st_mtime_ns, name.rpartition(".")[2])


def _used_slots(files: DocumentFiles) -> set[str]:
    return {slot.name for name in files.names() if (slot := slot_for_file(name))}


def _voices(files: DocumentFiles) -> dict[int, Mapping[str, Any]]:
    """Return the facts of the voices of a work's scenes, by index."""
    return dict(voices_of(files.context.store, files.values(), _used_slots(files)))


def _stray_asset_files(files: DocumentFiles) -> dict[str, str]:
    known = {_asset_file(files), *_THUMBNAILS}
    return {name: "is not a file of the asset" for name in files.names() if name not in known}


def _asset_file(files: DocumentFiles) -> str:
    return f"{FILE}.{EXTENSIONS[files.values()['mimeType']]}"


def _stray_export_files(files: DocumentFiles) -> dict[str, str]:
    names = files.names()
    return {name: "is not a file of the export" for name in names if name not in EXPORT_FILES}


def _update_work(files: DocumentFiles) -> str:
    def mutate(work: dict[str, Any]) -> None:
        touch(work)  # a voice that changed gets a new version by that
        for index in _voices(files):
            settle_voice(files.context.store, work, scene_voice(index))
        work.update(mismatches(work, _used_slots(files), _voices(files)))

    files.table.change(files.id, mutate)
    return "updated to match the media files"
