"""Tools for the timeline and the export."""

from collections.abc import Mapping
from functools import cache, partial
from typing import Any

from marshmallow import validate

from assets import service as assets
from editor_templates import service as templates
from errors import FieldsError, InvalidError
from export import service as exports
from export.job import export_key
from export.kinds import KIND, plan_work_export, running_job
from export.plan.from_work import timeline_of_work
from export.plan.timeline import Timeline
from export.sources.openers import Location
from jobs.requests import job_ref, start_once
from mcp_server.addresses import next_step, video_links, with_address
from mcp_server.changes import update
from mcp_server.definitions import Arguments, Result, Tool
from mcp_server.handles import WorkIds, open_work
from mcp_server.pictures import clip_seconds
from mcp_server.timelines import Editor, describe_timeline
from mcp_server.views import export_view, job_view
from schemas.common import Base
from schemas.exports import MAX_TIME, ExportOptionsSchema
from schemas.json_fields import Array, Integer, Map, Number, Object, Text
from schemas.scenes import DEFAULT_SCENE_SECONDS
from storage.documents.snapshots import Snapshot
from storage.paths import jobs_of_work
from timeline.transitions import MOVEMENTS
from web.context import services, store, user_id
from web.job_requests import planner
from works.slots import AUDIO

Json = dict[str, Any]

_OPERATIONS = (
    *("arrange", "trim", "transition", "text", "picture", "music"),
    *("template", "remove", "clear"),
)
_NEEDED = {
    "arrange": ("clips",),
    "trim": ("clip",),
    "transition": ("clip", "name"),
    "text": ("text", "start", "end"),
    "picture": ("asset", "start", "end"),
    "template": ("template",),
    "remove": ("id",),
}
_TIME = validate.Range(0, MAX_TIME)
_OPTIONS = "options."  # the path of an export's arguments in errors of the domain
_NAMES = ["cut", *MOVEMENTS]


class ArrangedClipSchema(Base):
    """A scene at its place in the order."""

    scene = Integer(required=True, validate=validate.Range(0))
    seconds = Number(validate=validate.Range(0, MAX_TIME, min_inclusive=False))
    transition = Text(validate=validate.OneOf(_NAMES))
    transitionSeconds = Number(validate=_TIME)


# `from` is a keyword of Python, so that no class can have a field of that name.
_From = Base.from_dict({"from": Number(validate=_TIME)}, name="FromSchema")


class ClipSchema(ArrangedClipSchema, _From):  # type: ignore[misc, valid-type]
    """A scene at its place in the order, with where its clip begins."""


class OperationSchema(_From):  # type: ignore[misc, valid-type]
    """One operation; which fields it needs depends on `op`."""

    op = Text(required=True, validate=validate.OneOf(_OPERATIONS))
    clips = Array(Object(ClipSchema))
    clip = Integer(validate=validate.Range(0), metadata={"description": "Number on the timeline"})
    name = Text(validate=validate.OneOf(_NAMES))
    seconds = Number(validate=_TIME)
    id = Text()
    text = Text(min_size=1, max_size=10_000)
    start = Number(validate=_TIME)
    end = Number(validate=_TIME)
    size = Number(validate=validate.Range(1))
    color = Text()
    x = Number()
    y = Number()
    asset = Text()
    width = Number(validate=validate.Range(1))
    height = Number(validate=validate.Range(1))
    opacity = Number(validate=validate.Range(0, 1))
    rotation = Number()
    volume = Number(validate=validate.Range(0, 10))
    template = Text()
    values = Map(values=Text())


class EditTimelineArguments(Arguments):
    """Operations, in their order."""

    work = Text(required=True)
    if_match = Text(metadata={"description": "`version`"})
    operations = Array(Object(OperationSchema), required=True, min_size=1, max_size=100)


class ExportArguments(Arguments, ExportOptionsSchema):
    """How to export which work."""

    work = Text(required=True)


def _edit_timeline(arguments: Json) -> Result:
    ids, operations = open_work(arguments["work"]), arguments["operations"]
    for number, operation in enumerate(operations):
        _check_operation(operation, f"operations.{number}")

    def fields_for(current: Snapshot) -> Json:
        work = current.parse()
        editor = Editor(work, _lengths(ids, work))
        for number, operation in enumerate(operations):
            _apply(editor, ids, operation, f"operations.{number}")
        if editor.tracks.get("videoTrack"):
            timeline_of_work(work, {})  # raises FieldsError for what could not be exported
        return {name: work[name] for name in ("editorState", "scenes")}

    saved = update(ids, arguments.get("if_match"), fields_for)
    head = {"work": ids.handle, "version": saved.etag}
    return Result({**head, **describe_timeline(saved.values)})


