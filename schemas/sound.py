"""The sound of works: narrator and narration, the look of captions, the words of a voice.

What jobs make of it is in sound_results.py; voices and sounds on a timeline are in sound_tracks.py.
Times are in seconds.
"""

import re
from typing import Any

from marshmallow import ValidationError, fields, validate

from schemas.common import Base, at_least
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

VOICE_CHANGES = ("text", "voice")
MAX_NARRATION = 5_000  # characters
MAX_SPEECH_STYLE = 1_000  # characters
MAX_WORDS = 5_000  # of a voice
MAX_CAPTION_WORDS = 500
NARRATOR_SPEEDS = (0.7, 1.25)
CAPTION_STYLES = ("plain", "box", "karaoke", "one-word")
CAPTION_POSITIONS = ("bottom", "middle", "top")
CLIP_SOUNDS = ("keep", "duck", "mute")
VOICE_CHANNELS = ("left", "right", "opposite")
WORD_SOURCES = ("vendor", "alignment", "transcription", "estimate")
DEFAULT_DUCK, MIN_DUCK = -12, -60  # decibels

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SECOND = at_least(0)

# The shape of a work's sound in words.
SOUND_SHAPE = (
    "{narrator: {provider, model, voice, speed}, captions: {style: plain, box, karaoke or one-word,"
    " color, accent, position}, duck: dB of music under speech, clips: keep, duck or mute}"
)


def check_control_characters(text: str) -> None:
    """Raise ValidationError for control characters other than line breaks and tabs."""
    if found := _CONTROL.search(text):
        code = f"U+{ord(found[0]):04X}"
        raise ValidationError(f"Must have no control characters ({code} at {found.start() + 1}).")


class NarrationSchema(Base):
    """What is said in a scene."""

    text = Text(required=True, max_size=MAX_NARRATION, validate=check_control_characters)
    voice = Text(
        max_size=MAX_NAME,
        allow_none=True,
        metadata={"description": "ID of the voice that says it; by default the narrator's"},
    )
    style = Text(
        max_size=MAX_SPEECH_STYLE,
        allow_none=True,
        metadata={"description": "How it is to be said, such as `cheerfully`"},
    )


class NarratorSchema(Base):
    """The voice that speaks by default."""

    provider = Text(max_size=MAX_NAME, allow_none=True)
    model = Text(max_size=MAX_NAME, allow_none=True)
    voice = Text(
        required=True, min_size=1, max_size=MAX_NAME, metadata={"description": "ID of the voice"}
    )
    speed = Number(
        allow_none=True,
        validate=validate.Range(*NARRATOR_SPEEDS),
        metadata={"description": "0.7 to 1.25, by default 1"},
    )


def narrator_field() -> Object:
    """Return a field for the voice that speaks by default."""
    shape = "{provider, model, voice, speed 0.7 to 1.25}"
    return Object(NarratorSchema, allow_none=True, metadata={"shape": shape})


class CaptionLookSchema(Base):
    """How captions look."""

    style = Text(required=True, validate=validate.OneOf(CAPTION_STYLES))
    color = Text(max_size=MAX_NAME, allow_none=True, metadata={"description": "Of the text"})
    accent = Text(
        max_size=MAX_NAME, allow_none=True, metadata={"description": "Of the word that is spoken"}
    )
    position = Text(
        allow_none=True,
        validate=validate.OneOf(CAPTION_POSITIONS),
        metadata={"description": "In the frame; by default `bottom`"},
    )


class SoundSchema(Base):
    """The sound of a work. In requests, a missing field keeps its value, and null removes it."""

    narrator = narrator_field()
    captions = Object(CaptionLookSchema, allow_none=True)
    duck = Number(
        allow_none=True,
        validate=validate.Range(MIN_DUCK, 0),
        metadata={
            "description": "Decibels of what steps back while someone speaks: by default -12;"
            " 0 is off"
        },
    )
    clips = Text(
        allow_none=True,
        validate=validate.OneOf(CLIP_SOUNDS),
        metadata={
            "description": "Whether the clips' own sound is heard; with `duck`, it steps back while"
            " someone speaks, as the music does. By default `keep`"
        },
    )


