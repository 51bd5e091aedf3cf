"""The entries of voices and sounds on a timeline. Times are in seconds."""

from marshmallow import validate

from schemas.common import Base, at_least
from schemas.json_fields import MAX_KEY, MAX_NAME, Boolean, Integer, Number, Text

MIN_VOICE_SPEED, MAX_VOICE_SPEED = 0.8, 1.25
MAX_SOUND_VOLUME = 2

_TRIM = {"description": "Seconds that are left out"}

VOICE_KEPT = ("trimStart", "trimEnd", "speed", "volume", "anchor")
SOUND_KEPT = ("trimStart", "volume", "fadeIn", "fadeOut", "anchor", "voice")


def volume_field() -> Number:
    """Return a field for the volume of a voice or a sound."""
    told = {"description": "0 (silenced) to 2, by default 1"}
    return Number(allow_none=True, validate=validate.Range(0, MAX_SOUND_VOLUME), metadata=told)


class _SoundActionSchema(Base):
    """What voices and sounds on a timeline have in common."""

    id = Text(required=True, max_size=MAX_KEY)
    start = Number(required=True)
    end = Number(required=True)
    trimStart = Number(allow_none=True, validate=at_least(0), metadata=_TRIM)
    volume = volume_field()
    anchor = Text(
        max_size=MAX_KEY,
        allow_none=True,
        metadata={"description": "ID of a clip that it moves along with"},
    )


class VoiceActionSchema(_SoundActionSchema):
    """The place of a scene's voice, instead of the one that follows from its clip.

    The voice ends as its length says; `end` is for readers.
    """

    sceneIndex = Integer(required=True, validate=at_least(0))
    trimEnd = Number(allow_none=True, validate=at_least(0), metadata=_TRIM)
    speed = Number(
        allow_none=True,
        validate=validate.Range(MIN_VOICE_SPEED, MAX_VOICE_SPEED),
        metadata={"description": "0.8 to 1.25, by default 1"},
    )


class SoundActionSchema(_SoundActionSchema):
    """A sound on a timeline: an audio asset."""

    assetId = Text(required=True, min_size=1, max_size=MAX_NAME)
    fadeIn = Number(allow_none=True, validate=at_least(0))
    fadeOut = Number(allow_none=True, validate=at_least(0))
    voice = Boolean(
        allow_none=True,
        metadata={"description": "Whether someone speaks: as loud as voices, and music steps back"},
    )
