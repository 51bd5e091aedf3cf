"""Measures and thumbnails of assets: on upload, or when they are asked for if that was busy then.

An asset says truly whether it has a thumbnail, but for one that is still to be made: it has the
URL, and loses it if none can be made (docs/decisions/0013).
"""

import os
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from errors import BusyError, MissingError
from media.clip_measures import DURATION, Measures, measure_or_wait
from media.limits import THUMBNAILS, UPLOADS, MediaBusyError, Pool, mutex
from media.previews import Preview
from media.thumbnails import THUMBNAIL_TYPES, Inspection, inspect
from projects.assets.service import FILE, THUMBNAIL
from storage.clock import later_than
from storage.documents.snapshots import Snapshot
from storage.errors import NotFoundError, StorageError
from storage.media.kept_previews import PreviewKey
from storage.media.media_files import MediaFiles, StoredFile
from storage.store import Store

# What is known of an asset by its type, unless its file cannot be read.
_KNOWN = {
    "image": {"width", "height", "thumbnail"},
    "video": {"width", "height", "duration", "thumbnail", DURATION},
    "audio": {"duration"},
}
_FAILED = "The file is damaged, or takes too much time or memory to decode."


class Inspected(NamedTuple):
    """What was found out of a file; `clip` are the measures of a video, as those of scenes."""

    file: Inspection
    clip: Measures

    def add_to(self, asset: dict[str, Any]) -> None:
        """Add what was measured to an asset."""
        measured = zip(("width", "height", "duration"), self.file[:3], strict=True)
        values = {**dict(measured), **self.clip}
        asset.update({name: value for name, value in values.items() if value is not None})


def inspected(store: Store, path: str, media_type: str, pool: Pool) -> Inspected:
    """Inspect the file of an asset; it is not final if programs were not run, or were stopped."""
    found = inspect(path, media_type, pool)
    if not media_type.startswith("video/") or not found.is_final:
        return Inspected(found, {})
    try:
        return Inspected(found, measure_or_wait(store, path, pool))
    except MediaBusyError:
        return Inspected(found._replace(is_final=False), {})


def thumbnail_url(asset: Mapping[str, Any], inspection: Inspection) -> str | None:
    """Return the URL of a new asset's thumbnail, also of one to be made; None if it has none."""
    may_be_made = not inspection.is_final and "thumbnail" in _KNOWN.get(asset["type"], ())
    return f"{asset['url']}/thumbnail" if inspection.thumbnail or may_be_made else None


def add_thumbnail(files: MediaFiles, thumbnail: Preview) -> None:
    """Store the thumbnail of an asset."""
    with files.receive() as incoming:
        incoming.write(thumbnail.data)
        files.finish(incoming)
        files.place(incoming, THUMBNAIL, thumbnail.media_type, THUMBNAIL_TYPES)


def remember_failure(store: Store, asset: Mapping[str, Any]) -> None:
    """Remember for an hour that the file of an asset cannot be read, if something is not known."""
    if _lacks_measures(asset):
        store.previews.thumbnails.add_failure(_key(asset), _FAILED)


def complete(store: Store, project_id: str, asset_id: str) -> Snapshot:
    """Return an asset; measure it before, if that could not be done yet. Raises NotFoundError."""
    snapshot = store.assets(project_id).snapshot(asset_id)
    if _lacks_measures(snapshot.values):
        with suppress(MediaBusyError, StorageError):  # what is known of it can be read all the same
            return _measure_once(store, snapshot, UPLOADS)
    return snapshot


def open_thumbnail(store: Store, project_id: str, asset_id: str) -> StoredFile:
    """Open the asset's thumbnail for reading, which is made unless it was before.

    Raises NotFoundError, MissingError for a file that cannot be read, BusyError.
    """
    table = store.assets(project_id)
    files = store.media(table, asset_id)
    with suppress(NotFoundError):
        return files.open(THUMBNAIL, THUMBNAIL_TYPES)
    snapshot = table.snapshot(asset_id)
    if "thumbnail" not in _KNOWN.get(snapshot.values["type"], ()):
        raise NotFoundError(asset_id)
    try:
        _measure_once(store, snapshot, THUMBNAILS)
        return files.open(THUMBNAIL, THUMBNAIL_TYPES)
    except MediaBusyError as exc:
        raise BusyError("Too many thumbnails are being made", str(exc), 2) from exc
    except NotFoundError:
        reason = store.previews.thumbnails.failure(_key(snapshot.values))
        raise MissingError("Not found", reason or "The asset was deleted.") from None


def _measure_once(store: Store, snapshot: Snapshot, pool: Pool) -> Snapshot:
    """Measure an asset unless that failed within the last hour; of several requests, one does it.

    Returns its current version. Raises NotFoundError, MediaBusyError.
    """
    asset = snapshot.values
    table = store.assets(asset["projectId"])
    files = store.media(table, asset["id"])
    with mutex(f"asset {asset['id']}", pool):
        current = table.snapshot(asset["id"])
        done = not _lacks_measures(current.values) and files.find(THUMBNAIL, THUMBNAIL_TYPES)
        if done or store.previews.thumbnails.failure(_key(asset)):
            return current
        return _measure(store, asset, files, pool)


def _measure(store: Store, asset: Mapping[str, Any], files: MediaFiles, pool: Pool) -> Snapshot:
    stored = files.open(FILE, [asset["mimeType"]])
    with stored.file:
        found = inspected(store, os.fsdecode(stored.file.name), stored.media_type, pool)
    if not found.file.is_final:
        raise MediaBusyError("Too many other media files are being read")
    if found.file.thumbnail:
        add_thumbnail(files, found.file.thumbnail)
    has_thumbnail = files.find(THUMBNAIL, THUMBNAIL_TYPES) is not None

    def mutate(asset: dict[str, Any]) -> None:
        before = dict(asset)
        found.add_to(asset)
        asset.pop("thumbnail", None)
        if has_thumbnail:
            asset["thumbnail"] = f"{asset['url']}/thumbnail"
        if asset != before:
            asset["updatedAt"] = later_than(asset["updatedAt"])

    measured = store.assets(asset["projectId"]).change(asset["id"], mutate)
    remember_failure(store, measured.values)
    return measured


def _lacks_measures(asset: Mapping[str, Any]) -> bool:
    return not asset.keys() >= _KNOWN.get(asset["type"], set())


def _key(asset: Mapping[str, Any]) -> PreviewKey:
    return PreviewKey(asset["projectId"], asset["id"], 0, FILE)  # the file never changes
