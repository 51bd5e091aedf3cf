"""Endpoints for the keys of AI vendors that the owner of a project keeps for it."""

from typing import Any

from flask import Response, g

from access.rights import MANAGE
from providers import kept_keys
from schemas.accounts import NewProviderKeySchema, ProviderKeySchema
from web.api.provider_keys import KEY_ACTION, PROVIDER_PARAMETER, check_vendor
from web.blueprints import Blueprint
from web.context import store, user_id
from web.guard import requires
from web.lists import list_response
from web.payloads import json_response

blp = Blueprint(
    "project_keys",
    __name__,
    url_prefix="/api/projects/<id:project_id>/provider-keys",
    description="Keys of AI vendors that are kept for a project",
)


@blp.route("", methods=["GET"])
@requires(right=MANAGE)
@list_response(ProviderKeySchema, errors=(403, 404))
def list_project_keys(project_id: str) -> Response:
    """List which vendors' keys are kept for the project; no response contains a key itself."""
    g.identity.require_session(KEY_ACTION)
    return json_response(kept_keys.list_keys(store(), _keeper(project_id)))


@blp.route("/<id:provider>", methods=["PUT"], parameters=PROVIDER_PARAMETER)
@requires(right=MANAGE)
@blp.response(204, errors=(403, 404))
@blp.json_body(NewProviderKeySchema())
def set_project_key(project_id: str, provider: str, body: dict[str, Any]) -> Response:
    """Keep a vendor's key for the project, for members who may pay and keep none of their own.

    Handing the project over deletes it.
    """
    g.identity.require_session(KEY_ACTION)
    check_vendor(provider)
    kept_keys.keep(store(), _keeper(project_id), provider, body["key"])
    return Response(status=204)


@blp.route("/<id:provider>", methods=["DELETE"], parameters=PROVIDER_PARAMETER)
@requires(right=MANAGE)
@blp.response(204, errors=(403, 404))
def delete_project_key(project_id: str, provider: str) -> Response:
    """Delete a vendor's key of the project from the server."""
    g.identity.require_session(KEY_ACTION)
    check_vendor(provider)
    kept_keys.delete(store(), _keeper(project_id), provider)
    return Response(status=204)


def _keeper(project_id: str) -> kept_keys.Keeper:
    return kept_keys.Keeper(project_id, user_id())
