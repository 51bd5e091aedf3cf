"""Who is in a work at the moment, and what they edit."""

from marshmallow import fields, validate

from schemas.common import Base, identifier
from schemas.json_fields import Array, Integer, Object, Text

EDITED = ("scene", "clip", "text", "picture", "caption", "music", "voice", "sound")
_MAX_ID = 100


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
