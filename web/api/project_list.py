"""The endpoint that lists projects, with the posters of their works."""

from typing import Any

import orjson
from flask import Response

from access.names import UserNames
from access.rights import OWNER
from projects import service
from schemas.projects import ProjectListQuerySchema, ProjectSummarySchema
from storage.documents.index import Entry, join_json
from storage.store import Store
from web.blueprints import Blueprint
from web.context import store, user_id
from web.guard import requires
from web.lists import list_response
from web.payloads import json_response
from works.posters import project_poster_url

blp = Blueprint("project_list", __name__, url_prefix="/api/projects", tag="projects")


@blp.route("", methods=["GET"])
@requires("projects:read")
@list_response(ProjectSummarySchema, newest_by="updatedAt")
@blp.query(ProjectListQuerySchema())
def list_projects(query: dict[str, Any]) -> Response:
    """List your projects and those that others share with you, newest first."""
    data, own_id = store(), user_id()
    projects = service.visible(data, own_id)
    if "shared" in query:
        is_shared = bool(query["shared"])
        projects = [each for each in projects if (each.values["userId"] != own_id) == is_shared]
    names = _OwnerNames(data)
    return json_response(join_json(_complete(data, project, names) for project in projects))


class _OwnerNames(dict[str, bytes]):
    """What the entries of projects of others have in addition, by the owner: `,"ownerName":…`."""

    def __init__(self, data: Store) -> None:
        super().__init__()
        self._names = UserNames(data)

    def __missing__(self, owner_id: str) -> bytes:
        name = self._names.of(owner_id)
        self[owner_id] = b"" if name is None else b',"ownerName":%b' % orjson.dumps(name)
        return self[owner_id]


def _complete(data: Store, entry: Entry, names: _OwnerNames) -> bytes:
    """Return a project's entry with its poster, if it has one, and the name of another owner."""
    more = b"" if entry.values["role"] == OWNER else names[entry.values["userId"]]
    if (poster := project_poster_url(data, entry.id)) is not None:
        more += b',"posterUrl":%b' % orjson.dumps(poster)
    return b"%b%b}" % (entry.data[:-1], more) if more else entry.data
