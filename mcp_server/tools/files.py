"""The tool that stores files: assets, and the media of a work."""

import base64
import binascii
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from flask import g
from marshmallow import validate

from assets import uploads
from errors import FieldsError, InvalidError, TooLargeError
from mcp_server.definitions import Arguments, Result, Tool
from mcp_server.fitting import UNTRUSTED
from mcp_server.handles import WorkIds, open_project, open_work
from mcp_server.work_views import head, state_of_scene
from media.media_types import media_type_of
from outbound import fetch
from schemas.json_fields import Integer, Text
from schemas.scenes import MAX_SCENE_INDEX
from storage.media.media_files import IncomingFile, MediaFiles, Upload
from web.context import settings, storage_limits, store, user_id
from works.origins import UPLOADED
from works.service import select_asset
from works.slots import AUDIO, REFERENCE, Slot, scene_image, scene_video
from works.work_media import store_file

Json = dict[str, Any]

_FETCH_SECONDS = 40.0
_DATA_URL = "data:"
_PLACES = ("asset", "reference", "music", "scene_image", "scene_clip")


class AddAssetArguments(Arguments):
    """A file, and where it belongs."""

    source = Text(
        required=True,
        max_size=None,
        metadata={"description": "https:// address, or data:image/png;base64,…"},
    )
    place = Text(load_default="asset", validate=validate.OneOf(_PLACES))
    project = Text(metadata={"description": "For place=asset, if there is no work"})
    work = Text(metadata={"description": "With place=asset: selects it for the work"})
    scene = Integer(validate=validate.Range(0, MAX_SCENE_INDEX))
    name = Text()


class _Received(NamedTuple):
    file: IncomingFile
    declared_type: str
    filename: str | None


def _add_asset(arguments: Json) -> Result:
    place = arguments["place"]
    if place == "asset":
        g.identity.require("projects:write")
        return _new_asset(arguments)
    g.identity.require("works:write")
    if not arguments.get("work"):
        raise FieldsError({"work": [f"Required for place={place}."]})
    ids = open_work(arguments["work"])
    slot = _slot(place, arguments.get("scene"))
    media = store().work_media(*ids)
    with _receive(arguments, media, settings().max_upload_mb) as received:
        media_type = media_type_of(received.declared_type, received.file.head, slot.types)
        store_file(store(), *ids, slot, received.file, media_type, UPLOADED)
    snapshot = ids.snapshot()
    scene = {} if slot.scene is None else state_of_scene(snapshot.values, slot.scene)
    return Result({**head(ids, snapshot), "place": place, **scene})


def _new_asset(arguments: Json) -> Result:
    if work := arguments.get("work"):
        g.identity.require("works:write")
        ids: WorkIds | None = open_work(work)
        project_id = open_work(work).project_id
    elif project := arguments.get("project"):
        ids, project_id = None, open_project(project)
    else:
        raise FieldsError({"work": ["Give a work, or a project."]})
    files = uploads.staging_files(store(), project_id)
    fields = {"name": arguments["name"]} if arguments.get("name") else {}
    with _receive(arguments, files, settings().max_asset_mb) as received:
        upload = Upload(received.file, received.declared_type, received.filename, {})
        snapshot = uploads.create(store(), project_id, upload, fields)
    storage_limits().count(user_id(), len(snapshot.data))
    asset = snapshot.values
    keys = ("type", "mimeType", "size", "width", "height", "duration")
    facts = {key: asset[key] for key in keys if key in asset}
    data: Json = {"asset": asset["id"], **facts, UNTRUSTED: {"name": asset["name"]}}
    if ids is not None and asset["type"] == "image":
        select_asset(store(), *ids, asset["id"])
        data["selectedFor"] = ids.handle
    return Result(data)


def _slot(place: str, scene: int | None) -> Slot:
    if place in ("reference", "music"):
        return REFERENCE if place == "reference" else AUDIO
    if scene is None:
        raise FieldsError({"scene": [f"Required for place={place}."]})
    return scene_image(scene) if place == "scene_image" else scene_video(scene)


@contextmanager
def _receive(arguments: Json, media: MediaFiles, max_mb: int) -> Iterator[_Received]:
    """Receive the file of a source into a temporary file of `media`, deleted unless placed.

    Raises FieldsError, TooLargeError, OutboundError, QuotaError, ReserveError.
    """
    source: str = arguments["source"]
    with media.receive() as incoming:
        if source.startswith(_DATA_URL):
            declared, data = _decode(source)
            _limited(incoming.write, max_mb)(data)
            filename = None
        else:
            write = _limited(incoming.write, max_mb)
            declared = fetch.download(source, write, max_bytes=max_mb << 20, seconds=_FETCH_SECONDS)
            filename = unquote(urlsplit(source).path).rpartition("/")[2] or None
        if not incoming.size:
            raise InvalidError("No file", "The source is empty.")
        with storage_limits().reserve(user_id(), incoming.size):
            pass
        yield _Received(incoming, declared, filename)


def _limited(write: Callable[[bytes], None], max_mb: int) -> Callable[[bytes], None]:
    """Return a function that writes, and keeps the limit of size and the disk's reserve."""
    written = 0

    def write_checked(data: bytes) -> None:
        nonlocal written
        written += len(data)
        if written > max_mb << 20:
            raise TooLargeError("File too large", f"At most {max_mb} MB are accepted.")
        storage_limits().check_free(len(data))
        write(data)

    return write_checked


def _decode(url: str) -> tuple[str, bytes]:
    """Return the media type and the data of a data URL in base64. Raises FieldsError."""
    header, _, encoded = url.partition(",")
    media_type, *options = header.removeprefix(_DATA_URL).split(";")
    try:
        if "base64" in options:
            return media_type, base64.b64decode(encoded, validate=True)
    except binascii.Error:
        pass
    raise FieldsError({"source": ["Not a data URL; expected data:image/png;base64,…"]})


ADD_ASSET = Tool(
    "add_asset",
    "Add a file",
    "Store a photo, video, sound or font from a public address or a data URL (upload_url is for"
    " local files): as an asset, or as the reference video, the music, or the image or clip of a"
    " scene. What it replaces in a scene is kept as a take.",
    AddAssetArguments(),
    _add_asset,
    any_scope=("projects:write", "works:write"),
    open_world=True,
    stores=True,
)
