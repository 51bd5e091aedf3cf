"""Assets: a project's photos, clips, sounds and fonts."""

from marshmallow import fields, validate

from schemas.common import Base, Items, Number, Whole

ASSET_KINDS = ("image", "video", "audio", "font")

_NAME = validate.Length(min=1, max=500)
_TAG = validate.Length(min=1, max=100)


class AssetFormSchema(Base):
    """What goes beside the file in the form; without a name, the file's own is taken."""

    name = fields.String(validate=_NAME)
    tags = Items(
        fields.String(validate=_TAG),
        metadata={"description": "Once for each tag, or one JSON array of strings"},
    )
    description = fields.String()


class AssetUpdateSchema(Base):
    """Changes to an asset; what is left out is kept, null clears, and gives the file's own name."""

    id = fields.String(metadata={"description": "If given, the same as in the URL"})
    projectId = fields.String(metadata={"description": "If given, the same as in the URL"})
    name = fields.String(validate=_NAME, allow_none=True)
    tags = Items(fields.String(validate=_TAG), allow_none=True)
    description = fields.String(allow_none=True)


class AssetSchema(Base):
    """An asset; what does not apply to it, or could not be measured, is left out."""

    id = fields.String(required=True)
    projectId = fields.String(required=True)
    name = fields.String(required=True)
    type = fields.String(required=True, validate=validate.OneOf(ASSET_KINDS))
    filename = fields.String(required=True, metadata={"description": "As it was uploaded"})
    mimeType = fields.String(required=True)
    size = Whole(required=True, metadata={"description": "Bytes"})
    width = Whole(metadata={"description": "Pixels, as it is shown"})
    height = Whole(metadata={"description": "Pixels, as it is shown"})
    duration = Number(metadata={"description": "Seconds"})
    tags = Items(fields.String())
    thumbnail = fields.String(metadata={"description": "The address of a small picture of it"})
    description = fields.String()
    createdAt = Whole(required=True)
    updatedAt = Whole(required=True)
    url = fields.String(required=True, metadata={"description": "The address of the file"})


class AssetListSchema(Base):
    """The assets of a project, and how many bytes they are."""

    assets = Items(fields.Nested(AssetSchema), required=True)
    totalSize = Whole(required=True)
    count = Whole(required=True)


class AssetQuerySchema(Base):
    """Which assets to list."""

    type = fields.String(validate=validate.OneOf(ASSET_KINDS))
