"""The voices of providers: requests for them and for a sample, and responses."""

from marshmallow import fields, validate

from schemas.common import Base, key_project
from schemas.json_fields import MAX_NAME, Array, Number, Object, Text
from schemas.scenes import MAX_SCENES
from schemas.sound import MAX_NARRATION, NARRATOR_SPEEDS, check_control_characters

MAX_SAMPLE = 300  # characters


class VoicesQuerySchema(Base):
    """Query parameters of the list of voices."""

    provider = Text(
        max_size=MAX_NAME, metadata={"description": "Only of this provider; by default of all"}
    )
    language = Text(
        max_size=MAX_NAME,
        metadata={"description": "Only of this language, by its name or code, such as `de`"},
    )
    q = Text(max_size=MAX_NAME, metadata={"description": "Only with this text in what it shows"})
    projectId = key_project()


class VoiceSchema(Base):
    """A voice that a provider offers."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    provider = fields.String(required=True)
    languages = Array(
        fields.String(),
        required=True,
        max_size=None,
        metadata={"description": "Codes such as `deu`; empty if it speaks all of its model's"},
    )
    gender = fields.String()
    style = fields.String()
    previewUrl = fields.String(metadata={"description": "A sample at the provider"})


class VoicesSchema(Base):
    """The voices of providers, those of the default one first."""

    voices = Array(Object(VoiceSchema), required=True, max_size=None)
    warnings = Array(
        fields.String(), metadata={"description": "Which providers did not answer, and why"}
    )


class _ChosenVoiceSchema(Base):
    """A voice of a provider."""

    provider = Text(max_size=MAX_NAME, allow_none=True)
    model = Text(max_size=MAX_NAME, allow_none=True)
    voice = Text(required=True, min_size=1, max_size=MAX_NAME)
    projectId = key_project()


class VoicePreviewSchema(_ChosenVoiceSchema):
    """A voice, and what it says in a sample."""

    language = Text(
        max_size=MAX_NAME,
        allow_none=True,
        metadata={"description": "By its name or code; by default the voice's first one"},
    )
    text = Text(
        max_size=MAX_SAMPLE,
        allow_none=True,
        validate=check_control_characters,
        metadata={"description": "By default a short sentence in the language"},
    )
    speed = Number(
        allow_none=True,
        validate=validate.Range(*NARRATOR_SPEEDS),
        metadata={"description": "0.7 to 1.25, by default 1"},
    )


class VoiceCheckSchema(_ChosenVoiceSchema):
    """A voice, and lines that it is to speak."""

    language = Text(
        max_size=MAX_NAME,
        allow_none=True,
        metadata={"description": "By its name or code; without it, the voice's own is taken"},
    )
    texts = Array(
        Text(max_size=MAX_NARRATION, validate=check_control_characters),
        required=True,
        max_size=MAX_SCENES,
    )


class UnspeakableTextSchema(Base):
    """A line that the voice cannot speak, and why."""

    index = fields.Integer(required=True, metadata={"description": "In `texts`, from 0"})
    reason = fields.String(required=True)


class CheckedVoiceSchema(Base):
    """The lines that a voice cannot speak."""

    problems = Array(Object(UnspeakableTextSchema), required=True, max_size=None)


class MadeSampleSchema(Base):
    """A sample of a voice."""

    sampleUrl = fields.String(required=True)
