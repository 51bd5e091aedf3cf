"""A received file becomes an asset: measured, and put into the project at once with all it has."""

import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from assets.service import FILE, THUMBNAIL, THUMBNAIL_TYPES, TYPES
from media.images import TooManyPixelsError
from media.thumbnails import Inspection, Thumbnail, inspect
from storage.clock import now_ms
from storage.documents import Snapshot
from storage.ids import new_id
from storage.media_files import EXTENSIONS, MediaFiles
from storage.paths import MEDIA
from storage.store import Store
from web.errors import InvalidError, TooLargeError
from web.media_types import media_type_of
from web.uploads import Received

_MAX_NAME = 255


def receiving(store: Store, project_id: str) -> MediaFiles:
    """Where uploads arrive before they are assets: in the directory of the project itself."""
    return store.media(store.projects, project_id)


def create(store: Store, project_id: str, upload: Received, fields: Mapping[str, Any]) -> Snapshot:
    """Make an asset of a received file, with the valid fields of its form.

    Raises MediaTypeError for what cannot be an asset, TooLargeError for too many pixels.
    """
    mime_type = media_type_of(upload.claimed, upload.file.head, TYPES)
    receiving(store, project_id).finish(upload.file)
    try:
        inspection = inspect(upload.file.path, mime_type)
    except TooManyPixelsError as exc:
        raise TooLargeError("Image too large", f"{exc}.") from None
    asset = _document(project_id, upload, mime_type, inspection, fields)
    table = store.assets(project_id)
    with table.stage(asset) as home:
        media = MediaFiles(Path(home, MEDIA), store.disk)
        media.place(upload.file, FILE, mime_type, [mime_type])
        if inspection.thumbnail:
            _keep(media, inspection.thumbnail)
        table.add_directory(asset["id"], home)
    return table.snapshot(asset["id"])


def form_values(form: Mapping[str, list[str]]) -> dict[str, Any]:
    """The fields of a form as JSON would have them; an empty one says nothing.

    Tags come as one JSON array, or as a field for each. Raises InvalidError.
    """
    values: dict[str, Any] = {
        name: form[name][-1] for name in ("name", "description") if form.get(name, [""])[-1]
    }
    tags = [tag for tag in form.get("tags", []) if tag]
    if len(tags) == 1 and tags[0].lstrip().startswith("["):
        try:
            tags = orjson.loads(tags[0])
        except orjson.JSONDecodeError:
            expected = "Expected a JSON array of strings, or the field once for each tag."
            raise InvalidError({"tags": [expected]}) from None
    return {**values, "tags": tags} if tags else values


def clean_name(filename: str) -> str:
    """A file's name without the path to it and without what cannot be seen."""
    name = filename.replace("\\", "/").rpartition("/")[2]
    seen = "".join(each for each in name if unicodedata.category(each)[0] != "C")
    return seen.strip()[-_MAX_NAME:]  # the end is what tells its kind


def _document(
    project_id: str,
    upload: Received,
    mime_type: str,
    inspection: Inspection,
    fields: Mapping[str, Any],
) -> dict[str, Any]:
    asset_id, now = new_id("asset"), now_ms()
    url = f"/api/projects/{project_id}/assets/{asset_id}"
    filename = clean_name(upload.filename or "") or f"{FILE}.{EXTENSIONS[mime_type]}"
    asset = {
        "id": asset_id,
        "projectId": project_id,
        "name": fields.get("name", filename),
        "type": mime_type.partition("/")[0],
        "filename": filename,
        "mimeType": mime_type,
        "size": upload.file.size,
        "width": inspection.width,
        "height": inspection.height,
        "duration": inspection.duration,
        "tags": fields.get("tags"),
        "thumbnail": f"{url}/thumbnail" if inspection.thumbnail else None,
        "description": fields.get("description"),
        "createdAt": now,
        "updatedAt": now,
        "url": url,
    }
    return {key: value for key, value in asset.items() if value is not None}


def _keep(media: MediaFiles, thumbnail: Thumbnail) -> None:
    with media.receive() as incoming:
        incoming.write(thumbnail.data)
        media.finish(incoming)
        media.place(incoming, THUMBNAIL, thumbnail.media_type, THUMBNAIL_TYPES)
