"""AI calls: models and providers; analysis, scenario, image, video, style guide, descriptions."""

from typing import Literal, get_args

from marshmallow import fields, validate

from schemas.common import (
    MAX_URL,
    POSITIVE,
    SECONDS,
    Base,
    ResolutionSchema,
    identifier,
    key_project,
)
from schemas.json_fields import Array, Boolean, Integer, Number, Object, Text
from schemas.projects import MAX_KNOWLEDGE, StyleGuideSchema
from schemas.scenes import DEFAULT_SCENE_SECONDS, MAX_SCENES, AnalysisSchema, SceneSchema
from schemas.works import MODES

# The kinds of AI models.
Role = Literal["vision", "llm", "image", "video", "speech", "music", "sound", "transcription"]

ROLES: tuple[Role, ...] = get_args(Role)
SOUND_ROLES = ("speech", "music", "sound", "transcription")
MODEL_STATES = ("current", "ending", "retired")
KEY_OWNERS = ("user", "project", "server")
PAGE_MODES = ("landing", "feature")
MAX_ASSET_BATCH = 100

_MAX_PICTURE_URL = 90_000_000  # characters: 64 MB as a data: URL
_IMAGE_URL = {"description": "URL of an image of this service, data: URL, or public http(s) URL"}
_RESULT_URL = {"description": "URL of this service or of the provider, or data: URL"}


class ModelSchema(Base):
    """An AI model of a provider."""

    id = fields.String(required=True, metadata={"description": "Value for the header `x-model-id`"})
    name = fields.String(required=True)
    description = fields.String(required=True)
    status = fields.String(
        required=True,
        validate=validate.OneOf(MODEL_STATES),
        metadata={"description": "`ending` within 30 days; retired ones are listed last"},
    )
    retiresOn = fields.String(
        required=True,
        allow_none=True,
        metadata={"format": "date", "description": "When the vendor retires it, if that is known"},
    )
    successor = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "ID of the model to use instead, if it is or will be retired"},
    )


class ProvidersQuerySchema(Base):
    """Query parameters of the list of providers."""

    projectId = key_project()


class ProviderSchema(Base):
    """An AI provider in one role (`category`), with its models."""

    id = fields.String(
        required=True, metadata={"description": "Value for the header `x-…-provider`"}
    )
    name = fields.String(required=True)
    category = fields.String(required=True, validate=validate.OneOf(ROLES))
    description = fields.String(required=True)
    default = Boolean(
        required=True,
        metadata={"description": "Whether it takes the calls of works that name no provider"},
    )
    defaultModel = fields.String(
        required=True, metadata={"description": "ID of the model for requests that name none"}
    )
    models = Array(Object(ModelSchema), max_size=None, required=True)
    key = fields.String(
        validate=validate.OneOf(KEY_OWNERS),
        allow_none=True,
        metadata={
            "description": "Whose key a request without one uses: one that the user keeps, one that"
            " is kept for the project of the query, the server's own (or none is needed), or null;"
            " only with a token"
        },
    )


class AnalyzeFormSchema(Base):
    """Text fields of the form that uploads a video for analysis."""

    mode = Text(load_default=MODES[0], validate=validate.OneOf(MODES))
    analyzerPrompt = Text(
        metadata={"description": "Instructions for the model; empty for the default"},
    )


class IntentSchema(Base):
    """The brief of a video."""

    mode = Text(required=True, validate=validate.OneOf(MODES))
    product_name = Text(allow_none=True)
    product_description = Text(allow_none=True)
    target_audience = Text(allow_none=True)
    language = Text(allow_none=True)
    video_duration = Number(allow_none=True, validate=POSITIVE, metadata=SECONDS)
    scene_count = Integer(allow_none=True, validate=validate.Range(1, MAX_SCENES))
    narration = Boolean(
        metadata={"description": "Whether the scenes have a `narration`: what a voice says in them"}
    )


