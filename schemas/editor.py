"""The editor's timeline. Positions are in pixels from the centre of the frame, y pointing down."""

from numbers import Real
from typing import Any

from marshmallow import ValidationError, validate

from schemas.common import Base, at_least, identifier
from schemas.json_fields import (
    MAX_KEY,
    MAX_NAME,
    Array,
    Boolean,
    Either,
    Integer,
    Map,
    Number,
    Object,
    Text,
)
from schemas.sound import MAX_CAPTION_WORDS, words_field
from schemas.sound_tracks import SoundActionSchema, VoiceActionSchema
from schemas.text_looks import AnimatedSchema, TextLookSchema, crop_field, motion_field

MAX_OVERLAYS = 5_000  # of each kind, and actions of each track
MAX_OVERLAY_TEXT = 10_000  # characters
MAX_CAPTIONS, MAX_CAPTION_TEXT = 2_000, 1_000
MAX_DATA_URL = 500_000  # characters of a URL that a client may store as data:
MAX_COVER_TIME = 24 * 3600  # seconds
FITS = ("contain", "cover", "blur")  # of clips of another shape than the frame
MIN_SPEED, MAX_SPEED = 0.25, 4  # of a clip that does not stand still
MAX_CLIP_VOLUME = 2
CLIP_VOLUME = validate.Range(0, MAX_CLIP_VOLUME)
_SIZE = at_least(1)


_SPEEDS = f"Must be 0, or from {MIN_SPEED} to {MAX_SPEED}."


def _check_speed(value: float) -> None:
    """Raise ValidationError for a speed between that of a still and the slowest one."""
    if 0 < value < MIN_SPEED:
        raise ValidationError(_SPEEDS)


SPEED = (validate.Range(0, MAX_SPEED, error=_SPEEDS), _check_speed)
MAX_END_PAUSE = 10  # seconds
MUSIC_LEVELS = (-60, -6)  # LUFS
MUSIC_LEVEL = -24  # in works that are created
SOUND = {"description": "Seconds, of the sound of a clip or the music"}


class TrackActionSchema(Base):
    """An item on a track; times are in seconds."""

    id = Text(required=True, max_size=MAX_KEY)
    start = Number(required=True)
    end = Number(required=True)
    sceneIndex = Integer(validate=at_least(0))
    assetId = Text(
        min_size=1,
        max_size=MAX_NAME,
        allow_none=True,
        metadata={"description": "Of a clip: the video or image that it shows instead of a scene"},
    )
    trimStart = Number()
    trimEnd = Number()
    transitionType = Text(max_size=MAX_NAME)
    transitionDuration = Number()
    speed = Number(
        allow_none=True,
        validate=SPEED,
        metadata={"description": "Of a clip: 0.25 to 4, by default 1; 0: it stands still"},
    )
    volume = Number(
        allow_none=True,
        validate=CLIP_VOLUME,
        metadata={"description": "Of a clip's sound: by default 1"},
    )
    fadeIn = Number(allow_none=True, validate=at_least(0), metadata=SOUND)
    fadeOut = Number(allow_none=True, validate=at_least(0), metadata=SOUND)
    crop = crop_field()
    motion = motion_field()
    order = Either(
        {Real: Number(), list: Array(Number(), min_size=1, max_size=MAX_OVERLAYS)},
        allow_none=True,
        metadata={"description": "Key of its place among the others, kept by operations"},
    )
    anchor = Text(
        max_size=MAX_KEY,
        allow_none=True,
        metadata={"description": "ID of a clip that it moves along with"},
    )


def _track(action: type[Base] = TrackActionSchema, **kwargs: Any) -> Array:
    return Array(Object(action), max_size=MAX_OVERLAYS, **kwargs)


class EditorDataSchema(Base):
    """The tracks of the timeline."""

    videoTrack = _track()
    textTrack = _track()
    imageTrack = _track()
    audioTrack = _track()
    voiceTrack = _track(VoiceActionSchema, allow_none=True)
    soundTrack = _track(SoundActionSchema, allow_none=True)
    arranged = Boolean(
        allow_none=True,
        metadata={"description": "Of a cut without clips: true if it is to have none"},
    )


