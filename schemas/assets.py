"""Assets: images, videos, audio files and fonts of a project."""

from marshmallow import fields, validate

from schemas.common import SECONDS, Base, resource_name, url_id
from schemas.json_fields import MAX_TAG, Array, Integer, Number, Object, Text
from schemas.sound import MAX_NARRATION, check_control_characters, words_field

ASSET_TYPES = ("image", "video", "audio", "font")


class AssetFormSchema(Base):
    """Text fields of the form that uploads an asset; `name` defaults to the file name."""

    name = resource_name()
    tags = Array(
        Text(min_size=1, max_size=MAX_TAG),
        metadata={"description": "Repeated for each tag, or one JSON array of strings"},
    )
    description = Text()


class AssetUpdateSchema(Base):
    """Fields of an asset to update; null removes a field, and resets `name` to the file name."""

    id = url_id()
    projectId = url_id()
    name = resource_name(allow_none=True)
    tags = Array(Text(min_size=1, max_size=MAX_TAG), allow_none=True)
    description = Text(allow_none=True)


class AssetSchema(Base):
    """An asset. Fields that do not apply or could not be measured are absent."""

    id = fields.String(required=True)
    projectId = fields.String(required=True)
    name = fields.String(required=True)
    type = fields.String(required=True, validate=validate.OneOf(ASSET_TYPES))
    filename = fields.String(required=True, metadata={"description": "Original file name"})
    mimeType = fields.String(required=True)
    size = Integer(required=True, metadata={"description": "Bytes"})
    width = Integer(metadata={"description": "Pixels, after rotation"})
    height = Integer(metadata={"description": "Pixels, after rotation"})
    duration = Number(metadata=SECONDS)
    videoDuration = Number(metadata={"description": "Seconds of a video's pictures"})
    videoSoundDuration = Number(metadata={"description": "Seconds of a video's sound"})
    videoFps = Number(metadata={"description": "A video's pictures a second"})
    tags = Array(fields.String())
    thumbnail = fields.String(
        metadata={"description": "URL of the thumbnail, which may still have to be made"}
    )
    description = fields.String()
    cleanedFrom = fields.String(
        metadata={"description": "ID of the recording that this is, cleaned up"}
    )
    cutStart = Number(metadata={"description": "Seconds that were cut from its start"})
    cutEnd = Number(metadata={"description": "Seconds that were cut from its end"})
    createdAt = Integer(required=True)
    updatedAt = Integer(required=True)
    url = fields.String(required=True, metadata={"description": "URL of the file"})


class SpokenTextSchema(Base):
    """What is said in a recording."""

    text = Text(
        required=True, min_size=1, max_size=MAX_NARRATION, validate=check_control_characters
    )


class EstimatedWordsSchema(Base):
    """The words of a text, with their times in seconds of the recording."""

    words = words_field(required=True)


class AssetListSchema(Base):
    """The assets of a project, their number and total size in bytes."""

    assets = Array(Object(AssetSchema), max_size=None, required=True)
    totalSize = Integer(required=True)
    count = Integer(required=True)


class AssetUserSchema(Base):
    """A work, a template or a member of the cast that uses an asset."""

    id = fields.String(required=True)
    name = fields.String(required=True)


class AssetUsesSchema(Base):
    """Where an asset is used."""

    works = Array(Object(AssetUserSchema), max_size=None, required=True)
    templates = Array(Object(AssetUserSchema), max_size=None, required=True)
    cast = Array(Object(AssetUserSchema), max_size=None, required=True)


class AssetQuerySchema(Base):
    """Query parameters of asset lists."""

    type = Text(
        validate=validate.OneOf(ASSET_TYPES), metadata={"description": "Only assets of this type"}
    )
