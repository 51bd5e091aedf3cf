"""The shapes of works in requests and responses."""

from marshmallow import fields, validate

from schemas.common import (
    POSITIVE,
    SECONDS,
    Base,
    ResolutionSchema,
    identifier,
    resource_name,
    url_id,
)
from schemas.editor import EditorStateSchema
from schemas.json_fields import (
    MAX_NAME,
    Array,
    Boolean,
    Integer,
    Number,
    Object,
    Opaque,
    QueryInteger,
    Text,
)
from schemas.lists import PageSchema
from schemas.resources import Given, Resource, request_fields, response_fields
from schemas.scenes import (
    MAX_SCENES,
    AnalysisSchema,
    GeneratedSceneInput,
    GeneratedSceneSchema,
    SceneSchema,
)
from schemas.sound import SOUND_SHAPE, VOICE_CHANNELS, WORD_SOURCES, SoundSchema

MODES = ("style_transfer", "content_remix")
ASSET_USAGE_MODES = ("reference", "direct")
TAKE_KINDS = ("image", "video", "voice")
TAKE_SOURCES = ("generated", "uploaded")
SORTS = ("-updatedAt", "updatedAt", "-createdAt", "createdAt", "name")
DEFAULT_RESOLUTION = {"width": 1080, "height": 1920}  # pixels

# In the order of a work's document and of responses. What is not `Given`, the service sets.
WORK: Resource = {
    "id": fields.String(required=True),
    "projectId": fields.String(required=True),
    "name": Given(resource_name(allow_none=True), default="Untitled work"),
    "mode": Given(Text(validate=validate.OneOf(MODES), allow_none=True), default="style_transfer"),
    "productName": Given(Text(allow_none=True), default=""),
    "productDescription": Given(Text(allow_none=True), default=""),
    "targetAudience": Given(Text(allow_none=True), default=""),
    "language": Given(Text(max_size=MAX_NAME, allow_none=True), default=""),
    "videoDuration": Given(Number(validate=POSITIVE, allow_none=True, metadata=SECONDS)),
    "sceneCount": Given(Integer(validate=validate.Range(1, MAX_SCENES), allow_none=True)),
    "selectedAssetIds": Given(Array(identifier(), allow_none=True), default=list),
    "assetUsageMode": Given(Text(validate=validate.OneOf(ASSET_USAGE_MODES), allow_none=True)),
    "resolution": Given(Object(ResolutionSchema, allow_none=True), default=DEFAULT_RESOLUTION.copy),
    "currentStep": Given(
        Integer(validate=validate.Range(0, 4), allow_none=True), default=0, at_creation=False
    ),
    "hasReferenceVideo": Boolean(required=True),
    "audioUpdatedAt": Integer(
        allow_none=True,
        metadata={
            "description": "When the audio was stored; null without any, missing in older works"
        },
    ),
    "systemPrompt": Given(Text(allow_none=True), at_creation=False),
    "analyzerPrompt": Given(Text(allow_none=True), at_creation=False),
    "imageSystemPrompt": Given(Text(allow_none=True), at_creation=False),
    "videoSystemPrompt": Given(Text(allow_none=True), at_creation=False),
    "analysis": Given(Object(AnalysisSchema, allow_none=True), at_creation=False),
    "scenes": Given(Array(Object(SceneSchema), allow_none=True), default=list, at_creation=False),
    "generatedScenes": Given(
        Array(Object(GeneratedSceneInput), allow_none=True),
        default=list,
        at_creation=False,
        shown=Array(Object(GeneratedSceneSchema), required=True),
    ),
    "editorState": Given(
        Object(EditorStateSchema, allow_none=True),
        at_creation=False,
        shown=Object(EditorStateSchema, required=True),
    ),
    "sound": Given(
        Object(SoundSchema, allow_none=True, metadata={"shape": SOUND_SHAPE}),
        shown=Object(SoundSchema, metadata={"description": "Missing until it is set"}),
    ),
    "createdAt": Integer(required=True),
    "updatedAt": Integer(required=True),
}


class _BriefSchema(Base):
    """What a work may be created with."""

    class Meta(Base.Meta):
        """Options of marshmallow."""

        include = request_fields(WORK, at_creation=True)


class BriefSchema(_BriefSchema):
    """What a work is about, and how it looks. Every field is optional."""

    class Meta(Base.Meta):
        """Options of marshmallow: subclasses may change fields, as they are not included again."""


class NewWorkSchema(BriefSchema):
    """A work to create. Every field is optional."""

    scenes = Array(Object(SceneSchema), allow_none=True, metadata={"description": "The scenario"})


class WorkUpdateSchema(BriefSchema):
    """Fields of a work to update; null resets one to its default."""

    class Meta(Base.Meta):
        """Options of marshmallow."""

        include = request_fields(WORK, at_creation=False)

    id = url_id()
    projectId = url_id()


