"""Endpoints for all that a user sees: the list of jobs, and the events of what changes."""

from typing import Any

from flask import Response, g, request

from jobs.model import to_public
from jobs.requests import list_newest
from schemas.jobs import (
    AllJobsQuerySchema,
    ClearedJobsSchema,
    ClearJobsSchema,
    JobSchema,
)
from sharing.members.feed import InvitationFeed
from sharing.user_events import INVITATION, watch
from storage.paths import jobs_of_user
from web.api.common.event_stream import describe_events, event_response
from web.blueprints import Blueprint
from web.context import services, store, user_id
from web.guard import requires
from web.lists import list_response
from web.payloads import json_response, link_next
from works import user_jobs

blp = Blueprint(
    "activity",
    __name__,
    url_prefix="/api",
    description="What happens in all of your works",
)


@blp.route("/jobs", methods=["GET"])
@requires("works:read")
@list_response(JobSchema, has_pages=True)
@blp.query(AllJobsQuerySchema())
def list_user_jobs(query: dict[str, Any]) -> Response:
    """List your jobs that belong to no work, newest first; with `all=1`, all that you see.

    The latter are those of your projects and of those that are shared with you; they have the names
    of their project, their work and of whoever ordered them. With `mine=1` only those that you
    ordered. The `Link` header has the URL of the next
    page, if there is one.
    """
    if query["all"]:
        page = user_jobs.list_all(store(), user_id(), query)
        return link_next(json_response(page.items), page.next_cursor)
    own = list_newest(store(), jobs_of_user(user_id()), query)
    return link_next(json_response([to_public(job) for job in own.items]), own.next_cursor)


@blp.route("/jobs/clear", methods=["POST"])
@requires("works:write")
@blp.response(200, ClearedJobsSchema)
@blp.json_body(ClearJobsSchema())
def clear_jobs(body: dict[str, Any]) -> Response:
    """Take finished jobs off the list of all jobs, the newest 500 of them.

    What they made stays, and so do the jobs: they can still be read, listed with their work, and
    resumed, which lists them again. Repeat the request while `remaining` is not 0.
    """
    return json_response(user_jobs.clear(store(), user_id(), body["states"])._asdict())


@blp.route("/events", methods=["GET"])
@requires()
@describe_events("a job, or the ids of what changed")
@blp.response(200, errors=(503,))
def get_events() -> Response:
    """Watch all that is yours: server-sent events of what changes.

    `job` has a job as `GET` returns it; `work` {projectId, workId, updatedAt}, `project`
    {projectId, updatedAt}, `asset` {projectId, assetId, updatedAt} and `template` {projectId,
    templateId, updatedAt} say what changed, with `deleted: true` if it was deleted, and of a
    `project` `accessEnded: true` if you are no member of it any more; `review`
    {projectId, workId, updatedAt} that comments or decisions did; `presence` {projectId, workId,
    people} who has a work open now; `invitation` {invitationId} that you have an invitation to
    accept, or with `deleted: true` that it has ended. A stream begins with the unfinished jobs, or
    continues after `Last-Event-ID`; where it cannot, the event `reset` asks you to load lists
    again. Jobs, works, reviews and presence need the scope `works:read`, the others
    `projects:read`.
    """
    last_event_id = request.headers.get("Last-Event-ID")
    tuning = services().settings.tuning
    news = {INVITATION: InvitationFeed(store(), user_id()).changes}
    events = watch(store(), user_id(), g.identity.scopes, last_event_id, tuning, news)
    return event_response(events, tuning.event_poll)
