"""The messages that webhooks are sent: what a receiver reads."""

from marshmallow import fields, validate

from schemas.common import Base
from schemas.exports import ExportSchema
from schemas.jobs import FINISHED_STATES, JobSchema
from schemas.json_fields import Object
from schemas.reviews import CommentSchema, DecisionSchema
from schemas.webhooks import (
    COMMENTED,
    DECISION_EVENTS,
    EXPORT_READY,
    PROGRESS,
    STARTED,
    TEST,
)

MESSAGE_TYPES = (STARTED, PROGRESS, *(f"job.{state}" for state in FINISHED_STATES))


class MessageLinksSchema(Base):
    """Absolute addresses of what a message is about."""

    job = fields.String(required=True, metadata={"format": "uri"})
    work = fields.String(metadata={"format": "uri"})


class WorkLinksSchema(Base):
    """Absolute addresses of what a message about a review is about."""

    work = fields.String(required=True, metadata={"format": "uri"})


class MessageSchema(Base):
    """What all messages have."""

    timestamp = fields.String(
        required=True,
        metadata={
            "format": "date-time",
            "description": "When it happened; the header `webhook-timestamp` says when it was sent",
        },
    )
    baseUrl = fields.String(
        metadata={"description": "Base of the paths in `data`: PUBLIC_URL, or that of the order"}
    )
    links = Object(MessageLinksSchema)


class JobMessageSchema(MessageSchema):
    """A message about a job: it has begun, a tenth of it is done, or it has ended."""

    type = fields.String(required=True, validate=validate.OneOf(MESSAGE_TYPES))
    data = Object(JobSchema, required=True)


class ReadyExportSchema(ExportSchema):
    """An export in a message; its addresses are absolute if the message has a `baseUrl`."""

    projectId = fields.String(required=True)
    workId = fields.String(required=True)
    metadata = fields.Dict(
        metadata={"component": "Metadata", "description": "That of the order, if it had any"}
    )


class ExportMessageSchema(MessageSchema):
    """A message about an export that can be downloaded."""

    type = fields.String(required=True, metadata={"const": EXPORT_READY})
    data = Object(ReadyExportSchema, required=True)


class TestSchema(Base):
    """What a message on demand says."""

    message = fields.String(required=True, metadata={"description": "A sentence for people"})


class TestMessageSchema(MessageSchema):
    """A message that a user has asked for, to see that it arrives."""

    type = fields.String(required=True, metadata={"const": TEST})
    data = Object(TestSchema, required=True)


class ReviewedSchema(Base):
    """The work that something was said about, whose texts guests may have written."""

    projectId = fields.String(required=True)
    workId = fields.String(required=True)
    projectName = fields.String(required=True)
    workName = fields.String(required=True)


class ToldCommentSchema(CommentSchema, ReviewedSchema):
    """A comment in a message."""


class ToldDecisionSchema(DecisionSchema, ReviewedSchema):
    """A decision in a message."""


class ReviewMessageSchema(MessageSchema):
    """What messages about reviews have."""

    links = Object(WorkLinksSchema)


class CommentMessageSchema(ReviewMessageSchema):
    """A message about a new comment on an export."""

    type = fields.String(required=True, metadata={"const": COMMENTED})
    data = Object(ToldCommentSchema, required=True)


class DecisionMessageSchema(ReviewMessageSchema):
    """A message about a decision: an export was approved, or changes are asked for."""

    type = fields.String(required=True, validate=validate.OneOf(DECISION_EVENTS))
    data = Object(ToldDecisionSchema, required=True)
