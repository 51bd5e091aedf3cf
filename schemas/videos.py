"""Videos that one request orders: what they are about, and the steps in which they are made."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from schemas.common import Base, identifier, resource_name
from schemas.editor_templates import PlaceholderFields
from schemas.exports import MAX_CLIPS, ExportOptionsSchema
from schemas.file_addresses import MAX_DATA_URL, check_address
from schemas.job_results import FinishedVideoSchema
from schemas.jobs import JobListQuerySchema, JobSchema
from schemas.json_fields import Array, Boolean, Either, Integer, Object, Opaque, Text
from schemas.new_jobs import MAX_PROMPT
from schemas.scenes import SceneSchema
from schemas.sound import MAX_NARRATION, NarrationSchema, SoundSchema, check_control_characters
from schemas.webhooks import NotifyingSchema
from schemas.works import BriefSchema

STEPS = ("work", "assets", "scenario", "scenes", "narration", "music", "template", "export")
STEP_STATES = ("planned", "running", "succeeded", "failed", "skipped", "cancelled", "interrupted")
MAX_ASSETS = 100
MAX_VIDEO_SCENES = MAX_CLIPS
ASPECTS = {
    "9:16": {"width": 1080, "height": 1920},
    "16:9": {"width": 1920, "height": 1080},
    "1:1": {"width": 1080, "height": 1080},
    "4:5": {"width": 1080, "height": 1350},
}

_SUBJECTS = ("prompt", "productName", "productDescription", "assets", "scenes")


class AssetSourceSchema(Base):
    """A file of a video: an asset, or one that becomes an asset. It has one of three fields."""

    id = identifier({"description": "Of an asset of yours"})
    url = Text(
        min_size=1,
        max_size=MAX_DATA_URL,
        validate=check_address,
        metadata={"description": "Its http(s) address, or a data URL"},
    )
    data = Text(
        max_size=MAX_DATA_URL,
        metadata={"description": "The file itself: `data:image/png;base64,…`"},
    )
    name = resource_name(allow_none=True)


class VideoResolutionSchema(Base):
    """Width and height in pixels."""

    # generation/videos/checks.py checks both sides, with the export's
    width = Integer(required=True, metadata={"minimum": 1})
    height = Integer(required=True, metadata={"minimum": 1})


class VideoSceneSchema(SceneSchema):
    """A scene of a video whose scenes are given; its picture is one of the assets, if any."""

    class Meta(Base.Meta):
        """Options of marshmallow."""

        exclude = ("scene_index",)

    asset = Either(
        {int: Integer(metadata={"minimum": 0}), str: identifier()},
        allow_none=True,
        metadata={
            "description": "Its picture: an index in `assets`, or the ID of an asset; by default"
            " the pictures take turns"
        },
    )
    narration = Either(  # type: ignore[assignment]
        {
            str: Text(max_size=MAX_NARRATION, validate=check_control_characters),
            dict: Object(NarrationSchema),
        },
        allow_none=True,
        metadata={"description": "What is said: a text, or `{text, voice, style}`"},
    )


class MusicOrderSchema(Base):
    """The music of a video."""

    prompt = Text(
        allow_none=True,
        min_size=1,
        max_size=MAX_PROMPT,
        validate=check_control_characters,
        metadata={"description": "What it sounds like; by default what suits the style guide"},
    )


class VideoSoundSchema(SoundSchema):
    """The sound of a video: that of its work, and whether music is made."""

    narration = Boolean(
        allow_none=True,
        metadata={"description": "Whether what is said is spoken; by default true"},
    )
    music = Either(
        {bool: Boolean(), dict: Object(MusicOrderSchema)},
        allow_none=True,
        metadata={"description": "`true`, or what it sounds like; by default none is made"},
    )


class TemplateChoiceSchema(PlaceholderFields):
    """The template of a video, and what its placeholders stand for."""

    id = identifier(required=True)


class NewVideoSchema(BriefSchema, NotifyingSchema):
    """A video to make: the brief of its work, and what to do with it.

    Every field is optional, but one of them has to say what the video is about.
    """

    class Meta(Base.Meta):
        """Options of marshmallow."""

        exclude = ("selectedAssetIds",)

    prompt = Text(
        allow_none=True,
        metadata={"description": "What the video is about; the work's `productDescription`"},
    )
    resolution = Object(VideoResolutionSchema, allow_none=True)
    aspect = Text(
        allow_none=True,
        validate=validate.OneOf(tuple(ASPECTS)),
        metadata={"description": "The shape of the video, in place of `resolution`"},
    )
    assets = Array(
        Either({str: Text(max_size=MAX_DATA_URL), dict: Object(AssetSourceSchema)}),
        allow_none=True,
        max_size=MAX_ASSETS,
        metadata={
            "description": "Pictures for the scenes, and a recording as the music: IDs of assets,"
            " addresses or data URLs, each also as an object with a name"
        },
    )
    scenes = Array(
        Object(VideoSceneSchema),
        allow_none=True,
        min_size=1,
        max_size=MAX_VIDEO_SCENES,
        metadata={
            "description": "The scenes, if no scenario is to be written. With `assets`, their"
            " pictures move, and no model is called for them"
        },
    )
    sound = Either(
        {bool: Boolean(), dict: Object(VideoSoundSchema)},
        allow_none=True,
        metadata={
            "description": "Whether the video is narrated: `true` with music, or an object with"
            " the narrator and more; by default if scenes have a narration"
        },
    )
    template = Either(
        {str: identifier(), dict: Object(TemplateChoiceSchema)},
        allow_none=True,
        metadata={"description": "ID of an overlay template of the project, or `{id, …}`"},
    )
    project = identifier(
        {"description": "ID of the project; by default your project `Videos`"}, allow_none=True
    )
    export = Either(
        {bool: Boolean(), dict: Object(ExportOptionsSchema)},
        allow_none=True,
        metadata={"description": "How to export the video; `false` for a work without an export"},
    )

    @validates_schema(skip_on_field_errors=True)
    def _check_subject(self, values: Mapping[str, Any], **_kwargs: Any) -> None:
        """Raise ValidationError unless something says what the video is about, and only once."""
        if not any(values.get(name) for name in _SUBJECTS):
            raise ValidationError({"prompt": [f"One of {', '.join(_SUBJECTS)} is required."]})
        if values.get("aspect") and values.get("resolution"):
            raise ValidationError({"aspect": ["Give `aspect` or `resolution`, not both."]})


class StepSchema(Base):
    """A step of a video, with the job that does it, if there is one."""

    id = fields.String(
        metadata={"description": "Its name, with a number from the second step of this name on"}
    )
    name = fields.String(required=True, validate=validate.OneOf(STEPS))
    state = fields.String(required=True, validate=validate.OneOf(STEP_STATES))
    percent = Integer(required=True)
    message = fields.String(required=True)
    jobId = fields.String(required=True, allow_none=True)
    error = fields.String(required=True, allow_none=True)


class VideoJobSchema(JobSchema):
    """The job that makes a video."""

    steps = Array(Object(StepSchema), max_size=None, required=True)
    result = Object(  # type: ignore[assignment]
        FinishedVideoSchema,
        required=True,
        allow_none=True,
        metadata={"description": "Once it has succeeded"},
    )


class VideoQuerySchema(JobListQuerySchema):
    """Query parameters of the list of videos."""

    cursor = Opaque(metadata={"description": "Cursor from `next` of the previous page"})


class VideoListSchema(Base):
    """A page of the jobs that make videos, newest first."""

    items = Array(Object(VideoJobSchema), max_size=None, required=True)
    next = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Address of the next page; null if there is none"},
    )
