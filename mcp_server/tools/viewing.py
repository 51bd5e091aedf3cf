"""The tool that shows pictures: of scenes, their takes, assets and exports."""

from collections.abc import Callable
from typing import Any

from flask import g
from marshmallow import validate

from access.rights import SEE
from errors import FieldsError
from mcp_server import pictures
from mcp_server.definitions import Arguments, Result, Tool, work_field
from mcp_server.handles import open_work, work_handle
from mcp_server.spoken import spoken_in
from mcp_server.timelines import check_scene
from projects.assets import service as assets
from schemas.json_fields import Array, Boolean, Integer, Number, Text
from schemas.scenes import MAX_SCENE_INDEX
from storage.media.media_files import StoredFile
from storage.paths import WorkRef
from web.context import store
from works import takes
from works.scenario import order_of

Json = dict[str, Any]

_SEEN = ("image", "video")
_TAKE = ("kind", "current", "source")
_VIEWS: dict[
    str, tuple[str, ...]
] = {  # what else may be given with the argument that says what is seen
    "export": ("at",),
    "assets": ("first",),
    "takes": ("scene", "first"),
    "scene": (),
}


class ViewArguments(Arguments):
    """What to look at."""

    work = work_field()
    first = Integer(validate=validate.Range(0), metadata={"description": "From `next`"})
    scene = Integer(
        validate=validate.Range(0, MAX_SCENE_INDEX),
        metadata={"description": "Its image, and a strip of its clip"},
    )
    takes = Boolean(metadata={"description": "Of `scene`: all it has or had"})
    assets = Array(Text(), metadata={"description": "These; a single one large"})
    export = Text(metadata={"description": "Its frames at the times `at`"})
    at = Array(
        Number(validate=validate.Range(0)),
        max_size=pictures.MAX_FRAMES,
        metadata={"description": f"Seconds, at most {pictures.MAX_FRAMES}"},
    )


def _view_scenes(arguments: Json) -> Result:
    ref = open_work(arguments["work"], SEE)
    given = {
        key: value
        for key, value in arguments.items()
        if not (value is None or value is False or value == [])
    }
    view = next((name for name in _VIEWS if name in given), None)
    _check(given, view)
    check_scene(store().work(ref).values, given.get("scene"))
    head, first = {"work": work_handle(ref)}, given.get("first", 0)
    if view == "export":
        shown = pictures.frames_of_export(ref, given["export"], given.get("at") or [])
        return Result({**head, "export": given["export"]}, shown)
    if view == "assets":
        return _view_assets(ref, given["assets"], first)
    if view == "takes":
        return _view_takes(ref, given["scene"], first)
    if view == "scene":
        index = given["scene"]
        spoken = spoken_in(ref, [index], with_words=True)
        try:
            shown = pictures.pictures_of_scene(ref, index)
        except pictures.MissingPictureError:
            if not spoken:
                raise
            shown = ()
        return Result({**head, "scene": index, **spoken}, shown)
    return _view_sheet(ref, head, first)


def _view_sheet(ref: WorkRef, head: Json, first: int) -> Result:
    """Return a contact sheet of scenes, and what is spoken in them; that alone without pictures."""
    try:
        scenes, left_out, sheet = pictures.contact_sheet_of(ref, first)
    except pictures.MissingPictureError:
        spoken = spoken_in(ref, order_of(store().work(ref).values)[first:])
        if not spoken:
            raise
        return Result({**head, **spoken})
    data = {**head, "scenes": scenes, **spoken_in(ref, scenes)}
    return Result({**data, **_following("scenes", left_out)}, sheet)


def _check(given: Json, view: str | None) -> None:
    """Raise FieldsError for arguments that have no effect with the others."""
    allowed = {"work", view, *(_VIEWS[view] if view else ("first",))}
    if wrong := [name for name in given if name not in allowed]:
        reason = f"Has no effect with {view}." if view else "Needs `export`."
        raise FieldsError({name: [reason] for name in wrong})
    if view == "takes" and "scene" not in given:
        raise FieldsError({"scene": ["Required with takes."]})


def _view_assets(ref: WorkRef, asset_ids: list[str], first: int) -> Result:
    g.identity.require("projects:read")
    for asset_id in asset_ids:
        asset = assets.document(store(), ref.project_id, asset_id)
        if asset["type"] not in _SEEN:
            raise FieldsError({"assets": [f"{asset_id} is no image or video: {asset['type']}."]})

    def open_file(asset_id: str) -> StoredFile:
        return assets.open_file(store(), ref.project_id, asset_id)

    entries = [{"asset": each} for each in asset_ids]
    return _sheet(ref, "asset", entries, first, open_file)


def _view_takes(ref: WorkRef, scene: int, first: int) -> Result:
    def open_file(take_id: str) -> StoredFile:
        return takes.open_take(store(), ref, scene, take_id)

    listed = [each for each in takes.list_takes(store(), ref, scene) if each["kind"] in _SEEN]
    entries = [{"take": each["id"], **{key: each[key] for key in _TAKE}} for each in listed]
    return _sheet(ref, "take", entries, first, open_file)


def _sheet(
    ref: WorkRef, key: str, entries: list[Json], first: int, open_file: Callable[[str], StoredFile]
) -> Result:
    """Return a page of entries with their numbers, and their pictures; `key` has their ids."""
    name = f"{key}s"
    numbered = [{"number": number, **entry} for number, entry in enumerate(entries)]
    shown = numbered[first:][: pictures.SHEET_CELLS]
    files = [(str(each["number"]), open_file(each[key])) for each in shown]
    end = first + len(shown)
    following = _following(name, end if end < len(entries) else None)
    sheet = pictures.pictures_of_files(files, name)
    return Result({"work": work_handle(ref), name: shown, **following}, sheet)


def _following(name: str, first: int | None) -> Json:
    return {} if first is None else {"next": f"More {name} from first={first}."}


VIEW_SCENES = Tool(
    "view_scenes",
    "View pictures",
    "See pictures: by default a contact sheet of the scenes; one scene large, with frames of its"
    " clip, or its takes; assets; frames of an export. Says what is spoken when in the video.",
    ViewArguments(),
    _view_scenes,
    scopes=("works:read",),
    reads=True,
)
