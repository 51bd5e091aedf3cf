"""The editor's timeline. Positions are in pixels from the centre of the frame, y pointing down."""

from marshmallow import fields, validate

from schemas.common import Array, Base, Boolean, Integer, Map, Number, at_least

_SIZE = at_least(1)


class TrackActionSchema(Base):
    """An item on a track; times are in seconds."""

    id = fields.String(required=True)
    start = Number(required=True)
    end = Number(required=True)
    sceneIndex = Integer(validate=at_least(0))
    trimStart = Number()
    trimEnd = Number()
    transitionType = fields.String()
    transitionDuration = Number()


def _track() -> Array:
    return Array(fields.Nested(TrackActionSchema))


class EditorDataSchema(Base):
    """The tracks of the timeline."""

    videoTrack = _track()
    textTrack = _track()
    imageTrack = _track()
    audioTrack = _track()


class TextOverlaySchema(Base):
    """A text that is shown over the video."""

    text = fields.String(required=True)
    fontSize = Number(required=True)
    fontColor = fields.String(required=True)
    centerX = Number(required=True)
    centerY = Number(required=True)


class ImageOverlaySchema(Base):
    """An image that is shown over the video."""

    assetId = fields.String(required=True)
    width = Number(required=True)
    height = Number(required=True)
    centerX = Number(required=True)
    centerY = Number(required=True)
    opacity = Number(required=True)
    rotation = Number(required=True)
    maintainAspectRatio = Boolean()


class ExportSettingsSchema(Base):
    """Dimensions in pixels and frame rate of the exported video."""

    width = Integer(required=True, validate=_SIZE)
    height = Integer(required=True, validate=_SIZE)
    fps = Number(required=True, validate=validate.Range(min=1))


class EditorStateSchema(Base):
    """The editor's timeline. In requests, null removes an optional part."""

    editorData = fields.Nested(EditorDataSchema)
    textOverlays = Map(values=fields.Nested(TextOverlaySchema))
    imageOverlays = Map(values=fields.Nested(ImageOverlaySchema), allow_none=True)
    audioUrl = fields.String(allow_none=True)
    audioVolume = Number(validate=validate.Range(min=0))
    exportSettings = fields.Nested(ExportSettingsSchema)
