"""Endpoints of videos that one request orders."""

import re
from functools import partial
from typing import Any

from flask import Response, g

from errors import BusyError
from generation.videos.order import plan_video
from generation.videos.sources import given_assets, received
from generation.videos.views import show, show_in_list, source_of
from jobs.model import JobRef
from jobs.requests import list_newest
from schemas.ai import ROLES
from schemas.jobs import JobQuerySchema
from schemas.new_jobs import PIPELINE
from schemas.videos import (
    NewVideoSchema,
    VideoJobSchema,
    VideoListSchema,
    VideoQuerySchema,
)
from storage.errors import NotFoundError
from storage.paths import jobs_of_user
from web.addresses import base_address
from web.api.common.event_stream import describe_events
from web.api.common.job_requests import (
    JobView,
    cancel_job,
    documents_provider_headers,
    get_job,
    job_events_response,
    job_response,
    resume_job,
    start_job,
    wait_for_job,
)
from web.api.common.received_files import file_fetcher
from web.blueprints import Blueprint
from web.conditional import applied, preference
from web.context import export_links, services, store, user_id
from web.guard import requires
from web.lists import list_response
from web.openapi_operations import View, describe
from web.payloads import page_response

blp = Blueprint(
    "videos", __name__, url_prefix="/api/videos", description="Videos that one request makes"
)

_MAX_WAIT_SECONDS = 300
_PREFER = {
    "in": "header",
    "name": "Prefer",
    "description": "`wait=60` answers as soon as the video is finished, or after that many seconds",
    "schema": {"type": "string"},
}


def _documents_waiting(view: View) -> View:
    return describe(view, parameters=[_PREFER])


def _view() -> JobView:
    """Return how jobs are shown: with a link, which ends with the credential of this request."""
    shown = partial(show, export_links(), g.identity, base_address())
    return JobView(shown, lambda ref: f"/api/videos/{ref.id}")


@blp.route("", methods=["POST"])
@requires("works:write", "ai:generate")
@blp.response(200, VideoJobSchema, headers=("Location",))
@blp.response(202, VideoJobSchema, errors=(404, 409, 429), headers=("Location",))
@blp.json_body(NewVideoSchema(), is_strict=True)
@documents_provider_headers(*ROLES)
@_documents_waiting
def order_video(body: dict[str, Any]) -> Response:
    """Make a video from a brief: its work, scenario, scenes and export, in one job.

    The response is 202, or 200 with the finished job if the client preferred to wait. Fields that
    are not documented are refused, so that nothing is paid for a typo.
    """
    given = given_assets(body.get("assets") or [])
    with received(file_fetcher(), given) as files:
        ref = start_job(
            *(jobs_of_user(user_id()), "videos", body),
            plan=lambda planner: plan_video(planner, body, files, source_of(g.identity)),
            files=files,
        )
    seconds = _seconds_to_wait()
    if not seconds:
        return job_response(ref, 202, _view())
    try:
        is_finished = wait_for_job(ref, seconds)
    except BusyError:  # too many wait; the video is made nevertheless
        return job_response(ref, 202, _view())
    return applied(job_response(ref, 200 if is_finished else 202, _view()), f"wait={seconds}")


@blp.route("", methods=["GET"])
@requires("works:read")
@list_response(VideoListSchema, "items", has_pages=True)
@blp.query(VideoQuerySchema())
def list_videos(query: dict[str, Any]) -> Response:
    """List the jobs that made or make videos, newest first."""
    page = list_newest(store(), jobs_of_user(user_id()), query, PIPELINE)
    items = [show_in_list(base_address(), job) for job in page.items]
    return page_response(items, page.next_cursor)


@blp.route("/<id:video_id>", methods=["GET"])
@requires("works:read")
@blp.response(200, VideoJobSchema, errors=(404, 503), headers=("Location",))
@blp.query(JobQuerySchema())
def get_video(video_id: str, query: dict[str, Any]) -> Response:
    """Get the job that makes a video; with `wait`, as soon as it is finished."""
    return get_job(_ref(video_id), query.get("wait"), _view())


@blp.route("/<id:video_id>/cancel", methods=["POST"])
@requires("works:write", "ai:generate")
@blp.response(200, VideoJobSchema, errors=(404, 409), headers=("Location",))
def cancel_video(video_id: str) -> Response:
    """Cancel the job that makes a video, and the step that runs; finished parts are kept."""
    return cancel_job(_ref(video_id), _view())


@blp.route("/<id:video_id>/resume", methods=["POST"])
@requires("works:write", "ai:generate")
@blp.response(202, VideoJobSchema, errors=(400, 404, 409, 429), headers=("Location",))
@documents_provider_headers(*ROLES, starts=False)
def resume_video(video_id: str) -> Response:
    """Continue a video with the step that failed; finished parts are kept."""
    return resume_job(_ref(video_id), _view())


@blp.route("/<id:video_id>/events", methods=["GET"])
@requires("works:read")
@describe_events("the current job")
@blp.response(200, errors=(404, 503))
def get_video_events(video_id: str) -> Response:
    """Watch the job that makes a video: server-sent events until it is finished."""
    return job_events_response(_ref(video_id), _view())


def _seconds_to_wait() -> int:
    """Return for how many seconds the client prefers to wait."""
    value = preference("wait") or ""
    return min(int(value), _MAX_WAIT_SECONDS) if re.fullmatch("[0-9]{1,9}", value) else 0


def _ref(video_id: str) -> JobRef:
    """Return the reference of a job of the user that makes a video. Raises NotFoundError."""
    ref = JobRef(jobs_of_user(user_id()), video_id)
    if services().jobs.get(ref)["kind"] != PIPELINE:
        raise NotFoundError(f"video {video_id}")
    return ref
