"""What was deleted and can be restored."""

from marshmallow import fields, validate

from schemas.common import Base
from schemas.json_fields import Array, Integer, Object, Opaque, QueryInteger
from schemas.lists import DEFAULT_LIMIT, PageSchema, page_limit

TRASH_KINDS = ("project", "work", "asset")


class DeletionQuerySchema(Base):
    """Query parameters of what deletes a project, a work or an asset."""

    permanently = QueryInteger(
        validate=validate.OneOf([0, 1]),
        metadata={"description": "`1` deletes it at once, not to the trash"},
    )


class TrashQuerySchema(PageSchema):
    """Query parameters of the trash."""

    limit = page_limit(load_default=DEFAULT_LIMIT)
    cursor = Opaque(metadata={"description": "Cursor from `next` of the previous page"})


class DeletedBySchema(Base):
    """Who deleted something."""

    userId = fields.String(required=True)
    name = fields.String(required=True, metadata={"description": "Empty if the user is gone"})


class TrashItemSchema(Base):
    """A project, a work or an asset that was deleted."""

    id = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(TRASH_KINDS))
    name = fields.String(required=True)
    projectId = fields.String(required=True)
    projectName = fields.String(required=True)
    documentId = fields.String(
        required=True, metadata={"description": "Its ID, also when it is restored"}
    )
    deletedBy = Object(DeletedBySchema, required=True)
    deletedAt = Integer(required=True)
    expiresAt = Integer(
        required=True, metadata={"description": "Then it is removed for good, or earlier if needed"}
    )
    bytes = Integer(required=True, metadata={"description": "What it counts for in the quota"})


class RestoredItemSchema(TrashItemSchema):
    """What was restored, as it is now."""

    message = fields.String(
        required=True,
        allow_none=True,
        metadata={
            "description": "A sentence on the new name of a project whose name another one of its"
            " owner has by now; else null"
        },
    )


class TrashListSchema(Base):
    """A page of what was deleted, the latest first."""

    items = Array(Object(TrashItemSchema), max_size=None, required=True)
    next = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Address of the next page; null if there is none"},
    )
