"""What language models answer: the shape they are asked for, and how their answers are read.

Both come from the same schemas. The shape asks for every key, as the vendors' strict modes want it;
the reading takes less than that, and refuses what cannot be understood with an AnswerError.
"""

from itertools import accumulate, islice, pairwise
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from prompts.lenient_fields import Colours, Flag, OneOfWords, Position, Seconds, Text, Texts
from schemas.common import Base, flatten_messages
from schemas.scenes import MAX_SCENE_INDEX

Json = dict[str, Any]

TRANSITIONS = ("cut", "fade", "dissolve", "wipe", "slide")
DEFAULT_SECONDS = 5.0  # of a scene whose length nobody said

_JSON_TYPES = {
    fields.Boolean: "boolean",
    fields.Integer: "integer",
    fields.Float: "number",
    fields.String: "string",
}
_SOME_SCENES = validate.Length(1, MAX_SCENE_INDEX + 1, error="Expected {min} to {max} scenes.")
_SOME_TIME = validate.Range(0, 86_400, error="Expected {min} to {max} seconds.")


class AnswerError(Exception):
    """A model's answer cannot be used; the message names each wrong field."""


def _about(text: str) -> dict[str, str]:
    return {"description": text}


class SceneAnswerSchema(Base):
    """A scene, as a model writes it."""

    scene_index = Position(metadata=_about("0 for the first scene, then 1, 2, …"))
    duration_seconds = Seconds(validate=_SOME_TIME)
    image_prompt = Text(required=True, metadata=_about("The scene's first frame, in English"))
    negative_prompt = Text(load_default="", metadata=_about("What must not be in the picture"))
    video_prompt = Text(load_default="", metadata=_about("What moves from there, in English"))
    text_overlay = Text(load_default=None, metadata=_about("Text laid over the scene, or null"))
    transition = OneOfWords(*TRANSITIONS)


class ScenarioAnswerSchema(Base):
    """A scenario, as a model writes it."""

    scenes = fields.List(fields.Nested(SceneAnswerSchema), required=True, validate=_SOME_SCENES)


class ShotAnswerSchema(Base):
    """A shot of a reference video, as a model sees it."""

    index = Position(metadata=_about("1 for the first shot, then 2, 3, …"))
    duration_seconds = Seconds(load_default=0.0, validate=_SOME_TIME)
    description = Text(required=True, metadata=_about("What is seen and what happens"))
    transition = Text(load_default=None, metadata=_about("How it turns into the next, or null"))
    text_overlay = Text(load_default=None, metadata=_about("Text laid over it, or null"))
    camera_movement = Text(load_default=None, metadata=_about("How the camera moves, or null"))


class AnalysisAnswerSchema(Base):
    """The analysis of a reference video, as a model writes it."""

    overall_tone = Text(load_default="", metadata=_about("The mood, in a few words"))
    color_palette = Colours(load_default=list, metadata=_about("Main colours such as #1F2326"))
    tempo = Text(load_default="medium", metadata=_about("fast, medium or slow"))
    has_text_overlay = Flag(metadata=_about("Whether text is laid over it"))
    scenes = fields.List(fields.Nested(ShotAnswerSchema), required=True, validate=_SOME_SCENES)


class StyleGuideFields(Base):
    """A style guide, as a model writes it; null for what the source says nothing about."""

    tone = Text(allow_none=True)
    color_palette = Colours(metadata=_about("Colours such as #1F2326"))
    tempo = Text(allow_none=True, metadata=_about("fast, medium or slow"))
    camera_style = Text(allow_none=True, metadata=_about("Framing, lenses and movement"))
    brand_voice = Text(allow_none=True, metadata=_about("How the brand speaks"))
    must_include = Texts()
    must_avoid = Texts()


class StyleAnswerSchema(Base):
    """A style guide found in a text."""

    style_guide = fields.Nested(StyleGuideFields, required=True)