class WorkSchema(Base):
    """A work. All fields are present, with null for those that are not set."""

    class Meta(Base.Meta):
        """Options of marshmallow."""

        include = response_fields(WORK)


class DuplicateSchema(Base):
    """What the copy of a work is called, and the project that it is made in."""

    name = resource_name(
        load_default=None,
        allow_none=True,
        metadata={"description": "By default that of the work, with a number"},
    )
    projectId = identifier(
        {"description": "By default that of the work"}, load_default=None, allow_none=True
    )


class ProgressSchema(Base):
    """Progress of a work: the number of its scenes, of their images and videos, and of errors."""

    scenes = Integer(required=True)
    images = Integer(required=True)
    videos = Integer(required=True)
    errors = Integer(required=True)
    photos = Integer(
        metadata={"description": "Scenes that show a moving photo of the user, and need no video"}
    )


class WorkSummarySchema(Base):
    """A work as it appears in lists."""

    id = fields.String(required=True)
    projectId = fields.String(required=True)
    name = fields.String(required=True)
    updatedAt = Integer(required=True)
    createdAt = Integer(required=True)
    mode = fields.String(required=True)
    currentStep = Integer(required=True)
    hasReferenceVideo = Boolean(required=True)
    progress = Object(ProgressSchema, required=True)
    clips = Integer(metadata={"description": "How many clips were arranged on the timeline"})
    posterUrl = fields.String(
        metadata={
            "description": "URL of the thumbnail of the first scene that has media, or else of the "
            "first clip of the timeline that shows an asset"
        }
    )
    size = Object(
        ResolutionSchema, metadata={"description": "Of the frame, in which the poster is shown"}
    )


class WorkQuerySchema(PageSchema):
    """Query parameters of work lists."""

    limit = QueryInteger(
        validate=validate.Range(min=1, max=1000), metadata={"description": "Items of a page"}
    )
    q = Text(max_size=MAX_NAME, metadata={"description": "Case-insensitive search in names"})
    sort = Text(
        validate=validate.OneOf(SORTS),
        metadata={"description": "The order; by default, the most recently updated come first"},
    )


class UploadedSchema(Base):
    """URL of an uploaded file."""

    ok = Boolean(required=True)
    url = fields.String(required=True)


class UploadedAudioSchema(Base):
    """URL of an uploaded audio file."""

    ok = Boolean(required=True)
    audioUrl = fields.String(required=True)


class SceneMediaQuerySchema(Base):
    """Query parameters of deleting the image, the video or the voice of a scene."""

    takes = QueryInteger(
        validate=validate.OneOf([0, 1]), metadata={"description": "`1` deletes its takes as well"}
    )


class ThumbnailQuerySchema(Base):
    """Query parameters of thumbnails."""

    v = Opaque(
        metadata={"description": "The version, as in `posterUrl`: browsers need not ask again then"}
    )


class TakeSchema(Base):
    """An image, a video or a voice that a scene has or had, and where it came from."""

    id = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(TAKE_KINDS))
    url = fields.String(required=True)
    size = Integer(required=True, metadata={"description": "Bytes"})
    createdAt = Integer(required=True)
    current = Boolean(required=True, metadata={"description": "Whether the scene has it now"})
    source = fields.String(required=True, validate=validate.OneOf(TAKE_SOURCES))
    provider = fields.String()
    model = fields.String()
    prompt = fields.String(metadata={"description": "The prompt that was sent to the provider"})
    usage = fields.Dict(
        metadata={"description": "Tokens, credits or cost, as reported by the provider"}
    )
    jobId = fields.String(metadata={"description": "ID of the job that put it into the scene"})
    text = fields.String(metadata={"description": "What a voice says, if that is known"})
    textHash = fields.String()
    voice = fields.String(metadata={"description": "The ID of the provider's voice that speaks"})
    speakerHash = fields.String(
        metadata={"description": "Of the voice that was asked for, its speed and style"}
    )
    voiceDuration = Number(metadata={"description": "Seconds of a voice"})
    voiceGain = Number()
    voiceLimited = Boolean()
    voiceOffsets = Array(Number())
    voiceChannels = fields.String(validate=validate.OneOf(VOICE_CHANNELS))
    cleanedFrom = fields.String(
        metadata={"description": "ID of the take with the recording that was cleaned up"}
    )
    cutStart = Number(metadata={"description": "Seconds of silence that were cut from that"})
    cutEnd = Number()
    wordsSource = fields.String(validate=validate.OneOf(WORD_SOURCES))


class TakesSchema(Base):
    """The takes of a scene, newest first."""

    takes = Array(Object(TakeSchema), max_size=None, required=True)
