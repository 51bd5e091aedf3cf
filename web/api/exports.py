"""Endpoints of exports: making one while the request waits, and the stored ones."""

from dataclasses import replace
from typing import Any

from flask import Response, request

from access.rights import CHANGE, SEE
from export import service, still
from export.job import KIND, export_key, plan_export, running_job
from export.plan import captions
from export.plan.from_request import timeline_of_body
from export.plan.from_work import content_of, tags_of
from export.plan.timeline import Timeline
from export.sources.openers import Location, stored_timeline
from schemas.exports import (
    ExportBodySchema,
    ExportListSchema,
    StillQuerySchema,
    WorkExportSchema,
)
from storage.errors import NotFoundError
from storage.paths import WorkRef, jobs_of_work
from web.api.common.job_requests import run_and_wait
from web.blueprints import Blueprint
from web.conditional import if_match_of_file
from web.context import services, store, user_id
from web.downloads import as_private_file, attachment, inline, send
from web.guard import requires
from web.header_values import shortened_value
from web.lists import list_response
from web.payloads import json_response
from web.permission import check_access

_ERRORS = (400, 404, 409, 413, 429, 503, 504, 507)
_FILE = service.TYPES
_STILL_EXTENSIONS = {"jpeg": "jpg", "png": "png"}

blp = Blueprint("export", __name__, url_prefix="/api", description="Exporting a given timeline")
work_blp = Blueprint(
    "exports",
    __name__,
    url_prefix="/api/projects/<id:project_id>/works/<id:work_id>",
    description="Exporting works, and the exported videos",
)


@blp.route("/export", methods=["POST"])
@requires("works:read")
@blp.file_response(_FILE, errors=_ERRORS, ranges=False)
@blp.json_body(ExportBodySchema())
def export_timeline(body: dict[str, Any]) -> Response:
    """Export a timeline of clips, texts, pictures and music; the response is the file."""
    check_access(body["projectId"], CHANGE)
    work = store().works(body["projectId"]).snapshot(body["workId"]).values
    where = Location(store(), WorkRef.named_in(body))
    return _export_and_wait(where, replace(timeline_of_body(body), tags=tags_of(work)), body)


@work_blp.route("/export", methods=["POST"])
@requires("works:write", right=CHANGE)
@work_blp.file_response(_FILE, errors=_ERRORS, ranges=False)
@work_blp.json_body(WorkExportSchema(), required=False)
def export_work(ref: WorkRef, body: dict[str, Any]) -> Response:
    """Export a work as it is stored; the response is the file."""
    work = store().work(ref).values
    where = Location(store(), ref)
    timeline = stored_timeline(store(), work, body.get("options") or {})
    return _export_and_wait(where, timeline, body, content_of(work))


@work_blp.route("/frame", methods=["GET"])
@requires("works:read", right=SEE, query_token=True)
@work_blp.file_response(tuple(still.TYPES.values()), errors=_ERRORS, ranges=False)
@work_blp.query(StillQuerySchema())
def get_frame(ref: WorkRef, query: dict[str, Any]) -> Response:
    """Download a still: the work as its video shows it at a time, in its full size."""
    work = store().work(ref).values
    with services().waiters.permit(user_id()):
        data = still.make_still(store(), services().settings, work, **query)
    response = as_private_file(Response(data, content_type=still.TYPES[query["type"]]))
    response.headers["Content-Disposition"] = inline(
        f"{work['name']} {query['at']:.2f}", _STILL_EXTENSIONS[query["type"]]
    )
    return response


@work_blp.route("/exports", methods=["GET"])
@requires("works:read", right=SEE)
@list_response(ExportListSchema, "exports", newest_by="createdAt", errors=(404,))
def list_exports(ref: WorkRef) -> Response:
    """List the exports of a work, newest first."""
    return json_response({"exports": service.list_compared(store(), ref)})


@work_blp.route("/exports/<id:export_id>", methods=["GET", "HEAD"])
@requires("works:read", right=SEE, query_token=True)
@work_blp.file_response(_FILE, errors=(404,))
def get_export(ref: WorkRef, export_id: str) -> Response:
    """Download an exported video, or a file made of it."""
    return file_response(ref, export_id)


def file_response(ref: WorkRef, export_id: str) -> Response:
    """Return the response with an exported file, also where a link opens it.

    Raises NotFoundError.
    """
    name = store().work(ref).values["name"]
    export = service.get(store(), ref, export_id)
    response = send(request, service.open_file(store(), ref, export_id))
    extension = service.extension_of(export)
    response.headers["Content-Disposition"] = inline(service.file_name(name, export), extension)
    return response


@work_blp.route("/exports/<id:export_id>", methods=["DELETE"])
@requires("works:write", right=CHANGE)
@work_blp.response(204, errors=(404, 412))
def delete_export(ref: WorkRef, export_id: str) -> Response:
    """Delete an exported video."""
    service.delete(store(), ref, export_id, if_match_of_file())
    return Response(status=204)


@work_blp.route("/exports/<id:export_id>/poster", methods=["GET", "HEAD"])
@requires("works:read", right=SEE, query_token=True)
@work_blp.file_response((service.POSTER_TYPE,), errors=(404,))
def get_export_poster(ref: WorkRef, export_id: str) -> Response:
    """Download a picture of an exported video."""
    return send(request, service.open_poster(store(), ref, export_id))


@work_blp.route("/exports/<id:export_id>/captions.vtt", methods=["GET"])
@requires("works:read", right=SEE, query_token=True)
@work_blp.file_response(("text/vtt",), errors=(404,), ranges=False)
def get_export_vtt(ref: WorkRef, export_id: str) -> Response:
    """Download the captions of an exported video as WebVTT."""
    text = captions.to_vtt(_cues(ref, export_id))
    return as_private_file(Response(text, content_type="text/vtt; charset=utf-8"))


@work_blp.route("/exports/<id:export_id>/captions.srt", methods=["GET"])
@requires("works:read", right=SEE, query_token=True)
@work_blp.file_response(("application/x-subrip",), errors=(404,), ranges=False)
def get_export_srt(ref: WorkRef, export_id: str) -> Response:
    """Download the captions of an exported video as SubRip."""
    text = captions.to_srt(_cues(ref, export_id))
    return as_private_file(Response(text, content_type="application/x-subrip; charset=utf-8"))


def _cues(ref: WorkRef, export_id: str) -> captions.Cues:
    cues: captions.Cues = service.get(store(), ref, export_id)["cues"]
    if not cues:
        raise NotFoundError(f"captions of {export_id}")
    return cues


def _export_and_wait(
    where: Location, timeline: Timeline, body: dict[str, Any], content: str | None = None
) -> Response:
    """Return the file of a timeline: stored before, of a running job, or of a new one."""
    key = export_key(where, timeline)
    made = service.find(*where, key)
    if made is None:
        _, made = run_and_wait(
            jobs_of_work(where.ref),
            KIND,
            body,
            lambda planner: plan_export(planner, where, timeline, body, content),
            running=running_job(where, key),
        )
    else:
        service.note_content(store(), made, content)
    response = send(request, service.open_file(store(), where.ref, made["id"]))
    name = store().work(where.ref).values["name"]
    response.headers["Content-Disposition"] = attachment(name, service.extension_of(made))
    if warnings := made.get("warnings"):
        response.headers["X-Warnings"] = shortened_value(" ".join(warnings))
    return response
