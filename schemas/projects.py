"""Projects and their style guides."""

from marshmallow import fields, validate

from schemas.common import Base, resource_name, url_id
from schemas.json_fields import MAX_NAME, Array, Integer, Object, Text

PROJECT_TYPES = ("blank", "saas", "news", "social", "ecommerce", "educational")
MAX_KNOWLEDGE = 1_000_000  # characters
MAX_STYLE_TEXT = 10_000  # characters


class StyleGuideSchema(Base):
    """The look and sound of a project's videos."""

    tone = Text(max_size=MAX_STYLE_TEXT)
    color_palette = Array(
        Text(max_size=MAX_NAME), metadata={"description": "Colours, such as #1F2326"}
    )
    tempo = Text(
        max_size=MAX_STYLE_TEXT, metadata={"description": "fast, medium, slow, or free text"}
    )
    camera_style = Text(max_size=MAX_STYLE_TEXT)
    brand_voice = Text(max_size=MAX_STYLE_TEXT)
    must_include = Array(Text(max_size=MAX_STYLE_TEXT))
    must_avoid = Array(Text(max_size=MAX_STYLE_TEXT))


class ProjectFields(Base):
    """Settings of a project; null resets one to the preset."""

    systemPrompt = Text(allow_none=True)
    knowledge = Text(max_size=MAX_KNOWLEDGE, allow_none=True)
    styleGuide = Object(StyleGuideSchema, allow_none=True)
    analyzerPrompt = Text(allow_none=True)
    imageSystemPrompt = Text(allow_none=True)
    videoSystemPrompt = Text(allow_none=True)


class NewProjectSchema(ProjectFields):
    """A project to create; absent fields come from the preset of its type."""

    name = resource_name(allow_none=True)
    projectType = Text(validate=validate.OneOf(PROJECT_TYPES), allow_none=True)


class ProjectUpdateSchema(NewProjectSchema):
    """Fields of a project to update; null resets one to the preset."""

    id = url_id()


class ProjectSchema(Base):
    """A project."""

    id = fields.String(required=True)
    userId = fields.String(required=True)
    name = fields.String(required=True)
    projectType = fields.String(required=True, validate=validate.OneOf(PROJECT_TYPES))
    systemPrompt = fields.String(required=True)
    knowledge = fields.String(required=True)
    styleGuide = Object(StyleGuideSchema, required=True)
    analyzerPrompt = fields.String(required=True)
    imageSystemPrompt = fields.String(required=True)
    videoSystemPrompt = fields.String(required=True)
    createdAt = Integer(required=True)
    updatedAt = Integer(required=True)


class ProjectSummarySchema(Base):
    """A project as it appears in lists."""

    id = fields.String(required=True)
    userId = fields.String(required=True)
    name = fields.String(required=True)
    updatedAt = Integer(required=True)
    posterUrl = fields.String(
        metadata={"description": "That of the most recently changed work that has one"}
    )
