"""What happens in all of a user's works: their jobs, and events of what changes."""

from typing import Any

from flask import Response

from jobs import service
from jobs.model import to_public
from schemas.jobs import AllJobsQuerySchema, ListedJobSchema
from web.api import Blueprint
from web.context import store, user_id
from web.guard import requires
from web.paging import link_next
from web.payloads import json_response
from works.all_jobs import list_all

blp = Blueprint(
    "activity",
    __name__,
    url_prefix="/api",
    description="What happens in all of your works",
)


@blp.route("/jobs", methods=["GET"])
@requires("works:read")
@blp.response(200, ListedJobSchema(many=True), headers=("Link",))
@blp.query(AllJobsQuerySchema())
def list_user_jobs(query: dict[str, Any]) -> Response:
    """List your AI calls that belong to no work, newest first; with `all=1`, all of your jobs.

    The latter have the names of their project and work, and pages: the `Link` header has the URL of
    the next one, if there is one.
    """
    if query["all"]:
        page = list_all(store(), user_id(), query)
        return link_next(json_response(page.jobs), page.next_cursor)
    jobs = service.list_newest(store().user_jobs(user_id()), query["limit"])
    return json_response([to_public(job) for job in jobs])
