"""Jobs: what AI is to do, how far it is, and the paid calls that it is made of."""

from typing import Literal, get_args

from marshmallow import fields, validate

from schemas.common import Base, Flag, Items, Number, Whole
from schemas.scenes import MAX_SCENE_INDEX

Role = Literal["vision", "llm", "image", "video"]  # the kinds of AI models

ROLES: tuple[Role, ...] = get_args(Role)
JOB_KINDS = ("scenario", "scene", "scenes")
JOB_STATES = ("queued", "running", "waiting", "succeeded", "failed", "interrupted", "cancelled")
CALL_STATES = (
    "planned",
    "submitting",
    "waiting",
    "submitted",
    "done",
    "failed",
    "interrupted",
    "cancelled",
)
WEBHOOK_STATES = ("pending", "delivered", "failed")
MAX_WAIT = 60

_INDEX = validate.Range(min=0, max=MAX_SCENE_INDEX)


class NewJobSchema(Base):
    """What AI is to do for a work."""

    kind = fields.String(
        required=True,
        validate=validate.OneOf(JOB_KINDS),
        metadata={"description": "Write the scenario, make one scene, or make several or all"},
    )
    sceneIndex = Whole(
        allow_none=True, validate=_INDEX, metadata={"description": "For kind scene: which one"}
    )
    sceneIndexes = Items(
        Whole(validate=_INDEX),
        allow_none=True,
        validate=validate.Length(min=1, max=MAX_SCENE_INDEX + 1),
        metadata={"description": "For kind scenes: which ones; all if left out"},
    )
    webhookUrl = fields.String(
        allow_none=True,
        validate=validate.Length(min=1, max=2000),
        metadata={"description": "Told, signed, how the job ended"},
    )


class JobProgressSchema(Base):
    """How far a job is: calls done, of how many."""

    done = Whole(required=True)
    total = Whole(required=True)
    percent = Whole(required=True)
    message = fields.String(required=True)


class CallSchema(Base):
    """One paid call of a provider."""

    id = fields.String(required=True)
    role = fields.String(required=True, validate=validate.OneOf(ROLES))
    provider = fields.String(required=True)
    model = fields.String(required=True)
    sceneIndex = Whole(required=True, allow_none=True)
    state = fields.String(required=True, validate=validate.OneOf(CALL_STATES))
    taskId = fields.String(
        required=True, allow_none=True, metadata={"description": "The provider's own id"}
    )
    progress = Number(
        required=True, allow_none=True, metadata={"description": "0 to 1, where the provider says"}
    )
    attempts = Whole(required=True, metadata={"description": "How often it was submitted"})
    usage = fields.Dict(
        required=True,
        allow_none=True,
        metadata={"description": "Tokens, credits or cost, in the provider's words"},
    )
    error = fields.String(required=True, allow_none=True)
    submittedAt = Whole(required=True, allow_none=True)
    finishedAt = Whole(required=True, allow_none=True)


class DeliverySchema(Base):
    """One try to tell a webhook."""

    at = Whole(required=True)
    status = Whole(required=True, allow_none=True)
    error = fields.String(required=True, allow_none=True)


class WebhookSchema(Base):
    """Who is told of a job's end, and whether that was heard."""

    url = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(WEBHOOK_STATES))
    tries = Whole(required=True)
    deliveries = Items(fields.Nested(DeliverySchema), required=True)


class JobSchema(Base):
    """A job; its projectId and workId are null where it belongs to no work."""

    id = fields.String(required=True)
    kind = fields.String(required=True)
    userId = fields.String(required=True)
    projectId = fields.String(required=True, allow_none=True)
    workId = fields.String(required=True, allow_none=True)
    state = fields.String(required=True, validate=validate.OneOf(JOB_STATES))
    request = fields.Dict(required=True, metadata={"description": "What was asked for"})
    progress = fields.Nested(JobProgressSchema, required=True)
    reason = fields.String(
        required=True, allow_none=True, metadata={"description": "Why it ended as it did"}
    )
    result = fields.Dict(
        required=True,
        allow_none=True,
        metadata={"description": "What the request that waits for it answers"},
    )
    calls = Items(fields.Nested(CallSchema), required=True)
    attempts = Whole(required=True, metadata={"description": "How often it was taken up"})
    cancelRequested = Flag(required=True)
    webhook = fields.Nested(WebhookSchema, required=True, allow_none=True)
    createdAt = Whole(required=True)
    startedAt = Whole(required=True, allow_none=True)
    finishedAt = Whole(required=True, allow_none=True)
    updatedAt = Whole(required=True)


class JobQuerySchema(Base):
    """How long to wait for a job to finish."""

    wait = fields.Integer(
        validate=validate.Range(min=0, max=MAX_WAIT), metadata={"description": "Seconds"}
    )


class JobListQuerySchema(Base):
    """How many jobs to list."""

    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))


class WebhookSecretSchema(Base):
    """What webhooks are signed with."""

    secret = fields.String(required=True)
