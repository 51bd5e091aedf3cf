"""The jobs that clients order for a work: their kinds, and what each kind takes."""

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import ValidationError, validate, validates_schema

from schemas.common import Base
from schemas.exports import ExportOptionsSchema
from schemas.json_fields import MAX_NAME, Array, Boolean, Integer, Number, Object, Text
from schemas.scenes import MAX_SCENE_INDEX, MAX_SCENES
from schemas.sound import MAX_WORDS, check_control_characters
from schemas.webhooks import NotifyingSchema

PIPELINE = "pipeline"  # a job that orders other jobs
PIPELINE_STEPS = ("scenario", "scenes", "narration", "music", "export")  # in their order
WORK_JOB_KINDS = (
    *("analysis", "scenario", "scene", "scenes"),
    *("narration", "music", "sound", "captions", "transcript"),
    *("export", PIPELINE),
)
ALL, IMAGE = "all", "image"
REDOABLE = (ALL, IMAGE, "clip")  # what a job makes anew of scenes
MISSING, CHANGED = "missing", "changed"
NARRATED = (MISSING, CHANGED, ALL)  # the voices that a job makes

MAX_PROMPT = 4_000  # characters, of music and sounds
MUSIC_SECONDS, SOUND_SECONDS = (3, 600), (0.5, 30)

_MAX_STEPS = 10

_INDEX = validate.Range(min=0, max=MAX_SCENE_INDEX)

# The kinds that take a field, also as steps of a pipeline; other fields are ignored by kinds that
# do not take them.
KINDS_OF_FIELDS = {
    "steps": (PIPELINE,),
    "narration": ("scenario",),
    "scenes": ("narration", "captions"),
    "only": ("narration",),
    "prompt": ("music", "sound"),
    "seconds": ("music", "sound"),
    "instrumental": ("music",),
    "assetId": ("transcript",),
}
_REQUIRED = {"sound": ("prompt", "seconds"), PIPELINE: ("steps",)}
_LENGTHS = {"music": MUSIC_SECONDS, "sound": SOUND_SECONDS}


# Schemas have an attribute `only`, so that no class can have a field of that name.
_Choice = Base.from_dict(
    {
        "only": Text(
            allow_none=True,
            validate=validate.OneOf(NARRATED),
            metadata={
                "description": "For kind `narration`: voices that are `missing` (default), also"
                " those whose text has `changed`, or `all`"
            },
        )
    },
    name="VoiceChoiceSchema",
)


class NewJobSchema(NotifyingSchema, _Choice):  # type: ignore[misc, valid-type]
    """A job to start for a work."""

    kind = Text(
        required=True,
        validate=validate.OneOf(WORK_JOB_KINDS),
        metadata={
            "description": "Analyse the reference video, write the scenario, generate one scene or"
            " several, speak the narration, make music or a sound, find the words of voices, write"
            " down what is spoken in a recording, export the video, or do several of these"
            " (`pipeline`)"
        },
    )
    steps = Array(
        Text(validate=validate.OneOf(PIPELINE_STEPS)),
        allow_none=True,
        min_size=1,
        max_size=_MAX_STEPS,
        metadata={
            "description": "Required for kind `pipeline`: the kinds of the jobs that it does, in"
            f" this order: {', '.join(PIPELINE_STEPS)}. Each takes its fields from here. With"
            " `redo`, `scenes` may be named several times: each makes another take"
        },
    )
    sceneIndex = Integer(
        allow_none=True, validate=_INDEX, metadata={"description": "Required for kind `scene`"}
    )
    sceneIndexes = Array(
        Integer(validate=_INDEX),
        allow_none=True,
        min_size=1,
        max_size=MAX_SCENES,
        metadata={"description": "For kind `scenes`; all scenes if absent"},
    )
    redo = Text(
        allow_none=True,
        validate=validate.OneOf(REDOABLE),
        metadata={
            "description": "For kind `scenes`: what to make anew of them; absent: what they lack"
        },
    )
    narration = Boolean(
        allow_none=True,
        metadata={
            "description": "For kind `scenario`: whether it writes what is said in the scenes; by"
            " default if the work has `sound`, or scenes with a narration, or is to be narrated"
        },
    )
    scenes = Array(
        Integer(validate=_INDEX),
        allow_none=True,
        min_size=1,
        max_size=MAX_SCENES,
        metadata={
            "description": "Indexes of scenes. For kind `narration`: all that have a narration if"
            " absent; for kind `captions`: all with voices whose words are not known"
        },
    )
    prompt = Text(
        allow_none=True,
        min_size=1,
        max_size=MAX_PROMPT,
        validate=check_control_characters,
        metadata={
            "description": "Required for kind `sound`; for kind `music`, by default what suits the"
            " style guide"
        },
    )
    seconds = Number(
        allow_none=True,
        validate=validate.Range(SOUND_SECONDS[0], MUSIC_SECONDS[1]),
        metadata={
            "description": "Length: required for kind `sound`, at most 30; for kind `music`, at"
            " least 3 and by default that of the video"
        },
    )
    instrumental = Boolean(
        allow_none=True, metadata={"description": "For kind `music`: without singing, as default"}
    )
    assetId = Text(
        allow_none=True,
        min_size=1,
        max_size=MAX_NAME,
        metadata={
            "description": "For kind `transcript`: an audio or video asset; the reference video if"
            " absent"
        },
    )
    options = Object(
        ExportOptionsSchema, allow_none=True, metadata={"description": "For kind `export`"}
    )

    @validates_schema(skip_on_field_errors=True)
    def _check_fields_of_kind(self, values: Mapping[str, Any], **_kwargs: Any) -> None:
        """Raise ValidationError for fields that a job of the kind does not take, or lacks."""
        kinds = {values["kind"], *(values.get("steps") or ())}
        given = {name for name in KINDS_OF_FIELDS if values.get(name) is not None}
        errors = {
            name: [f"Only for kind {' or '.join(f'`{each}`' for each in takers)}."]
            for name, takers in KINDS_OF_FIELDS.items()
            if name in given and kinds.isdisjoint(takers)
        }
        required = _REQUIRED.get(values["kind"], ())
        errors |= {name: ["Required."] for name in required if name not in given}
        if errors:
            raise ValidationError(errors)
        _check_repeated_steps(values.get("steps") or (), has_takes=bool(values.get("redo")))
        for kind in kinds & _LENGTHS.keys():
            if "seconds" in given:
                _check_length(values["seconds"], *_LENGTHS[kind])


def _check_repeated_steps(steps: Sequence[str], *, has_takes: bool) -> None:
    """Raise ValidationError for steps that are named twice, unless they make takes of scenes."""
    repeated = {
        index: ["Already named: only `scenes` may be repeated, with `redo`."]
        for index, name in enumerate(steps)
        if name in steps[:index] and not (has_takes and name == "scenes")
    }
    if repeated:
        raise ValidationError({"steps": repeated})


def _check_length(seconds: float, shortest: float, longest: float) -> None:
    """Raise ValidationError for a length that a kind does not take."""
    if not shortest <= seconds <= longest:
        raise ValidationError({"seconds": [f"Must be from {shortest:g} to {longest:g}."]})


class RewriteSchema(Base):
    """How long a line is to be."""

    words = Integer(required=True, validate=validate.Range(1, MAX_WORDS))
