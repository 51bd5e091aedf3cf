"""The endpoints of webhooks: a user's address for all jobs, and the secret that signs."""

from typing import Any

from flask import Response, g

from access.rights import MANAGE, SEE
from jobs.model import JobRef, receiver_of
from jobs.webhooks import orders, signatures
from jobs.webhooks.redelivery import redeliver
from schemas.jobs import DeliverySchema, JobSchema
from schemas.webhooks import (
    DefaultWebhookSchema,
    RedeliverySchema,
    StoredWebhookSchema,
    WebhookSecretSchema,
)
from storage.paths import WorkRef, jobs_of_user, jobs_of_work
from web.api.common.job_requests import job_response
from web.api.common.sent_webhooks import sending_permit
from web.blueprints import Blueprint
from web.context import services, settings, store, user_id
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


@blp.route("/webhook/test", methods=["POST"])
@requires("works:write")
@blp.response(200, DeliverySchema, errors=(409, 429, 503))
def test_webhook() -> Response:
    """Send a test to that address, and return how that went.

    It tells nothing, and is signed as all messages are. After 20 in an hour, one a minute is sent.
    """
    with sending_permit():
        return json_response(orders.send_test(store(), settings(), user_id()))


@blp.route(
    "/projects/<id:project_id>/works/<id:work_id>/jobs/<id:job_id>/redeliver", methods=["POST"]
)
@requires("works:write", right=SEE)
@blp.response(200, JobSchema, errors=(404, 409, 429, 503), headers=("Location",))
@blp.json_body(RedeliverySchema(), required=False)
def redeliver_work_job(ref: WorkRef, job_id: str, body: dict[str, Any]) -> Response:
    """Send the messages of a job's end once more, to the webhook of its order.

    Whoever ordered the job may, and the owner of the project. They have the same `webhook-id` as
    before; `webhook.deliveries` says how that went.
    """
    job_ref = JobRef(jobs_of_work(ref), job_id)
    if receiver_of(services().jobs.get(job_ref)) != user_id():
        g.access.require(MANAGE)
    return _redeliver(job_ref, body)


@blp.route("/jobs/<id:user_job_id>/redeliver", methods=["POST"])
@requires("works:write")
@blp.response(200, JobSchema, errors=(404, 409, 429, 503), headers=("Location",))
@blp.json_body(RedeliverySchema(), required=False)
def redeliver_user_job(user_job_id: str, body: dict[str, Any]) -> Response:
    """Send the messages of a job's end once more, to the webhook of its order.

    They have the same `webhook-id` as before; `webhook.deliveries` says how that went. This is also
    for jobs that made videos.
    """
    return _redeliver(JobRef(jobs_of_user(user_id()), user_job_id), body)


@blp.route("/webhook-secret", methods=["GET"])
@requires("works:read")
@blp.response(200, WebhookSecretSchema)
def get_webhook_secret() -> Response:
    """Get the secret with which your receivers verify webhooks (Standard Webhooks)."""
    return json_response(signatures.secrets_of(store(), user_id()).to_public())


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
        lambda name: signatures.rotate(store(), user, name),
        lambda name: signatures.rotated(store(), user, name),
    )
    return json_response(made.to_public())


def _redeliver(ref: JobRef, body: dict[str, Any]) -> Response:
    with sending_permit():
        redeliver(store(), settings(), services().jobs.worker.kinds, ref, body.get("id"))
    return job_response(ref)
