"""Editor templates: overlays for any video, with placeholders in their texts."""

from typing import Any

from marshmallow import fields, validate

from schemas.common import Base, ById, Flag, Items, Number, Whole, identifier
from schemas.editor import (
    ExportSettingsSchema,
    ImageOverlaySchema,
    TextOverlaySchema,
    TrackActionSchema,
)

TIMING_MODES = ("relative", "absolute")

_NAME = validate.Length(min=1, max=500)
_LONGER_THAN_NOTHING = validate.Range(min=0, min_inclusive=False)


class TimingFields(Base):
    """When an overlay is seen: in percent of the video or in seconds; all of it by default."""

    id = fields.String(required=True)
    timingMode = fields.String(required=True, validate=validate.OneOf(TIMING_MODES))
    startPercent = Number(allow_none=True)
    endPercent = Number(allow_none=True)
    startSeconds = Number(allow_none=True)
    endSeconds = Number(allow_none=True)


class TemplateTextSchema(TimingFields, TextOverlaySchema):
    """A text of a template; `{{key}}` in it is a placeholder."""


class TemplateImageSchema(TimingFields, ImageOverlaySchema):
    """A picture of a template: an asset of the project."""


class TemplateTransitionSchema(Base):
    """How one scene turns into the next."""

    type = fields.String(required=True)
    duration = Number(required=True, validate=validate.Range(min=0))


class TemplateContentSchema(Base):
    """The overlays of a template, each list with ids of its own."""

    textOverlays = Items(fields.Nested(TemplateTextSchema), load_default=list)
    imageOverlays = Items(fields.Nested(TemplateImageSchema), load_default=list)
    defaultTransition = fields.Nested(TemplateTransitionSchema, allow_none=True)
    exportSettings = fields.Nested(ExportSettingsSchema, allow_none=True)


class TemplateFields(Base):
    """What a client may set on a template and take away again with null."""

    description = fields.String(allow_none=True)
    tags = Items(fields.String(), allow_none=True)
    thumbnail = fields.String(
        allow_none=True, metadata={"description": "Address of a picture that clients show"}
    )


class NewTemplateSchema(TemplateFields):
    """A template to be made."""

    name = fields.String(required=True, validate=_NAME)
    content = fields.Nested(TemplateContentSchema, required=True)


class TemplateUpdateSchema(TemplateFields):
    """Changes to a template; what is left out is kept."""

    id = fields.String(metadata={"description": "If given, the same as in the URL"})
    projectId = fields.String(metadata={"description": "If given, the same as in the URL"})
    name = fields.String(validate=_NAME, allow_none=True)
    content = fields.Nested(TemplateContentSchema, allow_none=True)


class TemplateSchema(Base):
    """A template."""

    id = fields.String(required=True)
    projectId = fields.String(required=True)
    name = fields.String(required=True)
    description = fields.String()
    tags = Items(fields.String())
    thumbnail = fields.String()
    content = fields.Nested(TemplateContentSchema, required=True)
    createdAt = Whole(required=True)
    updatedAt = Whole(required=True)


class TemplateSummarySchema(Base):
    """A template in a list."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    description = fields.String()
    thumbnail = fields.String()
    createdAt = Whole(required=True)
    updatedAt = Whole(required=True)
    tags = Items(fields.String())
    textOverlayCount = Whole(required=True)
    imageOverlayCount = Whole(required=True)
    hasExportSettings = Flag(required=True)


class TemplateListSchema(Base):
    """The templates of a project."""

    templates = Items(fields.Nested(TemplateSummarySchema), required=True)
    count = Whole(required=True)


class PlaceholderValue(fields.Field[str]):
    """What stands in the place of a placeholder: a text, or a number as people write it."""

    default_error_messages = {"invalid": "Not a text or number."}  # noqa: RUF012 - marshmallow's way

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        if isinstance(value, str):
            return value
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.make_error("invalid")
        return str(value) if isinstance(value, int) else f"{value:.15g}"


class PlaceholderFields(Base):
    """What stands in the place of the placeholders."""

    placeholderValues = ById(
        values=PlaceholderValue(allow_none=True, metadata={"type": ["string", "number"]}),
        allow_none=True,
        metadata={"description": "By the keys of the placeholders; what has no value stays"},
    )


class ApplyTemplateSchema(PlaceholderFields):
    """The video that a template is applied to."""

    videoDuration = Number(
        required=True, validate=_LONGER_THAN_NOTHING, metadata={"description": "Seconds"}
    )


class TemplateOfWorkSchema(PlaceholderFields):
    """The template that is applied to a work."""

    templateId = identifier(required=True)


class AppliedTemplateSchema(Base):
    """The overlays of a template, ready for the timeline of one video."""

    textOverlays = ById(values=fields.Nested(TextOverlaySchema), required=True)
    textTrackActions = Items(fields.Nested(TrackActionSchema), required=True)
    imageOverlays = ById(values=fields.Nested(ImageOverlaySchema), required=True)
    imageTrackActions = Items(fields.Nested(TrackActionSchema), required=True)
    exportSettings = fields.Nested(ExportSettingsSchema)
    missingAssetIds = Items(
        fields.String(),
        required=True,
        metadata={"description": "Assets that are named by pictures and not in the project"},
    )
