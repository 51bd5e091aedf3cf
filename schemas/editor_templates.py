"""Editor templates: reusable overlays, with placeholders in their texts."""

from typing import Any

from marshmallow import fields, validate

from schemas.common import (
    NAME_LENGTH,
    POSITIVE,
    SECONDS,
    Array,
    Base,
    Boolean,
    Integer,
    Map,
    Number,
    identifier,
    url_id,
)
from schemas.editor import (
    ExportSettingsSchema,
    ImageOverlaySchema,
    TextOverlaySchema,
    TrackActionSchema,
)

TIMING_MODES = ("relative", "absolute")


class TimingFields(Base):
    """When an overlay is visible, in percent of the video or in seconds; by default, always."""

    id = fields.String(required=True)
    timingMode = fields.String(required=True, validate=validate.OneOf(TIMING_MODES))
    startPercent = Number(allow_none=True)
    endPercent = Number(allow_none=True)
    startSeconds = Number(allow_none=True)
    endSeconds = Number(allow_none=True)


class TemplateTextSchema(TimingFields, TextOverlaySchema):
    """A text overlay of a template; `{{key}}` in the text is a placeholder."""


class TemplateImageSchema(TimingFields, ImageOverlaySchema):
    """An image overlay of a template; the image is an asset of the project."""


class TemplateTransitionSchema(Base):
    """The transition between two scenes; its duration is in seconds."""

    type = fields.String(required=True)
    duration = Number(required=True, validate=validate.Range(min=0))


class TemplateContentSchema(Base):
    """The content of a template. Overlay IDs must be unique within each list."""

    textOverlays = Array(fields.Nested(TemplateTextSchema), load_default=list)
    imageOverlays = Array(fields.Nested(TemplateImageSchema), load_default=list)
    defaultTransition = fields.Nested(TemplateTransitionSchema, allow_none=True)
    exportSettings = fields.Nested(ExportSettingsSchema, allow_none=True)


class TemplateFields(Base):
    """Optional fields of a template; null removes them."""

    description = fields.String(allow_none=True)
    tags = Array(fields.String(), allow_none=True)
    thumbnail = fields.String(
        allow_none=True, metadata={"description": "URL of an image for clients to show"}
    )


class NewTemplateSchema(TemplateFields):
    """A template to create."""

    name = fields.String(required=True, validate=NAME_LENGTH)
    content = fields.Nested(TemplateContentSchema, required=True)


class TemplateUpdateSchema(TemplateFields):
    """Fields of a template to update; `content` is replaced as a whole."""

    id = url_id()
    projectId = url_id()
    name = fields.String(validate=NAME_LENGTH, allow_none=True)
    content = fields.Nested(TemplateContentSchema, allow_none=True)


class TemplateSchema(Base):
    """An editor template."""

    id = fields.String(required=True)
    projectId = fields.String(required=True)
    name = fields.String(required=True)
    description = fields.String()
    tags = Array(fields.String())
    thumbnail = fields.String()
    content = fields.Nested(TemplateContentSchema, required=True)
    createdAt = Integer(required=True)
    updatedAt = Integer(required=True)


class TemplateSummarySchema(Base):
    """A template as it appears in lists."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    description = fields.String()
    thumbnail = fields.String()
    createdAt = Integer(required=True)
    updatedAt = Integer(required=True)
    tags = Array(fields.String())
    textOverlayCount = Integer(required=True)
    imageOverlayCount = Integer(required=True)
    hasExportSettings = Boolean(required=True)


class TemplateListSchema(Base):
    """The templates of a project, and their number."""

    templates = Array(fields.Nested(TemplateSummarySchema), required=True)
    count = Integer(required=True)


class PlaceholderValue(fields.Field[str]):
    """The value of a placeholder: a string, or a number, which is loaded as a string."""

    default_error_messages = {"invalid": "Not a valid string or number."}  # noqa: RUF012 - as marshmallow requires

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        if isinstance(value, str):
            return value
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.make_error("invalid")
        return str(value) if isinstance(value, int) else f"{value:.15g}"


class PlaceholderFields(Base):
    """Values for the placeholders of a template."""

    placeholderValues = Map(
        values=PlaceholderValue(allow_none=True, metadata={"type": ["string", "number"]}),
        allow_none=True,
        metadata={"description": "By placeholder key; placeholders without a value are kept"},
    )


class ApplyTemplateSchema(PlaceholderFields):
    """The video to preview a template for."""

    videoDuration = Number(required=True, validate=POSITIVE, metadata=SECONDS)


class TemplateOfWorkSchema(PlaceholderFields):
    """The template to apply to a work."""

    templateId = identifier(required=True)


class AppliedTemplateSchema(Base):
    """The overlays of a template for the timeline of a video."""

    textOverlays = Map(values=fields.Nested(TextOverlaySchema), required=True)
    textTrackActions = Array(fields.Nested(TrackActionSchema), required=True)
    imageOverlays = Map(values=fields.Nested(ImageOverlaySchema), required=True)
    imageTrackActions = Array(fields.Nested(TrackActionSchema), required=True)
    exportSettings = fields.Nested(ExportSettingsSchema)
    missingAssetIds = Array(
        fields.String(),
        required=True,
        metadata={"description": "Assets that image overlays use but the project does not have"},
    )
