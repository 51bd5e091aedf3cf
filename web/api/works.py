"""Endpoints of works."""

from typing import Any

from flask import Response, g

from access.rights import CHANGE, SEE
from schemas.works import (
    DuplicateSchema,
    NewWorkSchema,
    WorkQuerySchema,
    WorkSchema,
    WorkSummarySchema,
    WorkUpdateSchema,
)
from storage.paths import WorkRef
from web.blueprints import Blueprint
from web.conditional import if_match
from web.context import storage_limits, storage_user_id, store
from web.creation import create_once, repeatable
from web.guard import requires
from web.lists import list_response, with_limit
from web.payloads import (
    DELETED,
    DELETION,
    deleted,
    deletion,
    document_response,
    json_response,
    link_next,
    made,
)
from web.permission import check_access, permission
from works import listing, scene_copies, service
from works.copies import Copies
from works.slots import SCENE_INDEX_PARAMETER, parse_scene_index

_SCENE = {"index": SCENE_INDEX_PARAMETER}

blp = Blueprint(
    "works", __name__, url_prefix="/api/projects/<id:project_id>/works", description="Works"
)


@blp.route("", methods=["GET"])
@requires("works:read", right=SEE)
@list_response(WorkSummarySchema, has_pages=True, errors=(404,))
@blp.query(WorkQuerySchema())
def list_works(project_id: str, query: dict[str, Any]) -> Response:
    """List works.

    By default the most recently updated come first. With `limit`, the `Link` header has the URL of
    the next page, if there is one.
    """
    page = listing.list_works(store(), project_id, with_limit(query))
    return link_next(json_response(page.body), page.next_cursor)


@blp.route("", methods=["POST"])
@requires("works:write", right=CHANGE)
@repeatable
@blp.response(201, WorkSchema, errors=(404,), headers=("ETag", "Location"))
@blp.json_body(NewWorkSchema(), required=False)
def create_work(project_id: str, body: dict[str, Any]) -> Response:
    """Create a work.

    Every field is optional. `scenes` is the scenario; other fields are set by an update.
    """
    created = create_once(
        "work",
        body,
        lambda work_id: service.create(store(), project_id, body, work_id),
        store().works(project_id).snapshot,
    )
    return made(document_response(created, 201), created.values["id"])


@blp.route("/<id:work_id>", methods=["GET"])
@requires("works:read", right=SEE)
@blp.response(200, WorkSchema, errors=(404,), headers=("ETag",))
def get_work(ref: WorkRef) -> Response:
    """Get a work."""
    return document_response(store().work(ref))


@blp.route("/<id:work_id>", methods=["PUT", "PATCH"])
@requires("works:write", right=CHANGE)
@blp.response(200, WorkSchema, errors=(404, 412), headers=("ETag",))
@blp.json_body(WorkUpdateSchema(), required=False, validate=False)
def update_work(ref: WorkRef, body: dict[str, Any]) -> Response:
    """Update a work.

    Fields that are not in the body keep their values.
    """
    return document_response(service.update(store(), ref, body, if_match()))


@blp.route("/<id:work_id>/duplicate", methods=["POST"])
@requires("works:write", "works:read", right=SEE)
@repeatable
@blp.response(201, WorkSchema, errors=(403, 404, 503), headers=("ETag", "Location"))
@blp.json_body(DuplicateSchema(), required=False)
def duplicate_work(ref: WorkRef, body: dict[str, Any]) -> Response:
    """Duplicate a work.

    The copy has its media, takes and voices, but no jobs, exports, comments and links. You need the
    right to change the project that it is made in. In another project, which takes
    `projects:write` as well, the assets that it uses are copied, too.
    """
    project_id = body["projectId"] or ref.project_id
    access = check_access(project_id, CHANGE)
    g.access = access  # what is stored counts for the owner of that project
    if project_id != ref.project_id:
        g.identity.require("projects:read", "projects:write")
    copies = Copies(store(), storage_limits(), project_id, access.owner_id)
    permit = permission().check
    created = create_once(
        "work",
        body,
        lambda work_id: copies.duplicate(ref, body["name"], permit, work_id),
        store().works(project_id).snapshot,
    )
    address = f"/api/projects/{project_id}/works"
    return made(document_response(created, 201), created.values["id"], address)


@blp.route("/<id:work_id>/scenes/<index>/duplicate", methods=["POST"], parameters=_SCENE)
@requires("works:write", right=CHANGE)
@blp.response(200, WorkSchema, errors=(400, 404, 503), headers=("ETag",))
def duplicate_scene(ref: WorkRef, index: str) -> Response:
    """Duplicate a scene of a work.

    The copy comes after it, with its image, clip and voice, and a `scene_index` of its own.
    """
    scene = parse_scene_index(index)
    limits = storage_limits(), storage_user_id()
    return document_response(scene_copies.duplicate(store(), *limits, ref, scene))


@blp.route("/<id:work_id>", methods=["DELETE"])
@requires("works:write", right=CHANGE)
@blp.response(204, errors=(404, 412), headers=(DELETED,))
@blp.query(DELETION)
def delete_work(ref: WorkRef, query: dict[str, Any]) -> Response:
    """Delete a work and its media.

    It is kept in the trash for 30 days, to be restored.
    """
    return deleted(service.delete(store(), ref, deletion(query), if_match()))
