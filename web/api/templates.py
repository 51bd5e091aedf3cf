"""Endpoints of editor templates."""

from typing import Any

from flask import Response

from access.rights import CHANGE, SEE
from schemas.editor_templates import (
    AppliedTemplateSchema,
    ApplyTemplateSchema,
    NewTemplateSchema,
    TemplateListSchema,
    TemplateOfWorkSchema,
    TemplateSchema,
    TemplateUpdateSchema,
)
from schemas.works import WorkSchema
from storage.paths import WorkRef
from web.blueprints import Blueprint
from web.conditional import if_match
from web.context import store
from web.creation import create_once, repeatable
from web.guard import requires
from web.lists import list_response
from web.payloads import document_response, json_response, made
from works.templates import service

blp = Blueprint(
    "templates",
    __name__,
    url_prefix="/api/projects/<id:project_id>",
    description="Editor templates",
)


@blp.route("/templates", methods=["GET"])
@requires("projects:read", right=SEE)
@list_response(TemplateListSchema, "templates", newest_by="updatedAt", errors=(404,))
def list_templates(project_id: str) -> Response:
    """List templates.

    The most recently updated come first.
    """
    return json_response(service.list_json(store(), project_id))


@blp.route("/templates", methods=["POST"])
@requires("projects:write", right=CHANGE)
@repeatable
@blp.response(201, TemplateSchema, errors=(404,), headers=("ETag", "Location"))
@blp.json_body(NewTemplateSchema())
def create_template(project_id: str, body: dict[str, Any]) -> Response:
    """Create a template."""
    created = create_once(
        "tmpl",
        body,
        lambda template_id: service.create(store(), project_id, body, template_id),
        store().templates(project_id).snapshot,
    )
    return made(document_response(created, 201), created.values["id"])


@blp.route("/templates/<id:template_id>", methods=["GET"])
@requires("projects:read", right=SEE)
@blp.response(200, TemplateSchema, errors=(404,), headers=("ETag",))
def get_template(project_id: str, template_id: str) -> Response:
    """Get a template."""
    return document_response(store().templates(project_id).snapshot(template_id))


@blp.route("/templates/<id:template_id>", methods=["PUT", "PATCH"])
@requires("projects:write", right=CHANGE)
@blp.response(200, TemplateSchema, errors=(404, 412), headers=("ETag",))
@blp.json_body(TemplateUpdateSchema(), required=False)
def update_template(project_id: str, template_id: str, body: dict[str, Any]) -> Response:
    """Update a template.

    Fields that are not in the body keep their values.
    """
    return document_response(service.update(store(), project_id, template_id, body, if_match()))


@blp.route("/templates/<id:template_id>", methods=["DELETE"])
@requires("projects:write", right=CHANGE)
@blp.response(204, errors=(404, 412))
def delete_template(project_id: str, template_id: str) -> Response:
    """Delete a template.

    Works that it was applied to keep their overlays.
    """
    store().templates(project_id).delete(template_id, if_match())
    return Response(status=204)


@blp.route("/templates/<id:template_id>/apply", methods=["POST"])
@requires("projects:read", right=SEE)
@blp.response(200, AppliedTemplateSchema, errors=(404,))
@blp.json_body(ApplyTemplateSchema(), stores=False)
def apply_template(project_id: str, template_id: str, body: dict[str, Any]) -> Response:
    """Preview a template.

    Returns its overlays for a video of the given duration and saves nothing.
    """
    return json_response(service.apply(store(), project_id, template_id, body))


@blp.route("/works/<id:work_id>/apply-template", methods=["POST"])
@requires("works:write", right=CHANGE)
@blp.response(200, WorkSchema, errors=(404, 412), headers=("ETag",))
@blp.json_body(TemplateOfWorkSchema())
def apply_template_to_work(ref: WorkRef, body: dict[str, Any]) -> Response:
    """Apply a template to a work.

    Its overlays are added to the work's timeline.
    """
    return document_response(service.apply_to_work(store(), ref, body, if_match()))
