"""Creating assets from uploads: a file is inspected, then moved into place with its document."""

import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from errors import FieldsError
from media.limits import UPLOADS
from media.media_types import media_type_of
from media.received_files import prepare
from projects.assets.measuring import (
    Inspected,
    add_thumbnail,
    inspected,
    remember_failure,
    thumbnail_url,
)
from projects.assets.service import ACCEPTED, FILE
from storage.clock import now_ms
from storage.documents.snapshots import Snapshot
from storage.media.media_files import EXTENSIONS, MediaFiles, Upload
from storage.paths import MEDIA, new_id
from storage.store import Store

CLEANED = ("cleanedFrom", "cutStart", "cutEnd")  # of a recording that was cleaned up

_MAX_FILENAME = 255  # characters


def staging_files(store: Store, project_id: str) -> MediaFiles:
    """Return the media files of the project itself, where uploads are received."""
    return store.media(store.projects, project_id)


def create(
    store: Store,
    project_id: str,
    upload: Upload,
    fields: Mapping[str, Any],
    asset_id: str | None = None,
) -> Snapshot:
    """Create an asset from a received file and the validated fields of its form.

    `asset_id` is its id, if that was chosen before. Raises MediaTypeError for an unsupported media
    type and a HEIC photo that cannot be read, TooLargeError for an image with too many pixels,
    BusyError if a HEIC photo cannot be decoded for now, ExistsError if there is such an asset,
    and what the file's `check` raises.
    """
    received = media_type_of(upload.declared_type, upload.file.head, ACCEPTED)
    mime_type = prepare(upload.file, received, UPLOADS)
    staging_files(store, project_id).finish(upload.file)
    found = inspected(store, upload.file.path, mime_type, UPLOADS)
    asset = _document(asset_id or new_id("asset"), project_id, upload, mime_type, found, fields)
    table = store.assets(project_id)
    with table.stage(asset) as directory:
        media = MediaFiles(Path(directory, MEDIA), store.disk)
        if found.file.thumbnail:
            add_thumbnail(media, found.file.thumbnail)
        media.place(upload.file, FILE, mime_type, [mime_type])  # last: it asks for permission
        table.add_directory(asset["id"], directory)
    if found.file.is_final:
        remember_failure(store, asset)
    return table.snapshot(asset["id"])


def parse_form(form: Mapping[str, list[str]]) -> dict[str, Any]:
    """Return `{name?, description?, tags?}` from the text fields of a form, without empty ones.

    `tags` is one JSON array, or a repeated field. Raises FieldsError.
    """
    values: dict[str, Any] = {
        name: form[name][-1] for name in ("name", "description") if form.get(name, [""])[-1]
    }
    tags = [tag for tag in form.get("tags", []) if tag]
    if len(tags) == 1 and tags[0].lstrip().startswith("["):
        try:
            tags = orjson.loads(tags[0])
        except orjson.JSONDecodeError:
            expected = "Expected a JSON array of strings, or one field per tag."
            raise FieldsError({"tags": [expected]}) from None
    return {**values, "tags": tags} if tags else values


def _file_name(sent: str, mime_type: str) -> str:
    """Return the name of a stored file: that of a HEIC photo says what it has become."""
    extension = EXTENSIONS[mime_type]
    name = re.sub(r"\.hei[cf]$", f".{extension}", sanitize_filename(sent), flags=re.IGNORECASE)
    return name or f"{FILE}.{extension}"


def sanitize_filename(filename: str) -> str:
    """Return a file name without directories and control characters, and cut to 255 characters."""
    name = filename.replace("\\", "/").rpartition("/")[2]
    printable = "".join(each for each in name if unicodedata.category(each)[0] != "C")
    return printable.strip()[-_MAX_FILENAME:]  # the end, to keep the extension


def _document(
    asset_id: str,
    project_id: str,
    upload: Upload,
    mime_type: str,
    found: Inspected,
    fields: Mapping[str, Any],
) -> dict[str, Any]:
    now = now_ms()
    url = f"/api/projects/{project_id}/assets/{asset_id}"
    filename = _file_name(upload.filename or "", mime_type)
    asset = {
        "id": asset_id,
        "projectId": project_id,
        "name": fields.get("name", filename),
        "type": mime_type.partition("/")[0],
        "filename": filename,
        "mimeType": mime_type,
        "size": upload.file.size,
        "tags": fields.get("tags"),
        "description": fields.get("description"),
        **{name: fields.get(name) for name in CLEANED},
        "createdAt": now,
        "updatedAt": now,
        "url": url,
    }
    found.add_to(asset)
    asset["thumbnail"] = thumbnail_url(asset, found.file)
    return {key: value for key, value in asset.items() if value is not None}
