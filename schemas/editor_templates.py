"""Editor templates: reusable overlays, with placeholders in their texts."""

from typing import Any

from marshmallow import fields, validate

from schemas.common import (
    POSITIVE,
    SECONDS,
    Base,
    identifier,
    resource_name,
    url_id,
)
from schemas.editor import (
    MAX_DATA_URL,
    MAX_OVERLAY_TEXT,
    MAX_OVERLAYS,
    ExportSettingsSchema,
    ImageOverlaySchema,
    TextOverlaySchema,
    TrackActionSchema,
)
from schemas.json_fields import (
    MAX_NAME,
    MAX_TAG,
    Array,
    Boolean,
    Integer,
    Map,
    Number,
    Object,
    Text,
)

TIMING_MODES = ("relative", "absolute")


class TimingFields(Base):
    """When an overlay is visible, in percent of the video or in seconds; by default, always."""

    id = Text(required=True, max_size=MAX_NAME)
    timingMode = Text(required=True, validate=validate.OneOf(TIMING_MODES))
    startPercent = Number(allow_none=True)
    endPercent = Number(allow_none=True)
    startSeconds = Number(allow_none=True)
    endSeconds = Number(allow_none=True)


class TemplateTextSchema(TimingFields, TextOverlaySchema):
    """A text overlay of a template; `{{key}}` in the text is a placeholder."""


class TemplateImageSchema(TimingFields, ImageOverlaySchema):
    """An image overlay of a template; the image is an asset of the project."""


class TemplateTransitionSchema(Base):
    """The transition between scenes that have none of their own; its duration is in seconds."""

    type = Text(required=True, max_size=MAX_NAME)
    duration = Number(required=True, validate=validate.Range(min=0))


class TemplateContentSchema(Base):
    """The content of a template. Overlay IDs must be unique within each list."""

    textOverlays = Array(Object(TemplateTextSchema), max_size=MAX_OVERLAYS, load_default=list)
    imageOverlays = Array(Object(TemplateImageSchema), max_size=MAX_OVERLAYS, load_default=list)
    defaultTransition = Object(TemplateTransitionSchema, allow_none=True)
    exportSettings = Object(ExportSettingsSchema, allow_none=True)


class TemplateFields(Base):
    """Optional fields of a template; null removes them."""

    description = Text(allow_none=True)
    tags = Array(Text(max_size=MAX_TAG), allow_none=True)
    thumbnail = Text(
        max_size=MAX_DATA_URL,
        allow_none=True,
        metadata={"description": "URL of an image for clients to show"},
    )


class NewTemplateSchema(TemplateFields):
    """A template to create."""

    name = resource_name(required=True)
    content = Object(TemplateContentSchema, required=True)


class TemplateUpdateSchema(TemplateFields):
    """Fields of a template to update; `content` is replaced as a whole."""

    id = url_id()
    projectId = url_id()
    name = resource_name(allow_none=True)
    content = Object(TemplateContentSchema, allow_none=True)


class TemplateSchema(Base):
    """An editor template."""

    id = fields.String(required=True)
    projectId = fields.String(required=True)
    name = fields.String(required=True)
    description = fields.String()
    tags = Array(fields.String())
    thumbnail = fields.String()
    content = Object(TemplateContentSchema, required=True)
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

    templates = Array(Object(TemplateSummarySchema), max_size=None, required=True)
    count = Integer(required=True)


class PlaceholderValue(Text):
    """The value of a placeholder: a string, or a number, which is loaded as a string."""

    default_error_messages = {"invalid": "Must be a string or a number."}  # noqa: RUF012 - as marshmallow requires

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value) if isinstance(value, int) else f"{value:.15g}"
        return super()._deserialize(value, attr, data, **kwargs)


class PlaceholderFields(Base):
    """Values for the placeholders of a template."""

    placeholderValues = Map(
        values=PlaceholderValue(
            max_size=MAX_OVERLAY_TEXT, allow_none=True, metadata={"type": ["string", "number"]}
        ),
        allow_none=True,
        metadata={
            "component": "PlaceholderValues",
            "description": "By placeholder key; placeholders without a value are kept",
        },
    )


class ApplyTemplateSchema(PlaceholderFields):
    """The video to preview a template for."""

    videoDuration = Number(required=True, validate=POSITIVE, metadata=SECONDS)


class TemplateOfWorkSchema(PlaceholderFields):
    """The template to apply to a work."""

    templateId = identifier(required=True)


class AppliedTemplateSchema(Base):
    """The overlays of a template for the timeline of a video."""

    textOverlays = Map(values=Object(TextOverlaySchema), max_size=MAX_OVERLAYS, required=True)
    textTrackActions = Array(Object(TrackActionSchema), max_size=MAX_OVERLAYS, required=True)
    imageOverlays = Map(values=Object(ImageOverlaySchema), max_size=MAX_OVERLAYS, required=True)
    imageTrackActions = Array(Object(TrackActionSchema), max_size=MAX_OVERLAYS, required=True)
    defaultTransition = Object(TemplateTransitionSchema)
    exportSettings = Object(ExportSettingsSchema)
    missingAssetIds = Array(
        fields.String(),
        max_size=MAX_OVERLAYS,
        required=True,
        metadata={"description": "Assets that image overlays use but the project does not have"},
    )
