"""Works."""

from marshmallow import fields, validate

from schemas.common import Base, Flag, Items, Number, ResolutionSchema, Whole, at_least, identifier
from schemas.editor import EditorStateSchema
from schemas.scenes import AnalysisSchema, GeneratedSceneInput, GeneratedSceneSchema, SceneSchema

MODES = ("style_transfer", "content_remix")
ASSET_USAGE_MODES = ("reference", "direct")
DEFAULT_RESOLUTION = {"width": 1080, "height": 1920}

_NAME = validate.Length(min=1, max=500)


class NewWorkSchema(Base):
    """The brief of a work to be made; everything may be left out."""

    name = fields.String(validate=_NAME, allow_none=True)
    mode = fields.String(validate=validate.OneOf(MODES), allow_none=True)
    productName = fields.String(allow_none=True)
    productDescription = fields.String(allow_none=True)
    targetAudience = fields.String(allow_none=True)
    language = fields.String(allow_none=True)
    videoDuration = Number(
        validate=validate.Range(min=0, min_inclusive=False),
        allow_none=True,
        metadata={"description": "Seconds"},
    )
    sceneCount = Whole(validate=at_least(1), allow_none=True)
    selectedAssetIds = Items(identifier(), allow_none=True)
    assetUsageMode = fields.String(validate=validate.OneOf(ASSET_USAGE_MODES), allow_none=True)
    resolution = fields.Nested(ResolutionSchema, allow_none=True)


class WorkUpdateSchema(NewWorkSchema):
    """Changes to a work; what is left out is kept, null goes back to the default."""

    id = fields.String(metadata={"description": "If given, the same as in the URL"})
    projectId = fields.String(metadata={"description": "If given, the same as in the URL"})
    currentStep = Whole(validate=validate.Range(min=0, max=4), allow_none=True)
    systemPrompt = fields.String(allow_none=True)
    analyzerPrompt = fields.String(allow_none=True)
    imageSystemPrompt = fields.String(allow_none=True)
    videoSystemPrompt = fields.String(allow_none=True)
    analysis = fields.Nested(AnalysisSchema, allow_none=True)
    scenes = Items(fields.Nested(SceneSchema), allow_none=True)
    generatedScenes = Items(fields.Nested(GeneratedSceneInput), allow_none=True)
    editorState = fields.Nested(EditorStateSchema, allow_none=True)


class WorkSchema(Base):
    """A work, whole: every key is there, null where unset."""

    id = fields.String(required=True)
    projectId = fields.String(required=True)
    name = fields.String(required=True)
    mode = fields.String(required=True, validate=validate.OneOf(MODES))
    productName = fields.String(required=True)
    productDescription = fields.String(required=True)
    targetAudience = fields.String(required=True)
    language = fields.String(required=True)
    videoDuration = Number(required=True, allow_none=True)
    sceneCount = Whole(required=True, allow_none=True)
    selectedAssetIds = Items(fields.String(), required=True)
    assetUsageMode = fields.String(
        required=True, allow_none=True, validate=validate.OneOf(ASSET_USAGE_MODES)
    )
    resolution = fields.Nested(ResolutionSchema, required=True)
    currentStep = Whole(required=True)
    hasReferenceVideo = Flag(required=True)
    systemPrompt = fields.String(required=True, allow_none=True)
    analyzerPrompt = fields.String(required=True, allow_none=True)
    imageSystemPrompt = fields.String(required=True, allow_none=True)
    videoSystemPrompt = fields.String(required=True, allow_none=True)
    analysis = fields.Nested(AnalysisSchema, required=True, allow_none=True)
    scenes = Items(fields.Nested(SceneSchema), required=True)
    generatedScenes = Items(fields.Nested(GeneratedSceneSchema), required=True)
    editorState = fields.Nested(EditorStateSchema, required=True)
    createdAt = Whole(required=True)
    updatedAt = Whole(required=True)


class ProgressSchema(Base):
    """How far a work is."""

    scenes = Whole(required=True)
    images = Whole(required=True)
    videos = Whole(required=True)
    errors = Whole(required=True)


class WorkSummarySchema(Base):
    """A work in a list."""

    id = fields.String(required=True)
    projectId = fields.String(required=True)
    name = fields.String(required=True)
    updatedAt = Whole(required=True)
    createdAt = Whole(required=True)
    mode = fields.String(required=True)
    currentStep = Whole(required=True)
    hasReferenceVideo = Flag(required=True)
    progress = fields.Nested(ProgressSchema, required=True)


class WorkQuerySchema(Base):
    """How to list works."""

    limit = fields.Integer(validate=validate.Range(min=1, max=1000))
    cursor = fields.String(metadata={"description": "From the Link header of the page before"})
    q = fields.String(metadata={"description": "Part of the name, whatever the case"})
    sort = fields.String(
        validate=validate.OneOf(["-updatedAt", "updatedAt", "-createdAt", "createdAt", "name"])
    )


class UploadedSchema(Base):
    """Where an uploaded file is."""

    ok = Flag(required=True)
    url = fields.String(required=True)


class UploadedAudioSchema(Base):
    """Where an uploaded audio file is."""

    ok = Flag(required=True)
    audioUrl = fields.String(required=True)
