"""Reviews: links for guests, what guests see, comments, decisions."""

import re
import unicodedata
from typing import Any

from marshmallow import ValidationError, fields, validate

from schemas.common import SECONDS, Base, identifier
from schemas.json_fields import Array, Boolean, Integer, Number, Object, QueryInteger, Text

LATEST = "latest"
APPROVED, CHANGES = "approved", "changes"
DECISIONS = (APPROVED, CHANGES)
GUEST, USER = "guest", "user"
AUTHOR_KINDS = (GUEST, USER)
MAX_COMMENT = 4_000  # characters
MAX_GUEST_NAME = 100
MIN_PASSWORD, MAX_PASSWORD = 6, 200
_MAX_FRAME = 10_000_000  # more than half an hour has at any rate

_BLANK = "\u115f\u1160\u2800\u3164\uffa0"  # letters and symbols that are drawn as nothing
_CONTROL = re.compile("[\0-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")  # also of directions

_NAME = {"description": "For yourself, such as who gets the link; guests don't see it"}
_EXPIRES = {"description": "When the link ends, in milliseconds: at most 365 days from now"}
_PASSWORD = {"description": "Guests have to give it before they are told anything"}
_FRAME = {"description": "The frame of the export, from 0"}
_END_FRAME = {"description": "The last frame of a range; null for one frame"}


def _is_seen(character: str) -> bool:
    """Return whether a character is neither a space nor one that only controls others."""
    return unicodedata.category(character)[0] not in "CZ" and character not in _BLANK


class _Words(Text):
    """A text with at least one character that is seen; spaces around it are removed."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        text: str = super()._deserialize(value, attr, data, **kwargs).strip()
        self.check_size(len(text))
        if not any(map(_is_seen, text)):
            raise ValidationError("Must have a character that is seen.")
        return text


class _Name(_Words):
    """Words on one line."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        name = " ".join(super()._deserialize(value, attr, data, **kwargs).split())
        if _CONTROL.search(name):
            raise ValidationError("Must not have control characters.")
        return name


def _frame(**kwargs: Any) -> Integer:
    return Integer(validate=validate.Range(0, _MAX_FRAME), **kwargs)


def _password(**kwargs: Any) -> Text:
    return Text(
        min_size=MIN_PASSWORD, max_size=MAX_PASSWORD, allow_none=True, metadata=_PASSWORD, **kwargs
    )


class NewReviewSchema(Base):
    """A review link to make."""

    exportId = identifier(
        load_default=LATEST,
        metadata={"description": "The export that guests see, or `latest` for the newest one"},
    )
    expiresAt = Integer(metadata={**_EXPIRES, "description": f"{_EXPIRES['description']} (30)"})
    password = _password(load_default=None)
    mayDownload = Boolean(load_default=False)
    name = Text(max_size=MAX_GUEST_NAME, load_default="", metadata=_NAME)


class ReviewUpdateSchema(Base):
    """What to change of a review link; a password of null removes it."""

    expiresAt = Integer(metadata=_EXPIRES)
    password = _password()
    mayDownload = Boolean()
    name = Text(max_size=MAX_GUEST_NAME, metadata=_NAME)


class ReviewMakerSchema(Base):
    """Who made a review link."""

    userId = fields.String(required=True)
    name = fields.String(required=True)


class ReviewSchema(Base):
    """A review link, without its address: only the response that made it has that."""

    id = fields.String(required=True)
    exportId = fields.String(required=True, metadata={"description": "Or `latest`"})
    name = fields.String(required=True, metadata=_NAME)
    hasExport = Boolean(
        required=True,
        metadata={"description": "False once what it shows was deleted; `latest` waits for more"},
    )
    hasPassword = Boolean(required=True)
    mayDownload = Boolean(required=True)
    expiresAt = Integer(required=True)
    createdAt = Integer(required=True)
    updatedAt = Integer(required=True)
    createdBy = Object(ReviewMakerSchema, required=True)


class MadeReviewSchema(ReviewSchema):
    """A new review link, with its address."""

    url = fields.String(
        required=True, metadata={"description": "Of the page for guests", "format": "uri"}
    )


class ReviewListSchema(Base):
    """The review links of a work that have not ended."""

    reviews = Array(Object(ReviewSchema), max_size=None, required=True)


class NewGuestSchema(Base):
    """Who opens a review link."""

    name = _Name(required=True, min_size=1, max_size=MAX_GUEST_NAME)
    password = Text(max_size=MAX_PASSWORD, load_default=None, allow_none=True, metadata=_PASSWORD)


class GuestSchema(Base):
    """A guest of a review."""

    id = fields.String(required=True)
    name = fields.String(required=True)


class MadeGuestSchema(Base):
    """A guest, with the token for the header `X-Guest-Token`."""

    guestToken = fields.String(required=True)
    guest = Object(GuestSchema, required=True)


