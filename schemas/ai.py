"""The AI endpoints: what they take and answer."""

from marshmallow import fields, validate

from schemas.common import Base, Flag, Items, Number, ResolutionSchema, Whole, identifier
from schemas.jobs import ROLES
from schemas.projects import StyleGuideSchema
from schemas.scenes import MAX_SCENE_INDEX, AnalysisSchema, SceneSchema
from schemas.works import MODES

PAGE_MODES = ("landing", "feature")

_TEXT = validate.Length(max=100_000)
_SOMETHING = validate.Length(min=1, max=100_000)
_SOME_TIME = validate.Range(min=0, min_inclusive=False)
_SECONDS = {"description": "Seconds"}
_IMAGE = {"description": "An address of this service, a data: URL, or a public http(s) URL"}
_MADE = {"description": "An address of this service, of the provider, or a data: URL"}


class ModelSchema(Base):
    """A model of a provider."""

    id = fields.String(required=True, metadata={"description": "What x-model-id takes"})
    name = fields.String(required=True)
    description = fields.String(required=True)


class ProviderSchema(Base):
    """A provider in one role, with its models."""

    id = fields.String(required=True, metadata={"description": "What x-…-provider takes"})
    name = fields.String(required=True)
    category = fields.String(required=True, validate=validate.OneOf(ROLES))
    description = fields.String(required=True)
    models = Items(fields.Nested(ModelSchema), required=True)


class AnalyzeFormSchema(Base):
    """What goes with a video that is to be analysed."""

    mode = fields.String(load_default=MODES[0], validate=validate.OneOf(MODES))
    analyzerPrompt = fields.String(
        validate=_TEXT, metadata={"description": "What to look for; empty for ours"}
    )


class IntentSchema(Base):
    """What a video is to be about."""

    mode = fields.String(required=True, validate=validate.OneOf(MODES))
    product_name = fields.String(allow_none=True, validate=_TEXT)
    product_description = fields.String(allow_none=True, validate=_TEXT)
    target_audience = fields.String(allow_none=True, validate=_TEXT)
    language = fields.String(allow_none=True, validate=_TEXT)
    video_duration = Number(allow_none=True, validate=_SOME_TIME, metadata=_SECONDS)
    scene_count = Whole(allow_none=True, validate=validate.Range(1, MAX_SCENE_INDEX + 1))


class ScenarioRequestSchema(Base):
    """A scenario to be written."""

    analysis = fields.Nested(AnalysisSchema, allow_none=True)
    intent = fields.Nested(IntentSchema, required=True)
    systemPrompt = fields.String(allow_none=True, validate=_TEXT)
    knowledge = fields.String(allow_none=True, validate=_TEXT)
    styleGuide = fields.Nested(StyleGuideSchema, allow_none=True)


class ScenarioSchema(Base):
    """A scenario: scenes numbered from 0."""

    scenes = Items(fields.Nested(SceneSchema), required=True)


class ImageRequestSchema(Base):
    """An image to be made."""

    prompt = fields.String(required=True, validate=_SOMETHING)
    negative_prompt = fields.String(allow_none=True, validate=_TEXT)
    image_instruction = fields.String(allow_none=True, validate=_TEXT)
    styleGuide = fields.Nested(StyleGuideSchema, allow_none=True)
    resolution = fields.Nested(ResolutionSchema, allow_none=True)


class MadeImageSchema(Base):
    """Where a generated image is."""

    imageUrl = fields.String(required=True, metadata=_MADE)


class VideoRequestSchema(Base):
    """A clip to be made from its first frame."""

    image_url = fields.String(required=True, validate=validate.Length(min=1), metadata=_IMAGE)
    prompt = fields.String(required=True, validate=_SOMETHING)
    duration = Number(load_default=5, validate=_SOME_TIME, metadata=_SECONDS)
    video_instruction = fields.String(allow_none=True, validate=_TEXT)
    styleGuide = fields.Nested(StyleGuideSchema, allow_none=True)
    resolution = fields.Nested(ResolutionSchema, allow_none=True)


class MadeVideoSchema(Base):
    """Where a generated clip is."""

    videoUrl = fields.String(required=True, metadata=_MADE)


class MadeSceneSchema(Base):
    """Where a scene's image and clip are."""

    imageUrl = fields.String(required=True)
    videoUrl = fields.String(required=True)


class StyleTextSchema(Base):
    """A text to find a style guide in."""

    text = fields.String(required=True, validate=_SOMETHING)


class FoundStyleSchema(Base):
    """A style guide that was found; what nothing was said about is left out."""

    styleGuide = fields.Nested(StyleGuideSchema, required=True)


class PageRequestSchema(Base):
    """A web page to find a style guide in."""

    url = fields.String(
        required=True,
        validate=validate.Length(min=1, max=2000),
        metadata={"description": "A public http(s) URL"},
    )
    includeProductInfo = Flag(load_default=False)
    mode = fields.String(
        load_default=PAGE_MODES[0],
        validate=validate.OneOf(PAGE_MODES),
        metadata={"description": "A page of the whole product, or of one feature"},
    )


class ProductInfoSchema(Base):
    """What a page says of a product, under the names that works have for it."""

    productName = fields.String(required=True)
    productDescription = fields.String(required=True)
    targetAudience = fields.String(required=True)


class FoundOnPageSchema(FoundStyleSchema):
    """What was found in a page; the product only if it was asked for."""

    productInfo = fields.Nested(ProductInfoSchema)


class AssetDescriptionSchema(Base):
    """What an asset shows."""

    assetId = fields.String(required=True)
    description = fields.String(required=True)


class AssetBatchSchema(Base):
    """Assets to be described."""

    assetIds = Items(identifier(), required=True, validate=validate.Length(min=1, max=100))


class AssetResultSchema(Base):
    """What an asset shows, or why that is not known."""

    assetId = fields.String(required=True)
    description = fields.String()
    error = fields.String()


class AssetResultsSchema(Base):
    """What came out for each asset, in the order asked for."""

    results = Items(fields.Nested(AssetResultSchema), required=True)
