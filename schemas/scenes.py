"""Scenes of a scenario, their generated media, and the analysis of a reference video."""

from marshmallow import fields, validate

from schemas.common import Base, at_least, identifier
from schemas.json_fields import MAX_NAME, Array, Boolean, Integer, Number, Object, Text
from schemas.sound import VOICE_CHANNELS, NarrationSchema
from schemas.text_looks import MotionField

SCENE_STATES = (
    "pending",
    "generating_image",
    "image_ready",
    "generating_video",
    "done",
    "error",
)
MAX_SCENE_INDEX = 999
MAX_SCENES = MAX_SCENE_INDEX + 1
MAX_SCENE_CAST = 10
DEFAULT_SCENE_SECONDS = 5  # of a scene without a duration

_INDEX = validate.Range(min=0, max=MAX_SCENE_INDEX)


class SceneSchema(Base):
    """A scene of the scenario. Prompts may be absent."""

    scene_index = Integer(required=True, validate=_INDEX)
    duration_seconds = Number(validate=validate.Range(min=0))
    image_prompt = Text(load_default="")
    negative_prompt = Text(load_default="")
    video_prompt = Text(load_default="")
    text_overlay = Text(load_default=None, allow_none=True)
    transition = Text(max_size=MAX_NAME, load_default="cut")
    narration = Object(
        NarrationSchema, allow_none=True, metadata={"shape": "What is said: {text, voice, style}"}
    )
    cast = Array(
        identifier(),
        max_size=MAX_SCENE_CAST,
        allow_none=True,
        metadata={"description": "IDs of the cast in it"},
    )
    motion = MotionField(
        allow_none=True,
        metadata={
            "description": "How its image moves without a clip",
            "shape": "Of its image: as in edit_timeline",
        },
    )


class GeneratedSceneInput(Base):
    """Status of a generated scene. What follows from the stored media cannot be set."""

    sceneIndex = Integer(required=True, validate=_INDEX)
    status = Text(load_default="pending", validate=validate.OneOf(SCENE_STATES))
    error = Text(allow_none=True)


class GeneratedSceneSchema(GeneratedSceneInput):
    """The image, the video and the voice of a scene."""

    imageUrl = fields.String()
    videoUrl = fields.String()
    mediaUpdatedAt = Integer(
        metadata={"description": "When its image or video was stored, replaced or removed last"}
    )
    videoDuration = Number(
        metadata={"description": "How many seconds the pictures of its video last, once measured"}
    )
    videoSoundDuration = Number(
        allow_none=True,
        metadata={"description": "How many seconds the sound of its video lasts; null without any"},
    )
    videoFps = Number(
        metadata={"description": "The frame rate of its video; a usual one if the rate varies"}
    )
    removedAt = Integer(
        metadata={
            "description": "When its scene was removed; its media are kept until it is back, or "
            "they are deleted"
        }
    )
    voiceUrl = fields.String()
    voiceDuration = Number(metadata={"description": "Seconds of its voice"})
    voiceGain = Number(
        metadata={
            "description": "Decibels that bring its voice to -16 LUFS, at most 40; above 20, the "
            "recording is very quiet, and its noise is heard as well"
        }
    )
    voiceLimited = Boolean(
        metadata={"description": "True if peaks of its voice are limited after that, to -1 dBTP"}
    )
    voiceOffsets = Array(
        Number(),
        metadata={"description": "What is taken from the samples of both channels before (DC)"},
    )
    voiceChannels = fields.String(
        validate=validate.OneOf(VOICE_CHANNELS),
        metadata={
            "description": "left, right: this channel of its voice is heard on both sides, as the "
            "other one is silent; opposite: the right one is turned"
        },
    )
    voiceCleanUp = Boolean(
        metadata={"description": "True if its voice is a recording that was cleaned up"}
    )
    voiceTextHash = fields.String(
        metadata={"description": "Of the text that its voice says; missing if that is unknown"}
    )
    voiceSpeakerHash = fields.String(
        metadata={"description": "Of the voice that was asked for; missing if that is unknown"}
    )
    voiceUpdatedAt = Integer(
        metadata={"description": "When its voice, or what is known of it, changed last"}
    )


class AnalysedSceneSchema(Base):
    """A scene of the reference video."""

    index = Integer(required=True, validate=at_least(1))
    duration_seconds = Number(required=True)
    description = Text(required=True)
    transition = Text(max_size=MAX_NAME, load_default=None, allow_none=True)
    text_overlay = Text(allow_none=True)
    camera_movement = Text(allow_none=True)


class AnalysisSchema(Base):
    """The analysis of a reference video."""

    scene_count = Integer(required=True, validate=at_least(0))
    overall_tone = Text(required=True)
    color_palette = Array(Text(max_size=MAX_NAME), required=True)
    tempo = Text(required=True)
    has_text_overlay = Boolean(required=True)
    scenes = Array(Object(AnalysedSceneSchema), required=True)
