"""The tools that store files: assets, media of a work, and addresses for a client's uploads."""

from typing import Any

from flask import g
from marshmallow import validate

from access.rights import CHANGE
from errors import FieldsError
from mcp_server.definitions import Arguments, Result, Tool
from mcp_server.fitting import UNTRUSTED
from mcp_server.handles import open_project, open_work, work_handle
from mcp_server.timelines import check_scene
from mcp_server.work_views import head, state_of_scene
from projects.assets import fetched
from schemas.common import resource_name
from schemas.json_fields import Integer, Text
from schemas.scenes import MAX_SCENE_INDEX
from sharing.links import uploads
from storage.paths import WorkRef
from web.addresses import absolute
from web.api.common.received_files import fetching
from web.context import settings, storage_limits, storage_user_id, store
from works.origins import UPLOADED
from works.service import select_asset
from works.slots import AUDIO, REFERENCE, Slot, scene_image, scene_video, scene_voice
from works.work_media import store_file

Json = dict[str, Any]

_FETCH_SECONDS = 40.0
_SLOTS = {"scene_image": scene_image, "scene_clip": scene_video, "scene_voice": scene_voice}
_NO_ADDRESS = (
    "Must start with https:// or data:; upload_url is for a file of the user's machine, then"
    " PUT the file to the address that it returns."
)
_PLACES = ("asset", "reference", "music", *_SLOTS)


class AddAssetArguments(Arguments):
    """A file, and where it belongs."""

    source = Text(
        required=True,
        max_size=None,
        validate=validate.Regexp(r"(?i)https?://|data:", error=_NO_ADDRESS),
        metadata={"description": "https:// address, or data:image/png;base64,…"},
    )
    place = Text(load_default="asset", validate=validate.OneOf(_PLACES))
    project = Text(metadata={"description": "For place=asset, without a work"})
    work = Text(metadata={"description": "With place=asset: selected for it"})
    scene = Integer(validate=validate.Range(0, MAX_SCENE_INDEX))
    name = Text()


def _add_asset(arguments: Json) -> Result:
    place = arguments["place"]
    if place == "asset":
        g.identity.require("projects:write")
        return _new_asset(arguments)
    g.identity.require("works:write")
    if not arguments.get("work"):
        raise FieldsError({"work": [f"Required for place={place}."]})
    ref = open_work(arguments["work"], CHANGE)
    slot = _slot(place, arguments.get("scene"))
    check_scene(store().work(ref).values, slot.scene)
    media = store().work_media(ref)
    limit, source = settings().max_upload_mb, arguments["source"]
    with (
        fetching(_FETCH_SECONDS) as fetcher,
        fetcher.receive(source, media, slot.accepted, limit, "source") as upload,
    ):
        store_file(store(), ref, slot, upload.file, str(upload.declared_type), UPLOADED)
    snapshot = store().work(ref)
    scene = {} if slot.scene is None else state_of_scene(snapshot.values, slot.scene)
    return Result({**head(ref, snapshot), "place": place, **scene})


def _new_asset(arguments: Json) -> Result:
    ref: WorkRef | None = None
    if work := arguments.get("work"):
        g.identity.require("works:write")
        ref = of_work = open_work(work, CHANGE)
        project_id = of_work.project_id
    elif project := arguments.get("project"):
        project_id = open_project(project, CHANGE)
    else:
        raise FieldsError({"work": ["Give a work, or a project."]})
    fields = {"name": arguments["name"]} if arguments.get("name") else {}
    with fetching(_FETCH_SECONDS) as fetcher:
        source = arguments["source"]
        snapshot = fetched.create(fetcher, project_id, source, fields, field="source")
    storage_limits().count(storage_user_id(), len(snapshot.data))
    asset = snapshot.values
    keys = ("type", "mimeType", "size", "width", "height", "duration")
    facts = {key: asset[key] for key in keys if key in asset}
    data: Json = {"asset": asset["id"], **facts, UNTRUSTED: {"name": asset["name"]}}
    if ref is not None and asset["type"] == "image":
        select_asset(store(), ref, asset["id"])
        data["selectedFor"] = work_handle(ref)
    return Result(data)


def _slot(place: str, scene: int | None) -> Slot:
    if place in ("reference", "music"):
        return REFERENCE if place == "reference" else AUDIO
    if scene is None:
        raise FieldsError({"scene": [f"Required for place={place}."]})
    return _SLOTS[place](scene)


ADD_ASSET = Tool(
    "add_asset",
    "Add a file",
    "Store a file from a public address or a data URL: as an asset,"
    " the reference video, the music, or a scene's image, clip or voice. What it replaces in a"
    " scene is kept as a take.",
    AddAssetArguments(),
    _add_asset,
    any_scope=("projects:write", "works:write"),
    open_world=True,
    stores=True,
)


class UploadUrlArguments(Arguments):
    """Where the file belongs, and its name."""

    work = Text(metadata={"description": "For which an image is selected"})
    project = Text(metadata={"description": "If there is no work"})
    name = resource_name(metadata={"description": "Such as photo.jpg"})


def _upload_url(arguments: Json) -> Result:
    if work := arguments.get("work"):
        g.identity.require("works:write")
        project_id, work_id = open_work(work, CHANGE)
    elif project := arguments.get("project"):
        project_id, work_id = open_project(project, CHANGE), None
    else:
        raise FieldsError({"work": ["Give a work, or a project."]})
    seconds = settings().tuning.upload_link
    link = uploads.make(
        *(store(), g.identity, project_id, seconds), work_id=work_id, name=arguments.get("name")
    )
    url = absolute(link.path)
    return Result(
        {
            "url": url,
            "asset": link.target["assetId"],
            "maxMB": settings().max_asset_mb,
            "next": f"Within {seconds // 60} minutes: curl -T FILE {url} (once; it returns the"
            " asset). If you can't run commands, ask the user to.",
        }
    )


UPLOAD_URL = Tool(
    "upload_url",
    "Get an upload address",
    "For a local file: an address for one `curl -T FILE <url>`, and the id of the"
    " asset it becomes.",
    UploadUrlArguments(),
    _upload_url,
    scopes=("projects:write",),
    stores=True,
)