class ScenarioRequestSchema(Base):
    """Input for writing a scenario."""

    analysis = Object(AnalysisSchema, allow_none=True)
    intent = Object(IntentSchema, required=True)
    systemPrompt = Text(allow_none=True)
    knowledge = Text(max_size=MAX_KNOWLEDGE, allow_none=True)
    styleGuide = Object(StyleGuideSchema, allow_none=True)


class ScenarioSchema(Base):
    """A scenario: its scenes, with indexes starting at 0."""

    scenes = Array(Object(SceneSchema), required=True)
    warnings = Array(
        fields.String(),
        metadata={"description": "What is missing, if the model wrote fewer scenes than requested"},
    )


class ImageRequestSchema(Base):
    """Input for generating an image."""

    prompt = Text(required=True, min_size=1)
    negative_prompt = Text(allow_none=True)
    image_instruction = Text(allow_none=True)
    styleGuide = Object(StyleGuideSchema, allow_none=True)
    resolution = Object(ResolutionSchema, allow_none=True)


class MadeImageSchema(Base):
    """A generated image."""

    imageUrl = fields.String(required=True, metadata=_RESULT_URL)


class VideoRequestSchema(Base):
    """Input for generating a video from its first frame."""

    image_url = Text(required=True, min_size=1, max_size=_MAX_PICTURE_URL, metadata=_IMAGE_URL)
    prompt = Text(required=True, min_size=1)
    duration = Number(load_default=DEFAULT_SCENE_SECONDS, validate=POSITIVE, metadata=SECONDS)
    video_instruction = Text(allow_none=True)
    styleGuide = Object(StyleGuideSchema, allow_none=True)
    resolution = Object(ResolutionSchema, allow_none=True)


class MadeVideoSchema(Base):
    """A generated video."""

    videoUrl = fields.String(required=True, metadata=_RESULT_URL)


class MadeSceneSchema(Base):
    """The generated image and video of a scene."""

    imageUrl = fields.String(required=True)
    videoUrl = fields.String(required=True)
    warnings = Array(
        fields.String(),
        metadata={"description": "Why the clip was not put into the scene, if it has none"},
    )


class MadeScenesSchema(Base):
    """The scenes that a job of several made; their media are in the work."""

    sceneIndexes = Array(Integer(), required=True, max_size=None)
    warnings = Array(
        fields.String(),
        metadata={"description": "Which clips were not put into their scenes, and why"},
    )


class StyleTextSchema(Base):
    """A text to extract a style guide from."""

    text = Text(required=True, min_size=1)


class FoundStyleSchema(Base):
    """An extracted style guide, with only the fields that were found."""

    styleGuide = Object(StyleGuideSchema, required=True)


class PageRequestSchema(Base):
    """A web page to extract a style guide from."""

    url = Text(
        required=True,
        min_size=1,
        max_size=MAX_URL,
        metadata={"description": "A public http(s) URL"},
    )
    includeProductInfo = Boolean(load_default=False)
    mode = Text(
        load_default=PAGE_MODES[0],
        validate=validate.OneOf(PAGE_MODES),
        metadata={"description": "About the whole product, or about one feature"},
    )


class ProductInfoSchema(Base):
    """Product information, with the field names of works."""

    productName = fields.String(required=True)
    productDescription = fields.String(required=True)
    targetAudience = fields.String(required=True)


class FoundOnPageSchema(FoundStyleSchema):
    """A style guide extracted from a web page; with `includeProductInfo`, also the product."""

    productInfo = Object(ProductInfoSchema)


class AssetDescriptionSchema(Base):
    """A generated description of an asset."""

    assetId = fields.String(required=True)
    description = fields.String(required=True)


class AssetBatchSchema(Base):
    """Assets to describe."""

    assetIds = Array(identifier(), required=True, min_size=1, max_size=MAX_ASSET_BATCH)


class AssetResultSchema(Base):
    """The generated description of an asset, or an error."""

    assetId = fields.String(required=True)
    description = fields.String()
    error = fields.String()


class AssetResultsSchema(Base):
    """One result for each asset, in the order of the request."""

    results = Array(Object(AssetResultSchema), required=True)
