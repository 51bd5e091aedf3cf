"""Webhooks in the OpenAPI document: the requests that the service sends to a client's address."""

from apispec import APISpec

from schemas.webhook_messages import (
    CommentMessageSchema,
    DecisionMessageSchema,
    ExportMessageSchema,
    JobMessageSchema,
    TestMessageSchema,
)
from schemas.webhooks import (
    CHANGES_REQUESTED,
    COMMENTED,
    ENDED,
    EXPORT_READY,
    PROGRESS,
    STARTED,
    TEST,
    WAS_APPROVED,
)
from web.openapi_fields import Json, reference

_JOB, _EXPORT = "JobMessage", "ExportMessage"
_COMMENT, _DECISION, _TEST = "CommentMessage", "DecisionMessage", "TestMessage"
_WEBHOOKS = {
    STARTED: (_JOB, "jobStarted", "A job has begun"),
    PROGRESS: (_JOB, "jobProgress", "Another tenth of a job is done"),
    ENDED: (_JOB, "jobEnded", "A job has ended; `type` says how"),
    EXPORT_READY: (_EXPORT, "exportReady", "An export can be downloaded"),
    COMMENTED: (_COMMENT, "reviewComment", "Somebody commented on an export"),
    WAS_APPROVED: (_DECISION, "reviewApproved", "Somebody approved an export"),
    CHANGES_REQUESTED: (_DECISION, "reviewChangesRequested", "Somebody asked for changes"),
    TEST: (_TEST, "webhookTest", "A test, asked for with `POST /api/webhook/test`"),
}
_HEADERS = {
    "webhook-id": "The same whenever the message is sent again",
    "webhook-timestamp": "When this attempt was made, in seconds",
    "webhook-signature": "`v1,…`, of one secret or, for a day after a rotation, of two",
}
_DESCRIPTION = (
    "Sent to the `webhookUrl` of an order, or to the address for all jobs (`PUT /api/webhook`), for"
    " the events that it asks for; those of reviews to the latter. Signed as Standard Webhooks are,"
    " with the secret of `GET /api/webhook-secret`; repeated until an answer has a status from 200"
    " to 299."
)


def add_message_components(spec: APISpec) -> None:
    """Add the components for the bodies of webhooks."""
    spec.components.schema(_JOB, schema=JobMessageSchema)
    spec.components.schema(_EXPORT, schema=ExportMessageSchema)
    spec.components.schema(_COMMENT, schema=CommentMessageSchema)
    spec.components.schema(_DECISION, schema=DecisionMessageSchema)
    spec.components.schema(_TEST, schema=TestMessageSchema)


def webhooks() -> dict[str, Json]:
    """Return a path item for each event."""
    return {event: {"post": _operation(*each)} for event, each in _WEBHOOKS.items()}


def _operation(body: str, name: str, summary: str) -> Json:
    parameters = [
        {"in": "header", "name": header, "required": True, "description": description}
        | {"schema": {"type": "string"}}
        for header, description in _HEADERS.items()
    ]
    content = {"application/json": {"schema": reference(body)}}
    return {
        "operationId": name,
        "tags": ["webhooks"],
        "summary": summary,
        "description": _DESCRIPTION,
        "security": [],
        "parameters": parameters,
        "requestBody": {"required": True, "content": content},
        "responses": {"2XX": {"description": "Received"}},
    }
