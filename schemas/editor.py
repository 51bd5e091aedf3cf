"""The editor's timeline. Positions are pixels from the centre of the frame, y downwards."""

from marshmallow import fields, validate

from schemas.common import Base, ById, Flag, Items, Number, Whole, at_least

_SIZE = at_least(1)


class TrackActionSchema(Base):
    """A clip on a track, in seconds of the timeline."""

    id = fields.String(required=True)
    start = Number(required=True)
    end = Number(required=True)
    sceneIndex = Whole(validate=at_least(0))
    trimStart = Number()
    trimEnd = Number()
    transitionType = fields.String()
    transitionDuration = Number()


def _track() -> Items:
    return Items(fields.Nested(TrackActionSchema))


class EditorDataSchema(Base):
    """The tracks of the timeline."""

    videoTrack = _track()
    textTrack = _track()
    imageTrack = _track()
    audioTrack = _track()


class TextOverlaySchema(Base):
    """A text on the picture."""

    text = fields.String(required=True)
    fontSize = Number(required=True)
    fontColor = fields.String(required=True)
    centerX = Number(required=True)
    centerY = Number(required=True)


class ImageOverlaySchema(Base):
    """A picture on the picture."""

    assetId = fields.String(required=True)
    width = Number(required=True)
    height = Number(required=True)
    centerX = Number(required=True)
    centerY = Number(required=True)
    opacity = Number(required=True)
    rotation = Number(required=True)
    maintainAspectRatio = Flag()


class ExportSettingsSchema(Base):
    """Size and frame rate of the exported video."""

    width = Whole(required=True, validate=_SIZE)
    height = Whole(required=True, validate=_SIZE)
    fps = Number(required=True, validate=validate.Range(min=1))


class EditorStateSchema(Base):
    """The editor's timeline; null takes an optional part away."""

    editorData = fields.Nested(EditorDataSchema)
    textOverlays = ById(values=fields.Nested(TextOverlaySchema))
    imageOverlays = ById(values=fields.Nested(ImageOverlaySchema), allow_none=True)
    audioUrl = fields.String(allow_none=True)
    audioVolume = Number(validate=validate.Range(min=0))
    exportSettings = fields.Nested(ExportSettingsSchema)
