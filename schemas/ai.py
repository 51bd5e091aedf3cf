"""Requests and responses of the AI endpoints."""

from marshmallow import fields, validate

from schemas.common import (
    POSITIVE,
    SECONDS,
    Array,
    Base,
    Boolean,
    Integer,
    Number,
    ResolutionSchema,
    identifier,
)
from schemas.jobs import ROLES
from schemas.projects import StyleGuideSchema
from schemas.scenes import MAX_SCENE_INDEX, AnalysisSchema, SceneSchema
from schemas.works import MODES

PAGE_MODES = ("landing", "feature")

_TEXT = validate.Length(max=100_000)
_NON_EMPTY_TEXT = validate.Length(min=1, max=100_000)
_IMAGE_URL = {"description": "URL of an image of this service, data: URL, or public http(s) URL"}
_RESULT_URL = {"description": "URL of this service or of the provider, or data: URL"}


class ModelSchema(Base):
    """An AI model of a provider."""

    id = fields.String(required=True, metadata={"description": "Value for the header `x-model-id`"})
    name = fields.String(required=True)
    description = fields.String(required=True)


class ProviderSchema(Base):
    """An AI provider in one role (`category`), with its models."""

    id = fields.String(
        required=True, metadata={"description": "Value for the header `x-…-provider`"}
    )
    name = fields.String(required=True)
    category = fields.String(required=True, validate=validate.OneOf(ROLES))
    description = fields.String(required=True)
    models = Array(fields.Nested(ModelSchema), required=True)


class AnalyzeFormSchema(Base):
    """Text fields of the form that uploads a video for analysis."""

    mode = fields.String(load_default=MODES[0], validate=validate.OneOf(MODES))
    analyzerPrompt = fields.String(
        validate=_TEXT,
        metadata={"description": "Instructions for the model; empty for the default"},
    )


class IntentSchema(Base):
    """The brief of a video."""

    mode = fields.String(required=True, validate=validate.OneOf(MODES))
    product_name = fields.String(allow_none=True, validate=_TEXT)
    product_description = fields.String(allow_none=True, validate=_TEXT)
    target_audience = fields.String(allow_none=True, validate=_TEXT)
    language = fields.String(allow_none=True, validate=_TEXT)
    video_duration = Number(allow_none=True, validate=POSITIVE, metadata=SECONDS)
    scene_count = Integer(allow_none=True, validate=validate.Range(1, MAX_SCENE_INDEX + 1))


class ScenarioRequestSchema(Base):
    """Input for writing a scenario."""

    analysis = fields.Nested(AnalysisSchema, allow_none=True)
    intent = fields.Nested(IntentSchema, required=True)
    systemPrompt = fields.String(allow_none=True, validate=_TEXT)
    knowledge = fields.String(allow_none=True, validate=_TEXT)
    styleGuide = fields.Nested(StyleGuideSchema, allow_none=True)


class ScenarioSchema(Base):
    """A scenario: its scenes, with indexes starting at 0."""

    scenes = Array(fields.Nested(SceneSchema), required=True)


class ImageRequestSchema(Base):
    """Input for generating an image."""

    prompt = fields.String(required=True, validate=_NON_EMPTY_TEXT)
    negative_prompt = fields.String(allow_none=True, validate=_TEXT)
    image_instruction = fields.String(allow_none=True, validate=_TEXT)
    styleGuide = fields.Nested(StyleGuideSchema, allow_none=True)
    resolution = fields.Nested(ResolutionSchema, allow_none=True)


class MadeImageSchema(Base):
    """A generated image."""

    imageUrl = fields.String(required=True, metadata=_RESULT_URL)


class VideoRequestSchema(Base):
    """Input for generating a video from its first frame."""

    image_url = fields.String(required=True, validate=validate.Length(min=1), metadata=_IMAGE_URL)
    prompt = fields.String(required=True, validate=_NON_EMPTY_TEXT)
    duration = Number(load_default=5, validate=POSITIVE, metadata=SECONDS)
    video_instruction = fields.String(allow_none=True, validate=_TEXT)
    styleGuide = fields.Nested(StyleGuideSchema, allow_none=True)
    resolution = fields.Nested(ResolutionSchema, allow_none=True)


class MadeVideoSchema(Base):
    """A generated video."""

    videoUrl = fields.String(required=True, metadata=_RESULT_URL)


class MadeSceneSchema(Base):
    """The generated image and video of a scene."""

    imageUrl = fields.String(required=True)
    videoUrl = fields.String(required=True)


class StyleTextSchema(Base):
    """A text to extract a style guide from."""

    text = fields.String(required=True, validate=_NON_EMPTY_TEXT)


class FoundStyleSchema(Base):
    """An extracted style guide, with only the fields that were found."""

    styleGuide = fields.Nested(StyleGuideSchema, required=True)


class PageRequestSchema(Base):
    """A web page to extract a style guide from."""

    url = fields.String(
        required=True,
        validate=validate.Length(min=1, max=2000),
        metadata={"description": "A public http(s) URL"},
    )
    includeProductInfo = Boolean(load_default=False)
    mode = fields.String(
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

    productInfo = fields.Nested(ProductInfoSchema)


class AssetDescriptionSchema(Base):
    """A generated description of an asset."""

    assetId = fields.String(required=True)
    description = fields.String(required=True)


class AssetBatchSchema(Base):
    """Assets to describe."""

    assetIds = Array(identifier(), required=True, validate=validate.Length(min=1, max=100))


class AssetResultSchema(Base):
    """The generated description of an asset, or an error."""

    assetId = fields.String(required=True)
    description = fields.String()
    error = fields.String()


class AssetResultsSchema(Base):
    """One result for each asset, in the order of the request."""

    results = Array(fields.Nested(AssetResultSchema), required=True)