class ProductAnswerSchema(Base):
    """What a page says of a product, under the names that works have for it."""

    product_name = Text(load_default="", attribute="productName")
    product_description = Text(load_default="", attribute="productDescription")
    target_audience = Text(load_default="", attribute="targetAudience")


class PageAnswerSchema(StyleAnswerSchema):
    """A style guide and a product found in a page."""

    product_info = fields.Nested(ProductAnswerSchema, required=True)


class DescriptionAnswerSchema(Base):
    """What an image shows."""

    description = Text(required=True)


def shape(schema: Schema) -> Json:
    """The JSON Schema of an answer: every key is there, and no other."""
    properties = {name: _property(field) for name, field in schema.fields.items()}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def load_scenario(
    value: Any, *, scene_count: int | None = None, video_duration: float | None = None
) -> list[Json]:
    """The scenes of an answer, numbered from 0, with durations that add up to `video_duration`.

    Of more scenes than `scene_count` the last are left out. Raises AnswerError for fewer.
    """
    scenes: list[Json] = _read(ScenarioAnswerSchema(), value)["scenes"]
    if scene_count is not None and len(scenes) < scene_count:
        raise AnswerError(f"scenes: Expected {scene_count} scenes, got {len(scenes)}.")
    scenes = scenes[:scene_count]
    seconds = _spread([scene.get("duration_seconds") for scene in scenes], video_duration)
    return [
        {"scene_index": index, **scene, "duration_seconds": seconds[index]}
        for index, scene in enumerate(scenes)
    ]


def load_analysis(value: Any) -> Json:
    """The analysis of a video, as works hold it, with shots numbered from 1. Raises AnswerError."""
    analysis: Json = _read(AnalysisAnswerSchema(), value)
    shots = [{"index": number, **shot} for number, shot in enumerate(analysis["scenes"], 1)]
    texts = any(shot["text_overlay"] for shot in shots)
    return {"scene_count": len(shots), "has_text_overlay": texts, **analysis, "scenes": shots}


def load_style_guide(value: Any) -> Json:
    """The style guide of an answer, with what it says something about. Raises AnswerError."""
    guide: Json = _read(StyleAnswerSchema(), value)["style_guide"]
    return {key: each for key, each in guide.items() if each}


def load_product_info(value: Any) -> Json:
    """productName, productDescription and targetAudience, "" where unknown. Raises AnswerError."""
    info: Json = _read(PageAnswerSchema(), value)["product_info"]
    return info


def load_description(value: Any) -> str:
    """What an image shows. Raises AnswerError."""
    text: str = _read(DescriptionAnswerSchema(), value)["description"]
    return text


def _property(field: fields.Field[Any]) -> Json:
    if isinstance(field, fields.Nested):
        return shape(field.schema)
    if isinstance(field, fields.List):
        return {"type": "array", "items": _property(field.inner), **field.metadata}
    kind = next(name for python, name in _JSON_TYPES.items() if isinstance(field, python))
    return {"type": [kind, "null"] if field.allow_none else kind, **field.metadata}


def _read(schema: Schema, value: Any) -> Json:
    try:
        read: Json = schema.load(value)
    except ValidationError as exc:
        messages = flatten_messages(exc.messages_dict, root="answer").items()
        first = (f"{path}: {text}" for path, text in islice(messages, 5))
        raise AnswerError(" ".join(first)) from exc
    return read


def _spread(seconds: list[float | None], total: float | None) -> list[float]:
    """Durations in the given proportions, in tenths of a second, that add up to the total."""
    known = [each for each in seconds if each]
    usual = sum(known) / len(known) if known else DEFAULT_SECONDS
    weights = [each or usual for each in seconds]
    if total is None or abs(sum(weights) - total) < 0.01:
        return weights
    ends = [round(end * total / sum(weights), 1) for end in accumulate(weights)]
    ends = [*(min(end, total) for end in ends[:-1]), total]
    return [round(end - start, 3) for start, end in pairwise([0.0, *ends])]
