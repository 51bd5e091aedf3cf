"""Projects and their style guides."""

from marshmallow import fields, validate

from schemas.common import NAME_LENGTH, Array, Base, Integer, url_id

PROJECT_TYPES = ("blank", "saas", "news", "social", "ecommerce", "educational")


class StyleGuideSchema(Base):
    """The look and sound of a project's videos."""

    tone = fields.String()
    color_palette = Array(fields.String(), metadata={"description": "Colours, such as #1F2326"})
    tempo = fields.String(metadata={"description": "fast, medium, slow, or free text"})
    camera_style = fields.String()
    brand_voice = fields.String()
    must_include = Array(fields.String())
    must_avoid = Array(fields.String())


class ProjectFields(Base):
    """Settings of a project; null resets one to the preset."""

    systemPrompt = fields.String(allow_none=True)
    knowledge = fields.String(allow_none=True)
    styleGuide = fields.Nested(StyleGuideSchema, allow_none=True)
    analyzerPrompt = fields.String(allow_none=True)
    imageSystemPrompt = fields.String(allow_none=True)
    videoSystemPrompt = fields.String(allow_none=True)


class NewProjectSchema(ProjectFields):
    """A project to create; absent fields come from the preset of its type."""

    name = fields.String(validate=NAME_LENGTH, allow_none=True)
    projectType = fields.String(validate=validate.OneOf(PROJECT_TYPES), allow_none=True)


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
    styleGuide = fields.Nested(StyleGuideSchema, required=True)
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
