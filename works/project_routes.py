"""The endpoint that lists projects, with the posters of their works."""

from dataclasses import replace

import orjson
from flask import Response

from projects import service
from schemas.projects import ProjectSummarySchema
from storage.documents.index import Entry, json_array
from storage.store import Store
from web.api import Blueprint
from web.context import store, user_id
from web.guard import requires
from web.payloads import json_response
from works.posters import project_poster_url

blp = Blueprint("project_list", __name__, url_prefix="/api/projects", tag="projects")


@blp.route("", methods=["GET"])
@requires("projects:read")
@blp.response(200, ProjectSummarySchema(many=True))
def list_projects() -> Response:
    """List projects, newest first."""
    data = store()
    projects = service.own(data, user_id())
    return json_response(json_array([_with_poster(data, project) for project in projects]))


def _with_poster(data: Store, entry: Entry) -> Entry:
    """Return a project's entry with its poster, if it has one."""
    poster = project_poster_url(data, entry.id)
    if poster is None:
        return entry
    return replace(entry, data=b'%b,"posterUrl":%b}' % (entry.data[:-1], orjson.dumps(poster)))
