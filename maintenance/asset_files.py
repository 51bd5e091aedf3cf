"""Assets without their file, and files of assets that nothing serves."""

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from assets.service import FILE, THUMBNAIL, THUMBNAIL_TYPES
from maintenance.documents import assets_of_sound_projects
from maintenance.findings import Finding, Patient
from storage.documents import read_snapshot
from storage.errors import NotFoundError
from storage.locks import locked
from storage.media_files import EXTENSIONS
from storage.paths import MEDIA
from storage.tables import DocumentTable

_THUMBNAILS = {f"{THUMBNAIL}.{EXTENSIONS[kind]}" for kind in THUMBNAIL_TYPES}


def check(patient: Patient) -> Iterator[Finding]:
    """Look at the files of every asset that can be used."""
    for assets in assets_of_sound_projects(patient):
        for asset_id in assets.sound():
            try:
                yield from _findings(patient, assets.table, asset_id)
            except NotFoundError:
                continue  # deleted just now
            except OSError as exc:
                path = f"{assets.table.name}/{asset_id}/{MEDIA}"
                if patient.path(path).exists():
                    yield Finding(path, f"cannot be read: {exc.strerror}")


def _findings(patient: Patient, table: DocumentTable, asset_id: str) -> Iterator[Finding]:
    """What is wrong; looked at again under the lock, as a thumbnail may be half in its place."""
    home = f"{table.name}/{asset_id}"
    if not any(_seen(patient, table, asset_id)):
        return
    with locked(patient.path(home)):
        lacking, orphans = _seen(patient, table, asset_id)
    if lacking:
        words = f"lacks its file, {MEDIA}/{lacking}"
        yield Finding(home, words, partial(_take_away, patient, table, asset_id))
    for name in orphans:
        path = f"{home}/{MEDIA}/{name}"
        yield Finding(path, "is in no place for media", partial(patient.take_away, path))


def _seen(patient: Patient, table: DocumentTable, asset_id: str) -> tuple[str, list[str]]:
    """The name of the file that is not there, if it is not, and the files that nothing serves."""
    asset = read_snapshot(table.documents.path_of(asset_id)).values
    file = f"{FILE}.{EXTENSIONS[asset['mimeType']]}"
    names = _names(patient.path(f"{table.name}/{asset_id}/{MEDIA}"))
    return "" if file in names else file, sorted(names - {file} - _THUMBNAILS)


def _names(media: Path) -> set[str]:
    try:
        return {name for name in os.listdir(media) if not name.startswith(".")}
    except FileNotFoundError:
        return set()


def _take_away(patient: Patient, table: DocumentTable, asset_id: str) -> str:
    home = f"{table.name}/{asset_id}"
    with locked(patient.path(home)):
        if not _seen(patient, table, asset_id)[0]:
            return "nothing: it is in order by now"
        said = patient.take_away(home)
        table.log_changes([asset_id])
    return said