class AuthorSchema(Base):
    """Who said something: a guest of a review, or a member of the project."""

    kind = fields.String(required=True, validate=validate.OneOf(AUTHOR_KINDS))
    id = fields.String(required=True)
    name = fields.String(required=True)


class ResolvedSchema(Base):
    """That a comment was dealt with, by whom, and which export shows it."""

    by = Object(AuthorSchema, required=True)
    at = Integer(required=True)
    exportId = fields.String(required=True, allow_none=True)


class CommentSchema(Base):
    """A comment at a frame or a range of frames of an export, or a reply to one."""

    id = fields.String(required=True)
    exportId = fields.String(required=True)
    frame = Integer(required=True, metadata=_FRAME)
    endFrame = Integer(required=True, allow_none=True, metadata=_END_FRAME)
    time = Number(required=True, metadata={"description": "When the frame begins, in seconds"})
    text = fields.String(required=True, metadata={"description": "Empty if it was deleted"})
    parentId = fields.String(required=True, allow_none=True)
    author = Object(AuthorSchema, required=True)
    createdAt = Integer(required=True)
    editedAt = Integer(required=True, allow_none=True)
    resolved = Object(ResolvedSchema, required=True, allow_none=True)
    deleted = Boolean(metadata={"description": "It was deleted; it is there for its replies"})


class CommentListSchema(Base):
    """Comments, in the order in which they were made."""

    comments = Array(Object(CommentSchema), max_size=None, required=True)


class NewCommentSchema(Base):
    """A comment to make; a reply is at the frame of what it replies to."""

    exportId = identifier(
        metadata={"description": "The export that was seen; by default the newest one"}
    )
    frame = _frame(load_default=None, allow_none=True, metadata=_FRAME)
    endFrame = _frame(load_default=None, allow_none=True, metadata=_END_FRAME)
    text = _Words(required=True, min_size=1, max_size=MAX_COMMENT)
    parentId = identifier(
        load_default=None, allow_none=True, metadata={"description": "What this replies to"}
    )


class CommentUpdateSchema(Base):
    """What to change of a comment."""

    text = _Words(min_size=1, max_size=MAX_COMMENT)
    resolved = Boolean(metadata={"description": "Whether it was dealt with"})
    exportId = identifier(
        allow_none=True, metadata={"description": "With `resolved`: the export that shows it"}
    )


class NewDecisionSchema(Base):
    """A decision about an export."""

    exportId = identifier(
        metadata={"description": "The export that was seen; by default the newest one"}
    )
    decision = Text(required=True, validate=validate.OneOf(DECISIONS))
    text = Text(max_size=MAX_COMMENT, load_default=None, allow_none=True)


class DecisionSchema(Base):
    """What somebody decided about an export; the last decision of a person counts."""

    id = fields.String(required=True)
    exportId = fields.String(required=True)
    decision = fields.String(required=True, validate=validate.OneOf(DECISIONS))
    text = fields.String(required=True, allow_none=True)
    author = Object(AuthorSchema, required=True)
    createdAt = Integer(required=True)


class DecisionListSchema(Base):
    """The decisions about the exports of a work, newest first."""

    decisions = Array(Object(DecisionSchema), max_size=None, required=True)


class VersionSchema(Base):
    """An export as guests see it."""

    exportId = fields.String(required=True)
    number = Integer(
        required=True, metadata={"description": "Among the exports of the work; 1 is the oldest"}
    )
    width = Integer(required=True)
    height = Integer(required=True)
    fps = Number(required=True)
    frames = Integer(required=True)
    duration = Number(required=True, metadata=SECONDS)
    createdAt = Integer(required=True)
    videoUrl = fields.String(required=True)
    posterUrl = fields.String(required=True)
    captionsUrl = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Of its captions as WebVTT; null if they are in the picture"},
    )


class SaidQuerySchema(Base):
    """Which comments or decisions to list."""

    exportId = identifier(metadata={"description": "Only those about this export"})


class VersionQuerySchema(Base):
    """Which export of a review a request is for."""

    exportId = identifier(metadata={"description": "By default the newest one of the review"})


class VideoQuerySchema(VersionQuerySchema):
    """Which video a request is for, and what for."""

    download = QueryInteger(
        load_default=0,
        validate=validate.Range(0, 1),
        metadata={"description": "1 to save it as a file, if the review permits that"},
    )


class OpenedReviewSchema(Base):
    """What a review link shows."""

    name = fields.String(required=True, metadata={"description": "Of the work"})
    version = Object(
        VersionSchema,
        required=True,
        allow_none=True,
        metadata={"description": "Null if it was deleted; the next export will be shown"},
    )
    versions = Array(Object(VersionSchema), max_size=None, required=True)
    newerExport = Boolean(
        required=True, metadata={"description": "Whether there is a newer export than `version`"}
    )
    mayDownload = Boolean(required=True)
    hasPassword = Boolean(required=True)
    expiresAt = Integer(required=True)
    guest = Object(GuestSchema, required=True, allow_none=True)
    decisions = Array(Object(DecisionSchema), max_size=None, required=True)
