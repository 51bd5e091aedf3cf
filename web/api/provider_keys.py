"""Endpoints for the keys of AI vendors that users keep on the server."""

from typing import Any

from flask import Response, g

from errors import MissingError
from providers import kept_keys
from providers.models import vendors
from schemas.accounts import NewProviderKeySchema, ProviderKeySchema
from web.blueprints import Blueprint
from web.context import store, user_id
from web.guard import requires
from web.lists import list_response
from web.openapi_fields import reference
from web.payloads import json_response

blp = Blueprint(
    "provider_keys", __name__, url_prefix="/api", description="Keys of AI vendors that users keep"
)

KEY_ACTION = "manage keys of vendors"
PROVIDER_PARAMETER = {
    "provider": {"schema": reference("Vendor"), "description": "The AI vendor that the key is for"}
}


@blp.route("/provider-keys", methods=["GET"])
@requires()
@list_response(ProviderKeySchema, errors=(403,))
def list_provider_keys() -> Response:
    """List which vendors' keys you keep on the server; no response contains a key itself."""
    g.identity.require_session(KEY_ACTION)
    return json_response(kept_keys.list_keys(store(), _own()))


@blp.route("/provider-keys/<id:provider>", methods=["PUT"], parameters=PROVIDER_PARAMETER)
@requires()
@blp.response(204, errors=(403, 404))
@blp.json_body(NewProviderKeySchema())
def set_provider_key(provider: str, body: dict[str, Any]) -> Response:
    """Keep a vendor's key on the server, for requests that bring none and for resumed jobs.

    The key of `openai` is also that of `dalle`. With an API token this returns 403.
    """
    g.identity.require_session(KEY_ACTION)
    check_vendor(provider)
    kept_keys.keep(store(), _own(), provider, body["key"])
    return Response(status=204)


@blp.route("/provider-keys/<id:provider>", methods=["DELETE"], parameters=PROVIDER_PARAMETER)
@requires()
@blp.response(204, errors=(403, 404))
def delete_provider_key(provider: str) -> Response:
    """Delete a vendor's key from the server."""
    g.identity.require_session(KEY_ACTION)
    check_vendor(provider)
    kept_keys.delete(store(), _own(), provider)
    return Response(status=204)


def _own() -> kept_keys.Keeper:
    return kept_keys.keeper(user_id())


def check_vendor(provider: str) -> None:
    """Raise MissingError for what is no vendor."""
    if provider not in vendors():
        known = ", ".join(vendors())
        raise MissingError("Unknown provider", f"Keys are kept for: {known} (also for dalle).")
