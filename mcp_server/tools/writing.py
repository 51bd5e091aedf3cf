"""Tools that write: works, their briefs, scenes and style, and files."""

import base64
import binascii
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from flask import g
from marshmallow import Schema, missing, validate

from assets import uploads
from errors import FieldsError, InvalidError, TooLargeError
from mcp_server.changes import update
from mcp_server.definitions import Arguments, Result, Tool
from mcp_server.fitting import UNTRUSTED
from mcp_server.handles import WorkIds, open_project, open_work
from mcp_server.views import work_summary
from media.media_types import media_type_of
from outbound import fetch
from projects import service as projects
from schemas.common import Base
from schemas.json_fields import Array, Integer, Object, Text
from schemas.projects import PROJECT_TYPES, StyleGuideSchema
from schemas.scenes import MAX_SCENE_INDEX, SceneSchema
from schemas.works import NewWorkSchema
from storage.documents.snapshots import Snapshot
from storage.media.media_files import IncomingFile, MediaFiles, Upload
from web.context import settings, storage_limits, store, user_id
from works import service as works
from works.origins import UPLOADED
from works.slots import AUDIO, REFERENCE, Slot, scene_image, scene_video
from works.work_media import store_file

Json = dict[str, Any]

_FETCH_SECONDS = 40.0
_DATA_URL = "data:"
_PLACES = ("asset", "reference", "music", "scene_image", "scene_clip")


def _without_defaults(schema: Schema) -> type[Schema]:
    """Return a schema with the same fields, which loads nothing for those that are left out."""
    changes = deepcopy(schema.fields)
    for field in changes.values():
        field.load_default = missing
    return Base.from_dict(changes, name="ChangesSchema")


_SceneChanges = _without_defaults(SceneSchema())


class WorkArguments(Arguments, NewWorkSchema):
    """The brief of a work."""


class CreateWorkArguments(WorkArguments):
    """The brief of a new work, and its project."""

    project = Text(metadata={"description": "Left out: a new project is made"})
    projectName = Text(metadata={"description": "Of a new project"})
    projectType = Text(validate=validate.OneOf(PROJECT_TYPES))


class UpdateWorkArguments(WorkArguments):
    """Changes of a work, its scenes, and the style of its project."""

    work = Text(required=True)
    if_match = Text(metadata={"description": "`version` of get_work"})
    scenes = Array(Object(SceneSchema), metadata={"description": "Replaces all scenes"})
    scene = Object(_SceneChanges, metadata={"description": "Changes fields of one scene"})
    styleGuide = Object(StyleGuideSchema, metadata={"description": "Of the project"})
    knowledge = Text(metadata={"description": "About the product or brand; of the project"})


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


def _create_work(arguments: Json) -> Result:
    brief = dict(arguments)
    project = brief.pop("project", None)
    new = {key: brief.pop(f"project{key.title()}", None) for key in ("name", "type")}
    if project is not None:
        project_id = open_project(project)
    else:
        g.identity.require("projects:write")
        fields = {"name": new["name"] or brief.get("name"), "projectType": new["type"]}
        project_id = projects.create(store(), user_id(), fields).values["id"]
    snapshot = works.create(store(), project_id, brief)
    storage_limits().count(user_id(), len(snapshot.data))
    return Result(work_summary(WorkIds(project_id, snapshot.values["id"]), snapshot))


def _update_work(arguments: Json) -> Result:
    fields = dict(arguments)
    ids = open_work(fields.pop("work"))
    version = fields.pop("if_match", None)
    scene = fields.pop("scene", None)
    style: Json = {key: fields.pop(key) for key in ("styleGuide", "knowledge") if key in fields}
    if style:
        g.identity.require("projects:write")

    def fields_for(current: Snapshot) -> Json:
        if scene is None:
            return fields
        scenes = fields.get("scenes", current.values["scenes"])
        return {**fields, "scenes": _with_scene(scenes, scene)}

    saved = update(ids, version, fields_for)
    if style:
        projects.update(store(), ids.project_id, style)
    return Result(work_summary(ids, saved))


def _with_scene(scenes: list[Json], changed: Json) -> list[Json]:
    """Return the scenes with the given fields of one changed; it is added if it is new."""
    index = changed["scene_index"]
    old = next((each for each in scenes if each["scene_index"] == index), {})
    others = [each for each in scenes if each["scene_index"] != index]
    return sorted([*others, {**old, **changed}], key=lambda each: int(each["scene_index"]))


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
    return Result(work_summary(ids, ids.snapshot()))


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
        _select(ids, asset["id"])
        data["selectedFor"] = ids.handle
    return Result(data)


def _select(ids: WorkIds, asset_id: str) -> None:
    """Add an asset to those that a work uses; as reference, unless the work says how."""

    def fields_for(current: Snapshot) -> Json:
        work = current.values
        usage = work["assetUsageMode"] or "reference"
        return {"selectedAssetIds": [*work["selectedAssetIds"], asset_id], "assetUsageMode": usage}

    update(ids, None, fields_for)


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


CREATE_WORK = Tool(
    "create_work",
    "Create a work",
    "Create a work (one video) from a brief; every field is optional. resolution 1080x1920 by"
    " default. assetUsageMode: reference describes the assets to the models, direct uses them as"
    " the scenes' images.",
    CreateWorkArguments(),
    _create_work,
    scopes=("works:write",),
    stores=True,
)
UPDATE_WORK = Tool(
    "update_work",
    "Update a work",
    "Change fields of a work; others stay. `scenes` replaces the scenario, `scene` changes one"
    " scene by its scene_index. Also the project's style guide and knowledge.",
    UpdateWorkArguments(),
    _update_work,
    scopes=("works:write",),
    destructive=True,
    idempotent=True,
    stores=True,
)
ADD_ASSET = Tool(
    "add_asset",
    "Add a file",
    "Store a photo, video, sound or font from a public address or a data URL: as an asset, or as"
    " the reference video, the music, or the image or clip of a scene. What it replaces in a scene"
    " is kept as a take.",
    AddAssetArguments(),
    _add_asset,
    any_scope=("projects:write", "works:write"),
    open_world=True,
    stores=True,
)