class WordSchema(Base):
    """A spoken word; times are in seconds."""

    text = Text(required=True, min_size=1, max_size=MAX_NAME)
    start = Number(required=True, validate=_SECOND)
    end = Number(required=True, validate=_SECOND)


def words_field(limit: int | None = MAX_WORDS, **kwargs: Any) -> Array:
    """Return a field for spoken words."""
    return Array(Object(WordSchema), max_size=limit, **kwargs)


class VoiceWordsUpdateSchema(Base):
    """The words of a voice, corrected: in order, from the beginning of its file."""

    words = words_field(required=True)
    source = Text(
        validate=validate.OneOf(WORD_SOURCES),
        metadata={"description": "Where the times come from; by default as before"},
    )
    text = Text(
        max_size=MAX_NARRATION,
        allow_none=True,
        validate=check_control_characters,
        metadata={"description": "What the voice says; null if unknown, by default as before"},
    )
    textHash = Text(
        validate=validate.Regexp("^[0-9a-f]{16}$", error="Must be 16 hexadecimal digits."),
        metadata={
            "description": "Of the text that was spoken, if `text` only writes it differently; "
            "by default of `text`"
        },
    )


class VoiceCleaningSchema(Base):
    """How the voice of a scene is heard."""

    cleanUp = Boolean(
        required=True,
        metadata={
            "description": "Without clicks, hum, steady noise, and silence at both ends; false: as "
            "it was recorded"
        },
    )


class CleanedVoiceSchema(VoiceCleaningSchema):
    """A voice, as it was recorded or cleaned up."""

    url = fields.String(required=True)
    voiceDuration = Number(
        required=True, allow_none=True, metadata={"description": "Seconds of the voice"}
    )
    cutStart = Number(metadata={"description": "Seconds of silence that were cut"})
    cutEnd = Number()


class VoiceWordsSchema(Base):
    """The words of a voice, from the beginning of its file."""

    words = words_field(required=True)
    source = fields.String(required=True, allow_none=True, validate=validate.OneOf(WORD_SOURCES))
    textHash = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Of the text that the voice says; null if that is unknown"},
    )


class SceneNarrationSchema(Base):
    """What is said in a scene, and the voice that says it."""

    sceneIndex = Integer(required=True)
    text = fields.String(required=True, allow_none=True)
    textHash = fields.String(required=True, allow_none=True)
    voiceUrl = fields.String(required=True, allow_none=True)
    voiceDuration = Number(
        required=True, allow_none=True, metadata={"description": "Seconds of the voice"}
    )
    spokenText = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "What the voice says; null if that is unknown"},
    )
    isCurrent = Boolean(
        required=True,
        allow_none=True,
        metadata={
            "description": "Whether the voice says the text, and is that which is to speak; null"
            " without a voice, or if it is unknown what it says"
        },
    )
    voice = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The ID of the provider's voice that speaks; null if unknown"},
    )
    changed = Array(
        fields.String(validate=validate.OneOf(VOICE_CHANGES)),
        required=True,
        metadata={"description": "What has changed since the voice was made"},
    )
    words = words_field(required=True)
    source = fields.String(required=True, allow_none=True, validate=validate.OneOf(WORD_SOURCES))
    warnings = Array(
        fields.String(),
        metadata={"description": "Says if its recording is so quiet that noise is heard"},
    )


class NarrationsSchema(Base):
    """What is said in all scenes of a work, in their order."""

    scenes = Array(Object(SceneNarrationSchema), required=True)


class LoudnessSchema(Base):
    """How long a file sounds, and how loud."""

    seconds = Number(required=True)
    loudness = Number(
        required=True,
        allow_none=True,
        metadata={"description": "Integrated, in LUFS; -70 is silence, null is without sound"},
    )


class VoiceUploadQuerySchema(Base):
    """Query parameters of uploading the voice of a scene."""

    narration = QueryInteger(
        validate=validate.OneOf([0, 1]),
        metadata={
            "description": "Whether it says the scene's narration, as that is now; by default if "
            "there is one"
        },
    )
