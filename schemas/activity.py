"""Who did what in a project."""

from marshmallow import fields, validate

from schemas.common import Base
from schemas.json_fields import Array, Integer, Object
from schemas.lists import DEFAULT_LIMIT, PageSchema, page_limit

ACTIONS = (
    *("created", "changed", "deleted", "restored", "uploaded"),
    *("started", "resumed", "cancelled"),
    *("invited", "withdrew", "joined", "left", "removed", "handed_over"),
    *("commented", "approved", "requested_changes", "revoked"),
)
ACTIVITY_KINDS = (
    *("project", "work", "asset", "template", "media", "take", "export", "job"),
    *("member", "invitation", "key", "review", "comment"),
)


class ActivityQuerySchema(PageSchema):
    """Query parameters of the list."""

    limit = page_limit(load_default=DEFAULT_LIMIT)


class ActivityItemSchema(Base):
    """What somebody did: repeated within ten minutes, it is one item with a `count`."""

    id = fields.String(required=True)
    at = Integer(required=True, metadata={"description": "When it was done first"})
    userId = fields.String(required=True, metadata={"description": "Of a user or a guest"})
    name = fields.String(required=True, metadata={"description": "Their name at that time"})
    action = fields.String(required=True, validate=validate.OneOf(ACTIONS))
    kind = fields.String(
        required=True,
        validate=validate.OneOf(ACTIVITY_KINDS),
        metadata={"description": "Of the target"},
    )
    targetId = fields.String(required=True)
    targetName = fields.String(required=True, metadata={"description": "Its name at that time"})
    count = Integer(required=True)
    lastAt = Integer(required=True, metadata={"description": "When it was done last"})


class ActivitySchema(Base):
    """What was done in a project, the latest first; older than 90 days is deleted."""

    items = Array(Object(ActivityItemSchema), max_size=None, required=True)
    next = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The address of the next page", "format": "uri"},
    )
