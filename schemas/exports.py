"""Exports: what to render, and the videos that were rendered."""

from typing import Any

from marshmallow import fields, validate

from schemas.common import MAX_URL, SECONDS, Base, Shaped, identifier
from schemas.editor import FITS
from schemas.json_fields import (
    MAX_NAME,
    Array,
    Boolean,
    Integer,
    Number,
    Object,
    QueryInteger,
    Text,
)
from schemas.scenes import MAX_SCENE_INDEX
from schemas.sound import MAX_WORDS, words_field
from schemas.text_looks import AnimatedSchema, TextLookSchema

QUALITIES = ("draft", "standard", "best")
CAPTIONS = ("none", "burn", "track")
FORMATS = ("mp4", "gif", "webp", "webm", "wav", "mp3")
SOURCE_RATE = "source"
MIN_SIZE, MAX_SIZE = 16, 4096  # pixels
MIN_FPS, MAX_FPS = 1, 60
MAX_SECONDS = 30 * 60  # of an exported video
MAX_ANIMATION_SECONDS, MAX_ANIMATION_SIDE, MAX_ANIMATION_FPS = 30, 800, 20  # of GIF and WebP
MAX_TIME = 24 * 3600  # seconds, of a time on the timeline
MAX_CLIPS = 200
MAX_EXPORT_OVERLAYS = 200  # texts and pictures together
MAX_MUSIC = 200  # places of the audio track
MAX_VOICES = 200
MAX_SOUNDS = 200  # places of the sound track
MAX_BURNED_CAPTIONS = 1_000
MAX_VISIBLE = 40  # texts, pictures and burned captions in one frame
MAX_EXPORT_PIXELS = 230_000_000_000  # of all frames: half an hour of 1080 x 1920 at 60 a second
MAX_DRAWN_CHARACTERS = 100_000  # of texts and burned captions together
MAX_CAPTION_CHARACTERS = 1_000_000  # of captions, each as often as it is shown
MAX_EXPORT_TEXT = 10_000  # characters
MAX_FONT_SIZE = 2_000  # pixels
MAX_VOLUME = 10
MIN_SIDE = 0.01  # pixels
MAX_PIXELS = 100_000  # of positions and sizes of overlays
_MAX_ITEMS = 1_000  # above the limits, so that the response can say what they are

_SIZE = validate.Range(MIN_SIZE, MAX_SIZE)
_FPS = validate.Range(MIN_FPS, MAX_FPS)
_TIME = validate.Range(0, MAX_TIME)
_POSITION = validate.Range(-MAX_PIXELS, MAX_PIXELS)
_LENGTH = validate.Range(0, MAX_PIXELS, min_inclusive=False)


class FrameRate(Number):
    """A frame rate, or `source`: that of the clips."""

    default_error_messages = {"invalid": 'Must be a number or "source".'}  # noqa: RUF012 - as marshmallow requires

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        return value if value == SOURCE_RATE else super()._deserialize(value, attr, data, **kwargs)

    def _validate(self, value: Any) -> None:
        if value != SOURCE_RATE:
            super()._validate(value)


# `from` is a keyword of Python, so that no class can have a field of that name.
_Window = Base.from_dict(
    {
        "from": Number(allow_none=True, validate=_TIME, metadata=SECONDS),
        "to": Number(allow_none=True, validate=_TIME, metadata=SECONDS),
    },
    name="ExportWindowSchema",
)


class ExportOptionsSchema(_Window):  # type: ignore[misc, valid-type]
    """How to export; what is left out comes from the work's `editorState.exportSettings`."""

    width = Integer(allow_none=True, validate=_SIZE, metadata={"description": "Pixels; made even"})
    height = Integer(allow_none=True, validate=_SIZE, metadata={"description": "Pixels; made even"})
    fps = FrameRate(
        allow_none=True,
        validate=_FPS,
        metadata={"description": "Or `source`: as the clips"},
    )
    quality = Text(
        allow_none=True,
        validate=validate.OneOf(QUALITIES),
        metadata={"description": "`draft`: 360 lines, fast"},
    )
    fit = Text(
        allow_none=True,
        validate=validate.OneOf(FITS),
        metadata={"description": "Clips of another shape: bars, cut off, or a blurred copy behind"},
    )
    captions = Text(
        allow_none=True,
        validate=validate.OneOf(CAPTIONS),
        metadata={"description": "In the picture, as a track, or none"},
    )
    loudness = Boolean(allow_none=True, metadata={"description": "To -14 LUFS"})
    format = Text(
        allow_none=True,
        validate=validate.OneOf(FORMATS),
        metadata={"description": "GIF, WebP: up to 30 s, 800 px, 20 fps"},
    )


class ExportClipSchema(Base):
    """A scene's clip on the timeline; times are in seconds."""

    sceneIndex = Integer(required=True, validate=validate.Range(0, MAX_SCENE_INDEX))
    position = Number(required=True, validate=_TIME)
    end = Number(required=True, validate=_TIME)
    cutFrom = Number(
        allow_none=True, validate=_TIME, metadata={"description": "Where the clip begins"}
    )
    transition = Text(
        allow_none=True, max_size=MAX_NAME, metadata={"description": "To the next clip"}
    )
    transitionDuration = Number(allow_none=True, validate=_TIME, metadata=SECONDS)


