"""The answers of language models: their JSON Schemas, and parsing.

Both are derived from the same marshmallow schemas. The JSON Schema requires every key, as vendors'
strict modes demand; parsing is lenient, and raises an AnswerError for what it cannot interpret.
"""

from itertools import accumulate, islice, pairwise
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from errors import flatten_messages
from providers.prompts.lenient_fields import (
    ColorList,
    Flag,
    IgnoredIndex,
    OneOfWords,
    Seconds,
    Spoken,
    Text,
    TextList,
)
from schemas.common import Base
from schemas.scenes import DEFAULT_SCENE_SECONDS, MAX_SCENE_INDEX

Json = dict[str, Any]

OFFERED_TRANSITIONS = ("cut", "fade", "dissolve", "wipe", "slide")

_JSON_TYPES = {
    fields.Boolean: "boolean",
    fields.Integer: "integer",
    fields.Float: "number",
    fields.String: "string",
}
_SCENE_COUNT = validate.Length(1, MAX_SCENE_INDEX + 1, error="Expected {min} to {max} scenes.")
_SCENE_SECONDS = validate.Range(0, 86_400, error="Expected {min} to {max} seconds.")


class AnswerError(Exception):
    """A model's answer cannot be used; the message names each wrong field."""


def _hint(text: str) -> dict[str, str]:
    return {"description": text}


class SceneAnswerSchema(Base):
    """A scene."""

    scene_index = IgnoredIndex(metadata=_hint("0 for the first scene, then 1, 2, …"))
    duration_seconds = Seconds(validate=_SCENE_SECONDS)
    image_prompt = Text(required=True, metadata=_hint("The scene's first frame, in English"))
    negative_prompt = Text(load_default="", metadata=_hint("What must not be in the picture"))
    video_prompt = Text(load_default="", metadata=_hint("What moves from there, in English"))
    text_overlay = Text(load_default=None, metadata=_hint("Text laid over the scene, or null"))
    transition = OneOfWords(*OFFERED_TRANSITIONS)


class NarratedSceneAnswerSchema(SceneAnswerSchema):
    """A scene in which someone may speak."""

    narration = Spoken(load_default=None, metadata=_hint("What a voice says, or null"))


class ShotAnswerSchema(Base):
    """A shot of a reference video."""

    index = IgnoredIndex(metadata=_hint("1 for the first shot, then 2, 3, …"))
    duration_seconds = Seconds(load_default=0.0, validate=_SCENE_SECONDS)
    description = Text(required=True, metadata=_hint("What is seen and what happens"))
    transition = Text(load_default=None, metadata=_hint("How it turns into the next, or null"))
    text_overlay = Text(load_default=None, metadata=_hint("Text laid over it, or null"))
    camera_movement = Text(load_default=None, metadata=_hint("How the camera moves, or null"))


class AnalysisAnswerSchema(Base):
    """The analysis of a reference video."""

    overall_tone = Text(load_default="", metadata=_hint("The mood, in a few words"))
    color_palette = ColorList(load_default=list, metadata=_hint("Main colours such as #1F2326"))
    tempo = Text(load_default="medium", metadata=_hint("fast, medium or slow"))
    has_text_overlay = Flag(metadata=_hint("Whether text is laid over it"))
    scenes = fields.List(fields.Nested(ShotAnswerSchema), required=True, validate=_SCENE_COUNT)


class StyleGuideFields(Base):
    """A style guide; null for fields that the source has no information on."""

    tone = Text(allow_none=True)
    color_palette = ColorList(metadata=_hint("Colours such as #1F2326"))
    tempo = Text(allow_none=True, metadata=_hint("fast, medium or slow"))
    camera_style = Text(allow_none=True, metadata=_hint("Framing, lenses and movement"))
    brand_voice = Text(allow_none=True, metadata=_hint("How the brand speaks"))
    must_include = TextList()
    must_avoid = TextList()


class StyleAnswerSchema(Base):
    """A style guide extracted from a text."""

    style_guide = fields.Nested(StyleGuideFields, required=True)


class ProductAnswerSchema(Base):
    """A product described on a page, with the field names of works."""

    product_name = Text(load_default="", attribute="productName")
    product_description = Text(load_default="", attribute="productDescription")
    target_audience = Text(load_default="", attribute="targetAudience")


class PageAnswerSchema(StyleAnswerSchema):
    """A style guide and a product extracted from a page."""

    product_info = fields.Nested(ProductAnswerSchema, required=True)


class DescriptionAnswerSchema(Base):
    """The description of an image."""

    description = Text(required=True)


