"""The endpoints of webhooks: a user's address for all jobs, and the secret that signs."""

from typing import Any

from flask import Response

from jobs.webhooks import orders, secrets
from schemas.webhooks import DefaultWebhookSchema, StoredWebhookSchema, WebhookSecretSchema
from web.api import Blueprint
from web.context import settings, store, user_id
from web.creation import once, repeatable
from web.guard import requires
from web.payloads import json_response

blp = Blueprint(
    "webhooks", __name__, url_prefix="/api", description="Signed requests to your server about jobs"
)

_NONE: dict[str, Any] = {"url": None, "events": []}


@blp.route("/webhook", methods=["GET"])
@requires("works:read")
@blp.response(200, StoredWebhookSchema)
def get_default_webhook() -> Response:
    """Get the address that webhooks of jobs go to if their orders name none, and of reviews."""
    return json_response(orders.default_of(store(), user_id()) or _NONE)


@blp.route("/webhook", methods=["PUT"])
@requires("works:read", "works:write")
@blp.response(200, StoredWebhookSchema)
@blp.json_body(DefaultWebhookSchema())
def set_default_webhook(body: dict[str, Any]) -> Response:
    """Set the address that webhooks of jobs go to if their orders name none, and of reviews.

    It is for jobs in the background, not for those that a request waits for; and, if `events` names
    those, for what is said about exports in projects that you own.
    """
    return json_response(orders.set_default(store(), settings(), user_id(), body))


@blp.route("/webhook", methods=["DELETE"])
@requires("works:write")
@blp.response(204)
def remove_default_webhook() -> Response:
    """Remove that address."""
    orders.remove_default(store(), user_id())
    return Response(status=204)


@blp.route("/webhook-secret", methods=["GET"])
@requires("works:read")
@blp.response(200, WebhookSecretSchema)
def get_webhook_secret() -> Response:
    """Get the secret with which your receivers verify webhooks (Standard Webhooks)."""
    return json_response(secrets.secrets_of(store(), user_id()).to_public())


@blp.route("/webhook-secret/rotate", methods=["POST"])
@requires("works:read", "works:write")
@repeatable
@blp.response(200, WebhookSecretSchema)
def rotate_webhook_secret() -> Response:
    """Make a new secret, and return it. For a day, webhooks are signed with the one before, too.

    One from before that ends at once: after a leak, rotate twice.
    """
    user = user_id()
    made = once(
        {},
        lambda name: secrets.rotate(store(), user, name),
        lambda name: secrets.rotated(store(), user, name),
    )
    return json_response(made.to_public())