class PlacedSchema(Base):
    """When and where an overlay is shown: its centre from the frame's, or else its top left."""

    position = Number(required=True, validate=_TIME)
    end = Number(required=True, validate=_TIME)
    centerX = Number(allow_none=True, validate=_POSITION)
    centerY = Number(allow_none=True, validate=_POSITION)
    x = Number(allow_none=True, validate=_POSITION)
    y = Number(allow_none=True, validate=_POSITION)


class ExportTextSchema(PlacedSchema, TextLookSchema):
    """A text over the video."""

    text = Text(required=True, max_size=MAX_EXPORT_TEXT)
    fontSize = Number(allow_none=True, validate=validate.Range(1, MAX_FONT_SIZE))
    fontColor = Text(allow_none=True, max_size=MAX_NAME)
    fontAssetId = identifier(allow_none=True)


class ExportImageSchema(PlacedSchema, AnimatedSchema):
    """An image asset over the video; `rotation` in degrees, clockwise."""

    assetId = identifier(required=True)
    width = Number(required=True, validate=_LENGTH)
    height = Number(required=True, validate=_LENGTH)
    opacity = Number(allow_none=True, validate=validate.Range(0, 1))
    rotation = Number(allow_none=True, validate=_POSITION)
    maintainAspectRatio = Boolean(allow_none=True)


class ExportAudioSchema(Base):
    """The music: the work's audio, or an audio asset of the project."""

    volume = Number(allow_none=True, validate=validate.Range(0, MAX_VOLUME))
    audioUrl = Text(allow_none=True, max_size=MAX_URL)


class ExportBodySchema(Base):
    """A timeline to export, as the web editor sends it."""

    projectId = identifier(required=True)
    workId = identifier(required=True)
    clips = Array(Object(ExportClipSchema), required=True, min_size=1, max_size=_MAX_ITEMS)
    texts = Array(Object(ExportTextSchema), allow_none=True, max_size=_MAX_ITEMS)
    images = Array(Object(ExportImageSchema), allow_none=True, max_size=_MAX_ITEMS)
    audio = Object(ExportAudioSchema, allow_none=True)
    options = Object(ExportOptionsSchema, allow_none=True)


class WorkExportSchema(Base):
    """How to export a work as it is stored."""

    options = Object(ExportOptionsSchema, allow_none=True)


STILL_TYPES = ("jpeg", "png")
STILL_CAPTIONS = ("burn", "none")


class StillQuerySchema(Base):
    """Query parameters of a still."""

    at = fields.Float(
        load_default=0.0,
        allow_nan=False,
        validate=_TIME,
        metadata={"description": "Seconds: of the frame that is shown then"},
    )
    type = Text(load_default="jpeg", validate=validate.OneOf(STILL_TYPES))
    captions = Text(
        load_default="burn",
        validate=validate.OneOf(STILL_CAPTIONS),
        metadata={"description": "With the captions that are shown then, or without"},
    )


class HandoverQuerySchema(Base):
    """Query parameters of a timeline that is handed over."""

    bundle = QueryInteger(
        load_default=0,
        validate=validate.Range(0, 1),
        metadata={"description": "1 for a zip with `timeline.otio`, and the media in `media/`"},
    )


class ExportSchema(Base):
    """An exported video."""

    id = fields.String(required=True)
    url = fields.String(required=True)
    posterUrl = fields.String(required=True)
    captionsUrl = fields.String(
        metadata={"description": "Of its captions as WebVTT, if it has any"}
    )
    width = Integer(required=True)
    height = Integer(required=True)
    fps = Number(required=True)
    duration = Number(required=True, metadata=SECONDS)
    size = Integer(required=True, metadata={"description": "Bytes"})
    options = Shaped(ExportOptionsSchema, required=True)
    jobId = fields.String(required=True)
    createdAt = Integer(required=True)
    warnings = Array(
        fields.String(), metadata={"description": "Voices that the video cuts; missing without any"}
    )
    isCurrent = Boolean(
        metadata={"description": "In lists, if known: whether the work still looks like it"}
    )


class StoredCueSchema(Base):
    """A caption of an export; times are in seconds."""

    start = Number(required=True)
    end = Number(required=True)
    text = fields.String(required=True)
    words = words_field(MAX_WORDS)


class StoredExportSchema(ExportSchema):
    """An export, with what is needed to find it again."""

    class Meta(Base.Meta):
        """marshmallow's options."""

        exclude = ("url", "posterUrl", "captionsUrl", "isCurrent")  # computed

    projectId = fields.String(required=True)
    workId = fields.String(required=True)
    key = fields.String(required=True)
    content = fields.String(
        allow_none=True, metadata={"description": "A hash of what the work showed"}
    )
    cues = Array(fields.Nested(StoredCueSchema), required=True)


class ExportListSchema(Base):
    """The exports of a work, newest first."""

    exports = Array(Object(ExportSchema), max_size=None, required=True)
