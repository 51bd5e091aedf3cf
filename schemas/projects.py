"""Projects and their style guides."""

from marshmallow import fields, validate

from schemas.common import Base, Items, Whole

PROJECT_TYPES = ("blank", "saas", "news", "social", "ecommerce", "educational")

_NAME = validate.Length(min=1, max=500)


class StyleGuideSchema(Base):
    """How the project's videos look and sound."""

    tone = fields.String()
    color_palette = Items(fields.String(), metadata={"description": "Colours such as #1F2326"})
    tempo = fields.String(metadata={"description": "fast, medium, slow, or words of your own"})
    camera_style = fields.String()
    brand_voice = fields.String()
    must_include = Items(fields.String())
    must_avoid = Items(fields.String())


class ProjectFields(Base):
    """What a client may set on a project; null goes back to the preset."""

    systemPrompt = fields.String(allow_none=True)
    knowledge = fields.String(allow_none=True)
    styleGuide = fields.Nested(StyleGuideSchema, allow_none=True)
    analyzerPrompt = fields.String(allow_none=True)
    imageSystemPrompt = fields.String(allow_none=True)
    videoSystemPrompt = fields.String(allow_none=True)


class NewProjectSchema(ProjectFields):
    """A project to be made; what is left out comes from the preset of its type."""

    name = fields.String(validate=_NAME, allow_none=True)
    projectType = fields.String(validate=validate.OneOf(PROJECT_TYPES), allow_none=True)


class ProjectUpdateSchema(NewProjectSchema):
    """Changes to a project; what is left out is kept."""

    id = fields.String(metadata={"description": "If given, the same as in the URL"})


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
    createdAt = Whole(required=True)
    updatedAt = Whole(required=True)


class ProjectSummarySchema(Base):
    """A project in a list."""

    id = fields.String(required=True)
    userId = fields.String(required=True)
    name = fields.String(required=True)
    updatedAt = Whole(required=True)
