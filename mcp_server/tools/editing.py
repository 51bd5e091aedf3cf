"""Tools for the timeline and the export."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from access.rights import CHANGE
from errors import FieldsError, InvalidError
from export import service as exports
from export.job import KIND, export_key, plan_work_export, running_job
from export.plan.timeline import Timeline
from export.sources.openers import Location, stored_timeline
from jobs.requests import job_ref, start_once
from mcp_server.definitions import Arguments, Result, Tool, work_field
from mcp_server.export_links import next_step, video_links, with_address
from mcp_server.handles import if_version, open_work, work_handle
from mcp_server.operations import TEMPLATE, OperationSchema, check_template, loaded
from mcp_server.timelines import describe_timeline
from mcp_server.work_views import export_view, job_view
from schemas.exports import ExportOptionsSchema
from schemas.json_fields import Array, Object, Text
from storage.paths import WorkRef, jobs_of_work
from web.addresses import base_address
from web.api.common.job_requests import planner
from web.context import services, storage_limits, storage_user_id, store, user_id
from works import service as works
from works.operations import apply_to_work, context_around
from works.templates import service as templates

Json = dict[str, Any]

_OPTIONS = "options."  # the path of an export's arguments in errors of the domain


class EditTimelineArguments(Arguments):
    """Operations, in their order."""

    work = work_field()
    if_match = Text(metadata={"description": "`version`"})
    operations = Array(Object(OperationSchema), required=True, min_size=1, max_size=100)


class ExportArguments(Arguments, ExportOptionsSchema):
    """How to export which work."""

    work = work_field()


def _edit_timeline(arguments: Json) -> Result:
    ref, operations = open_work(arguments["work"], CHANGE), arguments["operations"]
    contents = [_template_content(ref, each, number) for number, each in enumerate(operations)]
    context_for = context_around(store(), store().work(ref).values, operations)
    warnings: list[Json] = []

    def mutate(work: Json) -> None:
        warnings.clear()
        for number, (operation, content) in enumerate(zip(operations, contents, strict=True)):
            if content is not None:
                templates.add_to_work(work, content, operation.get("values") or {})
                continue
            context = context_for(work)
            path = f"operations.{number}"
            given = loaded(operation, work["editorState"], context, path)
            messages = apply_to_work(work, given, context, path).warnings
            warnings.extend({"operation": number, "message": each} for each in messages)

    check = if_version(arguments.get("if_match"))
    saved = works.change_slowly(store(), ref, mutate, check)
    storage_limits().count(storage_user_id(), len(saved.data))
    head = {"work": work_handle(ref), "version": saved.etag}
    told = {"warnings": warnings} if warnings else {}
    return Result({**head, **told, **describe_timeline(saved.values)})


def _template_content(ref: WorkRef, operation: Json, number: int) -> Json | None:
    """Return the content of the template that an operation applies, if it does."""
    if operation["op"] != TEMPLATE:
        return None
    check_template(operation, f"operations.{number}")
    template = store().templates(ref.project_id).snapshot(operation["template"]).values
    content: Json = template["content"]
    return content


def _export_video(arguments: Json) -> Result:
    ref = open_work(arguments["work"], CHANGE)
    options = {key: value for key, value in arguments.items() if key != "work"}
    body = {"kind": KIND, "options": options}
    work = store().work(ref).values
    where = Location(store(), ref)
    key = export_key(where, _timeline(work, options))
    if (found := exports.find(store(), ref, key)) is not None:
        view = with_address(ref, export_view(exports.to_public(found)))
        data = {"finished": True, **view, "next": next_step(view)}
        return Result(data, links=video_links(view))
    job = running_job(where, key)
    if job is None:
        job = job_ref(user_id(), jobs_of_work(ref), "", None)
        plan = partial(plan_work_export, planner(ref.project_id), work, body)
        start_once(services().jobs, job, user_id(), body, plan, origin=base_address())
    return Result(job_view(job))


def _timeline(work: Mapping[str, Any], options: Json) -> Timeline:
    """Return the timeline to export. Raises FieldsError for arguments, else InvalidError."""
    try:
        return stored_timeline(store(), work, options)
    except FieldsError as exc:
        errors = {key: text.replace("options.", "") for key, text in exc.details.items()}
        wrong = {key: [text] for key, text in errors.items() if key.startswith(_OPTIONS)}
        if wrong:
            raise FieldsError({key.removeprefix(_OPTIONS): wrong[key] for key in wrong}) from exc
        raise InvalidError("The stored timeline cannot be exported", errors) from exc


EDIT_TIMELINE = Tool(
    "edit_timeline",
    "Edit the timeline",
    "Edit the timeline, and see it. An operation changes only what it names."
    " clip, after: id or number. op: insert (scene or asset, after, seconds, from),"
    " move (clip, after; null: first), trim (clip, from, seconds), gap (clip, seconds of black"
    " before it), clip (clip, speed 0.25 to 4 or 0: still, volume, fadeIn, fadeOut,"
    " crop, motion; null removes), split (clip, at), delete (kind clip, text, picture, caption,"
    " place, voice or sound; id), transition (clip, transition, seconds), text"
    " (text, start, end, preset, size, color, x, y, width, font, weight, align … animationOut;"
    " null: no look; anchor: a clip it moves with; id changes one), picture (asset, start,"
    " end, width, x, y), caption, captions (all; null: scenes' texts), music (asset: id, work or"
    " null; volume; level: LUFS or null; loop),"
    " place (start, end, fadeIn, fadeOut of music), voice (scene,"
    " start, trimStart, trimEnd, speed 0.8 to 1.25, volume; null resets), sound (asset,"
    " start, end, volume, voice; sound: its id), layer (kind, id, above),"
    " format (width, height, fps, fit), arrange (clips: scenes in order; they keep"
    " the rest), template (values), clear (scenes play in order).",
    EditTimelineArguments(),
    _edit_timeline,
    scopes=("works:write",),
    destructive=True,
    stores=True,
)
EXPORT_VIDEO = Tool(
    "export_video",
    "Export the video",
    "Render the work: returns a job; the same export again returns its"
    " address at once. Costs nothing.",
    ExportArguments(),
    _export_video,
    scopes=("works:write",),
    idempotent=True,
    stores=True,
    starts_job=True,
)
