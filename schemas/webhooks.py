"""Webhooks: what orders say of them, and a user's address and secret."""

from typing import Any

import orjson
from marshmallow import ValidationError, fields, validate

from schemas.common import MAX_URL, Base
from schemas.json_fields import Array, Integer, Map, Text

STARTED, PROGRESS, ENDED = "job.started", "job.progress", "job.ended"
EXPORT_READY = "export.ready"
WEBHOOK_EVENTS = (STARTED, PROGRESS, ENDED, EXPORT_READY)  # of jobs
COMMENTED, WAS_APPROVED = "review.comment", "review.approved"
CHANGES_REQUESTED = "review.changes_requested"
DECISION_EVENTS = (WAS_APPROVED, CHANGES_REQUESTED)
REVIEW_EVENTS = (COMMENTED, *DECISION_EVENTS)
DEFAULT_EVENTS = (*WEBHOOK_EVENTS, *REVIEW_EVENTS)  # of the address for all
TEST = "webhook.test"  # sent on demand alone
MAX_METADATA = 4096  # bytes as JSON
_MAX_ID = 200

_EVENTS = (
    "`job.started`, `job.progress` (after each tenth), `job.ended` (the `type` says how, such as"
    " `job.succeeded`), `export.ready`"
)


def _check_size(value: Any) -> None:
    """Raise ValidationError for metadata that is too large."""
    size = len(orjson.dumps(value))
    if size > MAX_METADATA:
        raise ValidationError(f"Must have at most {MAX_METADATA:,} bytes as JSON; it has {size:,}.")


def _events(description: str, events: tuple[str, ...] = WEBHOOK_EVENTS) -> Array:
    return Array(
        Text(validate=validate.OneOf(events)),
        allow_none=True,
        min_size=1,
        max_size=len(events),
        metadata={"description": description},
    )


class NotifyingSchema(Base):
    """Fields of every order of a job: who is told of it, and data of the client's own."""

    webhookUrl = Text(
        allow_none=True,
        min_size=1,
        max_size=MAX_URL,
        metadata={
            "description": "URL that receives a signed request when the job ends; null: none,"
            " whatever `PUT /api/webhook` has set"
        },
    )
    webhookEvents = _events(f"What the webhook is sent for: {_EVENTS}. Default: `job.ended`")
    metadata = Map(
        keys=Text(),
        values=fields.Raw(allow_none=True),
        allow_none=True,
        validate=_check_size,
        metadata={
            "component": "Metadata",
            "description": "Yours, at most 4 KB: the job and its webhooks have it, too",
        },
    )


class DefaultWebhookSchema(Base):
    """A user's webhook for jobs whose orders name none, and for reviews in the user's projects."""

    url = Text(required=True, min_size=1, max_size=MAX_URL)
    events = _events(
        f"{_EVENTS}; of reviews {', '.join(f'`{event}`' for event in REVIEW_EVENTS)}."
        " Default: `job.ended`",
        DEFAULT_EVENTS,
    )


class StoredWebhookSchema(Base):
    """A user's webhook; `url` is null if there is none."""

    url = fields.String(required=True, allow_none=True)
    events = fields.List(fields.String(validate=validate.OneOf(DEFAULT_EVENTS)), required=True)


class RedeliverySchema(Base):
    """Which message of a job's end is sent once more."""

    id = Text(
        min_size=1,
        max_size=_MAX_ID,
        metadata={"description": "Its header `webhook-id`; by default, all messages of the end"},
    )


class ReviewRedeliverySchema(Base):
    """Which message about a comment or decision is sent once more."""

    id = Text(
        required=True,
        min_size=1,
        max_size=_MAX_ID,
        metadata={
            "description": "Its `webhook-id`: `notice_` and the ID of the comment or decision"
        },
    )


class WebhookSecretSchema(Base):
    """The secret that webhooks are signed with."""

    secret = fields.String(required=True)
    previousValidUntil = Integer(
        metadata={
            "description": "After a rotation: until when webhooks are also signed with the secret"
            " before, in milliseconds"
        }
    )
