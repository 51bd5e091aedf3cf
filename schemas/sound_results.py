"""The results of jobs that make voices, music or sounds, and of those that find or change words."""

from marshmallow import fields, validate

from schemas.common import Base
from schemas.json_fields import Array, Integer, Object
from schemas.sound import WORD_SOURCES, words_field


class MadeVoiceSchema(Base):
    """The voice of a scene."""

    sceneIndex = Integer(required=True)
    voiceUrl = fields.String(required=True)


class MadeVoicesSchema(Base):
    """The voices that a job made; their words are in the work's narration."""

    voices = Array(Object(MadeVoiceSchema), required=True, max_size=None)
    warnings = Array(
        fields.String(),
        metadata={"description": "Which voices do not fit the timeline, and what can be done"},
    )


class MadeSoundSchema(Base):
    """The audio asset that a job made: music or a sound."""

    assetId = fields.String(required=True)
    url = fields.String(required=True)
    warnings = Array(
        fields.String(),
        metadata={"description": "Why music did not become the work's, if it did not"},
    )


class FoundVoiceWordsSchema(Base):
    """How many words of a scene's voice are known, and where their times come from."""

    sceneIndex = Integer(required=True)
    words = Integer(required=True)
    source = fields.String(required=True, allow_none=True, validate=validate.OneOf(WORD_SOURCES))


class FoundWordsSchema(Base):
    """The words of voices that a job found; they are in the work's narration."""

    transcripts = Array(Object(FoundVoiceWordsSchema), required=True, max_size=None)
    warnings = Array(
        fields.String(), metadata={"description": "Of which voices no words are known, and why"}
    )


class TranscriptSchema(Base):
    """What is spoken in a recording, and when."""

    text = fields.String(required=True)
    language = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Code of ISO 639-2, such as `deu`; null if unknown"},
    )
    words = words_field(None, required=True)
    source = fields.String(required=True, validate=validate.OneOf(WORD_SOURCES))


class RewrittenSchema(Base):
    """A line in another number of words."""

    text = fields.String(required=True)