def _apply(editor: Editor, ids: WorkIds, operation: Json, path: str) -> None:
    match operation["op"]:
        case "arrange":
            editor.arrange(operation["clips"], path)
        case "trim":
            editor.trim(operation["clip"], operation.get("from"), operation.get("seconds"), path)
        case "transition":
            editor.set_transition(
                operation["clip"], operation["name"], operation.get("seconds"), path
            )
        case "text":
            editor.add_text(operation)
        case "picture":
            editor.add_picture(operation, _asset(ids, operation["asset"], "image", path))
        case "music":
            editor.set_music(_music_url(ids, operation, path), operation.get("volume"))
        case "template":
            _apply_template(editor, ids, operation)
        case "remove":
            editor.remove(operation["id"], path)
        case "clear":
            editor.clear()


def _apply_template(editor: Editor, ids: WorkIds, operation: Json) -> None:
    template = store().templates(ids.project_id).snapshot(operation["template"]).values
    values = operation.get("values") or {}
    templates.add_to_work(editor.work, template["content"], values)


def _music_url(ids: WorkIds, operation: Json, path: str) -> str | None:
    """Return the URL of an audio asset, of the work's own audio, or None for no music."""
    name = operation.get("asset")
    if name == "none":
        return None
    if not name:
        return AUDIO.url(*ids)
    _asset(ids, name, "audio", path)
    return f"/api/projects/{ids.project_id}/assets/{name}"


def _asset(ids: WorkIds, asset_id: str, kind: str, path: str) -> Mapping[str, Any]:
    asset = assets.document(store(), ids.project_id, asset_id)
    if asset["type"] != kind:
        raise FieldsError({f"{path}.asset": [f"Must be an {kind} asset, not {asset['type']}."]})
    return asset


def _lengths(ids: WorkIds, work: Json) -> Any:
    """Return a function: how long the media of a scene are, measured once."""
    planned = {scene["scene_index"]: scene.get("duration_seconds") for scene in work["scenes"]}

    @cache
    def seconds(scene: int) -> float:
        return float(clip_seconds(ids, scene) or planned.get(scene) or DEFAULT_SCENE_SECONDS)

    return seconds


def _check_operation(operation: Json, path: str) -> None:
    """Raise FieldsError if fields are missing that the operation needs."""
    needed = _NEEDED.get(operation["op"], ())
    if missing := [name for name in needed if operation.get(name) is None]:
        message = f"op={operation['op']} needs it."
        raise FieldsError({f"{path}.{name}": [message] for name in missing})


def _export_video(arguments: Json) -> Result:
    ids = open_work(arguments["work"])
    options = {key: value for key, value in arguments.items() if key != "work"}
    body = {"kind": KIND, "options": options}
    work = ids.snapshot().values
    where = Location(store(), *ids)
    key = export_key(where, _timeline(work, options))
    if (found := exports.find(store(), *ids, key)) is not None:
        view = with_address(ids, export_view(exports.to_public(found)))
        data = {"finished": True, **view, "next": next_step(view)}
        return Result(data, links=video_links(view))
    ref = running_job(where, key)
    if ref is None:
        ref = job_ref(user_id(), jobs_of_work(*ids), "", None)
        plan = partial(plan_work_export, planner(), work, body)
        start_once(services().jobs, ref, body, plan)
    return Result(job_view(ref))


def _timeline(work: Mapping[str, Any], options: Json) -> Timeline:
    """Return the timeline to export. Raises FieldsError for arguments, else InvalidError."""
    try:
        return timeline_of_work(work, options)
    except FieldsError as exc:
        errors = {key: text.replace("options.", "") for key, text in exc.details.items()}
        wrong = {key: [text] for key, text in errors.items() if key.startswith(_OPTIONS)}
        if wrong:
            raise FieldsError({key.removeprefix(_OPTIONS): wrong[key] for key in wrong}) from exc
        raise InvalidError("The stored timeline cannot be exported", errors) from exc


EDIT_TIMELINE = Tool(
    "edit_timeline",
    "Edit the timeline",
    "Edit the timeline, and see what it then is. op: arrange (clips: scenes in order), trim (clip,"
    " from, seconds), transition (clip to the next one; name, seconds), text (text, start, end,"
    " size, color, x, y; id replaces), picture (asset, start, end, width, x, y), music (audio"
    " asset, or without one the work's own; asset=none removes it; volume), template (values fill"
    " its placeholders), remove (id of a text or picture), clear.",
    EditTimelineArguments(),
    _edit_timeline,
    scopes=("works:write",),
    destructive=True,
    stores=True,
)
EXPORT_VIDEO = Tool(
    "export_video",
    "Export the video",
    "Render the work as an MP4: returns a job for get_job; the same export again returns its"
    " address at once. Costs nothing.",
    ExportArguments(),
    _export_video,
    scopes=("works:write",),
    idempotent=True,
    stores=True,
    starts_job=True,
)