def json_schema(schema: Schema) -> Json:
    """Return the JSON Schema of an answer: all keys are required, others are not allowed."""
    properties = {name: _property(field) for name, field in schema.fields.items()}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def scenario_schema(*, narration: bool, cast: bool = False) -> Schema:
    """Return the schema of a scenario, with what is said and who is in its scenes or without."""
    scene: type[Schema] = NarratedSceneAnswerSchema if narration else SceneAnswerSchema
    if cast:
        who: dict[str, fields.Field[Any]] = {
            "cast": TextList(load_default=list, metadata=_hint("Names of the cast in it"))
        }
        scene = scene.from_dict(who, name="CastSceneAnswerSchema")
    scenes = fields.List(fields.Nested(scene), required=True, validate=_SCENE_COUNT)
    return Base.from_dict({"scenes": scenes}, name="ScenarioAnswerSchema")()


def load_scenario(
    value: Any,
    *,
    scene_count: int | None = None,
    video_duration: float | None = None,
    narration: bool = False,
    cast: bool = False,
) -> list[Json]:
    """Return the scenes, numbered from 0, with durations that add up to `video_duration`.

    Scenes beyond `scene_count` are dropped; there may be fewer, see `scenario_warnings`. Raises
    AnswerError.
    """
    loaded = load_answer(scenario_schema(narration=narration, cast=cast), value)
    scenes: list[Json] = loaded["scenes"][:scene_count]
    seconds = _scale_durations([scene.get("duration_seconds") for scene in scenes], video_duration)
    return [
        {"scene_index": index, **scene, "duration_seconds": seconds[index]}
        for index, scene in enumerate(scenes)
    ]


def scenario_warnings(scenes: list[Json], scene_count: int | None) -> list[str]:
    """Return what users should know about the scenes: whether there are fewer than requested."""
    if scene_count is None or len(scenes) >= scene_count:
        return []
    first, last = len(scenes) + 1, scene_count
    missing = f"scene {first} is" if first == last else f"scenes {first} to {last} are"
    return [f"The model wrote {len(scenes)} of {scene_count} scenes: {missing} missing."]


def load_analysis(value: Any) -> Json:
    """Return an analysis as works store it, with shots numbered from 1. Raises AnswerError."""
    analysis: Json = load_answer(AnalysisAnswerSchema(), value)
    shots = [{"index": number, **shot} for number, shot in enumerate(analysis["scenes"], 1)]
    has_text = any(shot["text_overlay"] for shot in shots)
    return {"scene_count": len(shots), "has_text_overlay": has_text, **analysis, "scenes": shots}


def load_style_guide(value: Any) -> Json:
    """Return the style guide without its empty fields. Raises AnswerError."""
    guide: Json = load_answer(StyleAnswerSchema(), value)["style_guide"]
    return {key: each for key, each in guide.items() if each}


def load_product_info(value: Any) -> Json:
    """Return productName, productDescription, targetAudience; "" if unknown. Raises AnswerError."""
    info: Json = load_answer(PageAnswerSchema(), value)["product_info"]
    return info


def load_description(value: Any) -> str:
    """Return the description of an image. Raises AnswerError."""
    text: str = load_answer(DescriptionAnswerSchema(), value)["description"]
    return text


def _property(field: fields.Field[Any]) -> Json:
    if isinstance(field, fields.Nested):
        return json_schema(field.schema)
    if isinstance(field, fields.List):
        return {"type": "array", "items": _property(field.inner), **field.metadata}
    json_type = next(name for cls, name in _JSON_TYPES.items() if isinstance(field, cls))
    return {"type": [json_type, "null"] if field.allow_none else json_type, **field.metadata}


def load_answer(schema: Schema, value: Any) -> Json:
    """Return a model's answer as its schema converts it. Raises AnswerError."""
    try:
        loaded: Json = schema.load(value)
    except ValidationError as exc:
        messages = flatten_messages(exc.messages_dict, root="answer").items()
        first = (f"{path}: {text}" for path, text in islice(messages, 5))
        raise AnswerError(" ".join(first)) from exc
    return loaded


def _scale_durations(seconds: list[float | None], total: float | None) -> list[float]:
    """Scale durations to add up to the total, rounded to tenths of a second."""
    known = [each for each in seconds if each]
    average = sum(known) / len(known) if known else DEFAULT_SCENE_SECONDS
    weights = [each or average for each in seconds]
    if total is None or abs(sum(weights) - total) < 0.01:
        return weights
    ends = [round(end * total / sum(weights), 1) for end in accumulate(weights)]
    ends = [*(min(end, total) for end in ends[:-1]), total]
    return [round(end - start, 3) for start, end in pairwise([0.0, *ends])]
