"""Links that open something without a login."""

from marshmallow import fields, validate

from schemas.common import Base
from schemas.json_fields import Array, Integer, Object

UPLOAD, EXPORT = "upload", "export"
LINK_KINDS = (UPLOAD, EXPORT)


class LinkTargetSchema(Base):
    """What a link opens: an export, or the asset that an upload creates."""

    projectId = fields.String(required=True)
    workId = fields.String()
    exportId = fields.String()
    assetId = fields.String(metadata={"description": "The id that the asset gets, or has"})
    name = fields.String(metadata={"description": "The file name that the asset gets"})


class LinkSchema(Base):
    """A link, without its address: only whoever made it got that."""

    id = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(LINK_KINDS))
    target = Object(LinkTargetSchema, required=True)
    usedAt = Integer(required=True, allow_none=True)
    expiresAt = Integer(required=True)
    createdAt = Integer(required=True)


class LinkListSchema(Base):
    """The links of a user that have not ended."""

    links = Array(Object(LinkSchema), max_size=None, required=True)
