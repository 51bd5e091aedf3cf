"""Scenes, what was generated for them, and the analysis of a reference video."""

from marshmallow import fields, validate

from schemas.common import Base, Flag, Items, Number, Whole, at_least

SCENE_STATES = (
    "pending",
    "generating_image",
    "image_ready",
    "generating_video",
    "done",
    "error",
)
MAX_SCENE_INDEX = 999
DEFAULT_SCENE_SECONDS = 5.0  # of a scene without a duration

_INDEX = validate.Range(min=0, max=MAX_SCENE_INDEX)


class SceneSchema(Base):
    """One scene of the scenario. Clients may send bare scenes: prompts can be missing."""

    scene_index = Whole(required=True, validate=_INDEX)
    duration_seconds = Number(validate=validate.Range(min=0))
    image_prompt = fields.String(load_default="")
    negative_prompt = fields.String(load_default="")
    video_prompt = fields.String(load_default="")
    text_overlay = fields.String(load_default=None, allow_none=True)
    transition = fields.String(load_default="cut")


class GeneratedSceneInput(Base):
    """What a client may say of a generated scene; the URLs are the server's."""

    sceneIndex = Whole(required=True, validate=_INDEX)
    status = fields.String(load_default="pending", validate=validate.OneOf(SCENE_STATES))
    error = fields.String(allow_none=True)


class GeneratedSceneSchema(GeneratedSceneInput):
    """The image and clip of one scene."""

    imageUrl = fields.String()
    videoUrl = fields.String()


class AnalysedSceneSchema(Base):
    """One shot of the reference video."""

    index = Whole(required=True, validate=at_least(1))
    duration_seconds = Number(required=True)
    description = fields.String(required=True)
    transition = fields.String(load_default=None, allow_none=True)
    text_overlay = fields.String(allow_none=True)
    camera_movement = fields.String(allow_none=True)


class AnalysisSchema(Base):
    """What was seen in the reference video."""

    scene_count = Whole(required=True, validate=at_least(0))
    overall_tone = fields.String(required=True)
    color_palette = Items(fields.String(), required=True)
    tempo = fields.String(required=True)
    has_text_overlay = Flag(required=True)
    scenes = Items(fields.Nested(AnalysedSceneSchema), required=True)