class TextOverlaySchema(TextLookSchema):
    """A text that is shown over the video."""

    text = Text(required=True, max_size=MAX_OVERLAY_TEXT)
    fontSize = Number(required=True)
    fontColor = Text(required=True, max_size=MAX_NAME)
    centerX = Number(required=True)
    centerY = Number(required=True)
    fontAssetId = Text(
        max_size=MAX_NAME, allow_none=True, metadata={"description": "Font asset to draw it with"}
    )


class ImageOverlaySchema(AnimatedSchema):
    """An image that is shown over the video."""

    assetId = Text(required=True, max_size=MAX_NAME)
    width = Number(required=True)
    height = Number(required=True)
    centerX = Number(required=True)
    centerY = Number(required=True)
    opacity = Number(required=True)
    rotation = Number(required=True)
    maintainAspectRatio = Boolean()


class CaptionSchema(Base):
    """A caption; times are in seconds."""

    start = Number(required=True)
    end = Number(required=True)
    text = Text(required=True, max_size=MAX_CAPTION_TEXT)
    id = Text(max_size=MAX_KEY, allow_none=True)
    anchor = Text(
        max_size=MAX_KEY,
        allow_none=True,
        metadata={"description": "ID of a clip that it moves along with"},
    )
    words = words_field(
        MAX_CAPTION_WORDS,
        allow_none=True,
        metadata={"description": "When its words are spoken, on the timeline's clock"},
    )


class ExportSettingsSchema(Base):
    """The exported video: its size in pixels, its frame rate, and how clips fill the frame."""

    width = Integer(required=True, validate=_SIZE)
    height = Integer(required=True, validate=_SIZE)
    fps = Number(required=True, validate=validate.Range(min=1))
    fit = Text(
        allow_none=True,
        validate=validate.OneOf(FITS),
        metadata={
            "description": "Clips of another shape: with bars, cut off, or over a blurred copy"
        },
    )


class CoverSchema(Base):
    """The picture that stands for the video: a frame of it, or an image of the project."""

    at = Number(
        allow_none=True,
        validate=validate.Range(0, MAX_COVER_TIME),
        metadata={"description": "Seconds: the frame that is shown then"},
    )
    assetId = identifier(
        allow_none=True, metadata={"description": "Of an image, which comes before `at`"}
    )


class EditorStateSchema(Base):
    """The editor's timeline. In requests, null removes an optional part."""

    editorData = Object(EditorDataSchema)
    textOverlays = Map(values=Object(TextOverlaySchema), max_size=MAX_OVERLAYS)
    imageOverlays = Map(values=Object(ImageOverlaySchema), max_size=MAX_OVERLAYS, allow_none=True)
    audioUrl = Text(max_size=MAX_DATA_URL, allow_none=True)
    audioVolume = Number(validate=validate.Range(min=0))
    endPause = Number(
        allow_none=True,
        validate=validate.Range(0, MAX_END_PAUSE),
        metadata={
            "description": "Seconds that a video without an arranged timeline goes on after the"
            " voice of its last scene. New works have 1; without it, 0.2"
        },
    )
    audioLevel = Number(
        allow_none=True,
        validate=validate.Range(*MUSIC_LEVELS),
        metadata={
            "description": "LUFS to which the music is brought beside voices, which have -16; it"
            " also fades out at the end. New works have -24; without it, it stays as its file is"
        },
    )
    audioLoop = Boolean(
        allow_none=True,
        metadata={"description": "Whether the music begins again where its file ends"},
    )
    exportSettings = Object(ExportSettingsSchema)
    captions = Array(Object(CaptionSchema), max_size=MAX_CAPTIONS, allow_none=True)
    cover = Object(
        CoverSchema,
        allow_none=True,
        metadata={"description": "The poster of exports; without it, a frame of the first seconds"},
    )
    operationIds = Array(
        Text(max_size=MAX_NAME),
        metadata={
            "readOnly": True,
            "description": "IDs of the operations that were applied last, against repetition",
        },
    )
