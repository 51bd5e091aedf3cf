"""Jobs and webhooks in the OpenAPI document: a component for each kind of job, and sent requests.

A component says what the result of the kind is. `Job` is one of them, told apart by `kind`, so that
generated clients have a result of the right type once they have looked at the kind.
"""

from typing import Any

from apispec import APISpec

from schemas.job_results import RESULTS
from schemas.new_jobs import PIPELINE
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

COMMON = "JobFields"
# Names that do not follow from the kind; `video` is a clip of POST /api/generate/video.
_NAMES = {PIPELINE: "VideoJob", "video": "ClipJob"}
_BY_KIND = ("kind", "result")

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


def component_of(kind: str) -> str:
    """Return the name of the component for jobs of a kind, such as `StyleGuideJob`."""
    return _NAMES.get(kind) or "".join(word.capitalize() for word in kind.split("_")) + "Job"


def split_by_kind(spec: APISpec) -> None:
    """Make the component Job one of several, which have the same fields but for their result."""
    schemas: dict[str, Any] = spec.components.schemas
    job = schemas.pop("Job")
    own = {component_of(PIPELINE): _own_fields(schemas.pop(component_of(PIPELINE)), job)}
    schemas[COMMON] = {
        **_without(job, _BY_KIND),
        "description": "What all jobs have. `projectId` and `workId` are null without a work.",
    }
    for kind, result in RESULTS.items():
        name = component_of(kind)
        shape = result.__name__.removesuffix("Schema")
        fields = _fields_of(kind, shape, own.get(name, {}))
        description = f"A job of the kind `{kind}`."
        schemas[name] = {"allOf": [reference(COMMON), fields], "description": description}
    kinds = {kind: reference(component_of(kind)) for kind in RESULTS}
    mapping = {kind: each["$ref"] for kind, each in kinds.items()}
    schemas["Job"] = {
        "oneOf": [*kinds.values()],
        "discriminator": {"propertyName": "kind", "mapping": mapping},
        "description": "A job, of one of several kinds.",
    }


def _fields_of(kind: str, result: str, own: Json) -> Json:
    """Return the schema of the fields that jobs of a kind have besides those of all jobs."""
    done = {"anyOf": [reference(result), {"type": "null"}], "description": "Once it has succeeded"}
    properties = {"kind": {"type": "string", "const": kind}, "result": done}
    return {
        "type": "object",
        "properties": {**properties, **own.get("properties", {})},
        "required": [*_BY_KIND, *own.get("required", [])],
    }


def _own_fields(schema: Json, job: Json) -> Json:
    return _without(schema, tuple(job["properties"]))


def _without(schema: Json, names: tuple[str, ...]) -> Json:
    """Return the schema of an object without some of its fields."""
    kept = {name: each for name, each in schema["properties"].items() if name not in names}
    required = [name for name in schema["required"] if name in kept]
    return {**schema, "properties": kept, "required": required}


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
