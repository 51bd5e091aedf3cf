"""Who did what in a project, and who is in a work at the moment."""

from marshmallow import fields, validate

from schemas.common import Base, identifier
from schemas.json_fields import Array, Integer, Object, Text
from schemas.lists import DEFAULT_LIMIT, PageSchema, page_limit

ACTIONS = (
    *("created", "changed", "deleted", "restored", "uploaded"),
    *("started", "resumed", "cancelled"),
    *("invited", "withdrew", "joined", "left", "removed", "handed_over"),
    *("commented", "approved", "requested_changes", "revoked"),
)
ACTIVITY_KINDS = (
    *("project", "work", "asset", "template", "cast", "media", "take", "export", "job"),
    *("member", "invitation", "key", "review", "comment"),
)

EDITED = ("scene", "clip", "text", "picture", "caption", "music", "voice", "sound")
_MAX_ID = 100


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


class EditedSchema(Base):
    """What somebody edits: a scene by its number, or an object of the timeline by its id."""

    kind = Text(required=True, validate=validate.OneOf(EDITED))
    id = Text(
        required=True,
        min_size=1,
        max_size=_MAX_ID,
        metadata={"description": "A `scene_index`, or an id in the timeline"},
    )


class HeartbeatSchema(Base):
    """What a client says of its user every 15 seconds, and whenever that changes."""

    tab = identifier(
        required=True, metadata={"description": "A random id of the tab, or of the client"}
    )
    editing = Object(EditedSchema, load_default=None, allow_none=True)


class TabQuerySchema(Base):
    """Query parameters of a client that leaves."""

    tab = identifier(metadata={"description": "The id that it sent before; by default, all tabs"})


class PersonSchema(Base):
    """Somebody who is in a work."""

    userId = fields.String(required=True)
    name = fields.String(required=True)
    editing = Object(EditedSchema, required=True, allow_none=True)
    tabs = Integer(required=True, metadata={"description": "In how many tabs"})


class PeopleSchema(Base):
    """Who is in a work: those who came first are first."""

    people = Array(Object(PersonSchema), max_size=None, required=True)


class StoredTabSchema(Base):
    """A tab in which somebody has a work open."""

    userId = fields.String(required=True)
    tab = fields.String(required=True)
    editing = Object(EditedSchema, required=True, allow_none=True)
    changedAt = Integer(required=True)
    seenAt = Integer(required=True)


class StoredPresenceSchema(Base):
    """The tabs in which a work is open."""

    id = fields.String(required=True)
    projectId = fields.String(required=True)
    workId = fields.String(required=True)
    tabs = Array(Object(StoredTabSchema), max_size=None, required=True)
    updatedAt = Integer(required=True)
