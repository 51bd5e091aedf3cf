"""Jobs: work in the background, its progress, and the paid calls that it makes."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from schemas.ai import ROLES
from schemas.common import Base, Shaped
from schemas.job_results import RESULTS
from schemas.json_fields import (
    MAX_NAME,
    Array,
    Boolean,
    Integer,
    Number,
    Object,
    QueryInteger,
    Text,
)
from schemas.lists import DEFAULT_LIMIT, PageSchema, page_limit
from schemas.webhooks import WEBHOOK_EVENTS

JOB_STATES = ("queued", "running", "waiting", "succeeded", "failed", "interrupted", "cancelled")
FINISHED_STATES = ("succeeded", "failed", "interrupted", "cancelled")
CALL_STATES = (
    "planned",
    "submitting",
    "waiting",
    "submitted",
    "done",
    "skipped",
    "failed",
    "interrupted",
    "cancelled",
)
WEBHOOK_STATES = ("pending", "delivered", "failed")
MAX_WAIT_SECONDS = 60

_ANY_STATE = "|".join(JOB_STATES)
_STATES = f"^({_ANY_STATE})(,({_ANY_STATE}))*"
_INVALID_STATE = f"Must be one or several, separated by commas, of {', '.join(JOB_STATES)}."


class JobProgressSchema(Base):
    """Progress of a job: the number of its calls that are done, and of all of them."""

    done = Integer(required=True)
    total = Integer(required=True)
    percent = Integer(required=True)
    message = fields.String(required=True)


class CallSchema(Base):
    """A paid call of a provider."""

    id = fields.String(required=True)
    role = fields.String(required=True, validate=validate.OneOf(ROLES))
    provider = fields.String(required=True)
    model = fields.String(required=True)
    sceneIndex = Integer(required=True, allow_none=True)
    sceneNumber = Integer(
        metadata={"description": "Its number in messages, unless that is `sceneIndex` + 1"}
    )
    state = fields.String(required=True, validate=validate.OneOf(CALL_STATES))
    taskId = fields.String(
        required=True, allow_none=True, metadata={"description": "ID of the task at the provider"}
    )
    progress = Number(
        required=True,
        allow_none=True,
        metadata={"description": "From 0 to 1, if the provider reports it"},
    )
    attempts = Integer(
        required=True, metadata={"description": "How many times the call was submitted"}
    )
    usage = fields.Dict(
        required=True,
        allow_none=True,
        metadata={"description": "Tokens, credits or cost, as reported by the provider"},
    )
    error = fields.String(required=True, allow_none=True)
    submittedAt = Integer(required=True, allow_none=True)
    finishedAt = Integer(required=True, allow_none=True)
    note = fields.String(
        metadata={"description": "Why it was skipped, or its output not put into the scene"}
    )
    url = fields.String(
        metadata={"description": "URL of the output, if it was not put into the scene"}
    )
    madeBy = fields.String(
        metadata={"description": "ID of the job that makes or made the scene, if it is another one"}
    )
    prompt = fields.String(
        metadata={"description": "The prompt of a clip or the text of a voice, once submitted"}
    )
    voice = fields.String(metadata={"description": "The voice that speaks, once submitted"})
    speakerHash = fields.String(
        metadata={"description": "Of the voice that was asked for, its speed and style"}
    )
    answered = fields.Boolean(
        metadata={
            "description": "True if its answer arrived when its work was deleted, and is kept:"
            " resuming the job uses it, and pays nothing for it"
        }
    )
    firstFrame = fields.String(
        metadata={"description": "SHA-256 of the image that a scene's clip begins with"}
    )


class DeliverySchema(Base):
    """One attempt to deliver a webhook."""

    at = Integer(required=True)
    id = fields.String(
        metadata={"description": "Of the message: its header `webhook-id`, each time it is sent"}
    )
    type = fields.String(metadata={"description": "Of the message, such as `job.succeeded`"})
    status = Integer(
        required=True,
        allow_none=True,
        metadata={"description": "That of the receiver's answer; null if there was none"},
    )
    error = fields.String(
        required=True, allow_none=True, metadata={"description": "Why there was no answer"}
    )


class WebhookSchema(Base):
    """The webhook of a job, and its deliveries."""

    url = fields.String(required=True)
    events = fields.List(fields.String(validate=validate.OneOf(WEBHOOK_EVENTS)))
    state = fields.String(required=True, validate=validate.OneOf(WEBHOOK_STATES))
    tries = Integer(required=True)
    deliveries = Array(Object(DeliverySchema), max_size=None, required=True)


class JobSchema(Base):
    """A job. `projectId` and `workId` are null if it does not belong to a work."""

    id = fields.String(required=True)
    kind = fields.String(required=True)
    userId = fields.String(required=True)
    projectId = fields.String(required=True, allow_none=True)
    workId = fields.String(required=True, allow_none=True)
    state = fields.String(required=True, validate=validate.OneOf(JOB_STATES))
    request = fields.Dict(required=True, metadata={"description": "The input of the job"})
    progress = Object(JobProgressSchema, required=True)
    reason = fields.String(
        required=True, allow_none=True, metadata={"description": "Why the job failed or stopped"}
    )
    code = fields.String(
        allow_none=True,
        metadata={
            "description": "Of the error that it failed with, as in answers. It is not stored"
        },
    )
    result = Shaped(
        *dict.fromkeys(RESULTS.values()),
        required=True,
        allow_none=True,
    )
    calls = Array(Object(CallSchema), max_size=None, required=True)
    attempts = Integer(required=True, metadata={"description": "How many times the job was run"})
    cancelRequested = Boolean(required=True)
    webhook = Object(WebhookSchema, required=True, allow_none=True)
    metadata = fields.Dict(
        allow_none=True,
        metadata={"component": "Metadata", "description": "That of the order, null if it has none"},
    )
    createdAt = Integer(required=True)
    startedAt = Integer(required=True, allow_none=True)
    finishedAt = Integer(required=True, allow_none=True)
    clearedAt = Integer(
        allow_none=True, metadata={"description": "When it was taken off the list of all jobs"}
    )
    updatedAt = Integer(required=True)
    projectName = fields.String(
        allow_none=True,
        metadata={"description": "In the list of all jobs: null for a job of no work"},
    )
    workName = fields.String(
        allow_none=True,
        metadata={"description": "In the list of all jobs: null if it is gone"},
    )
    userName = fields.String(
        allow_none=True,
        metadata={"description": "In the list of all jobs: the name of whoever ordered it"},
    )


class JobQuerySchema(Base):
    """Query parameters of a job: how long to wait for it to finish."""

    wait = QueryInteger(
        validate=validate.Range(min=0, max=MAX_WAIT_SECONDS), metadata={"description": "Seconds"}
    )


class JobListQuerySchema(PageSchema):
    """Query parameters of job lists."""

    limit = page_limit(load_default=DEFAULT_LIMIT)


class AllJobsQuerySchema(JobListQuerySchema):
    """Query parameters of a user's jobs; `state` is for those of all works."""

    all = QueryInteger(
        load_default=0,
        validate=validate.Range(0, 1),
        metadata={"description": "1 for the jobs of all works in your and shared projects as well"},
    )
    mine = QueryInteger(
        validate=validate.Range(0, 1),
        metadata={"description": "1 for those that you ordered; only with `all=1`"},
    )
    state = Text(
        max_size=MAX_NAME,
        validate=validate.Regexp(f"{_STATES}\\Z", error=_INVALID_STATE),
        metadata={
            "description": "One or several states, separated by commas",
            "pattern": f"{_STATES}$",
        },
    )

    @validates_schema(skip_on_field_errors=True)
    def _check_all(self, values: Mapping[str, Any], **_kwargs: Any) -> None:
        """Raise ValidationError for a parameter that would have no effect."""
        if "state" in values and not values["all"]:
            raise ValidationError({"state": ["Needs `all=1`."]})


class ClearJobsSchema(Base):
    """Which finished jobs to take off the list of all jobs."""

    states = Array(
        Text(validate=validate.OneOf(FINISHED_STATES)),
        required=True,
        min_size=1,
        max_size=len(FINISHED_STATES),
    )


class ClearedJobsSchema(Base):
    """How many jobs were taken off the list."""

    cleared = Integer(required=True)
    remaining = Integer(
        required=True, metadata={"description": "Jobs in these states that are still on the list"}
    )
