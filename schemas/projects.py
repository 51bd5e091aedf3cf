"""Projects and their style guides."""

from marshmallow import fields, validate

from access.rights import MEMBER_ROLES, ROLES
from schemas.common import Base, resource_name, url_id
from schemas.json_fields import MAX_NAME, Array, Integer, Object, QueryInteger, Text
from schemas.sound import narrator_field

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
    narrator = narrator_field()


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


def role_field() -> fields.String:
    """Return a field for what the caller is in a project."""
    return fields.String(
        required=True,
        validate=validate.OneOf(ROLES),
        metadata={"description": "What you are in this project"},
    )


def own_may_pay_field() -> fields.Boolean:
    """Return a field for whether the caller, an editor, may start what costs money."""
    return fields.Boolean(
        metadata={"description": "Of an editor: whether you may start what costs money"}
    )


class ProjectMemberSchema(Base):
    """A member of a project, as the project has it."""

    userId = fields.String(required=True)
    role = fields.String(required=True, validate=validate.OneOf(MEMBER_ROLES))
    mayPay = fields.Boolean(required=True)
    addedAt = Integer(required=True)


class ProjectSchema(Base):
    """A project. Its members are changed by their own endpoints."""

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
    members = Array(
        Object(ProjectMemberSchema), metadata={"description": "Absent in a project of one's own"}
    )
    role = role_field()
    mayPay = own_may_pay_field()
    createdAt = Integer(required=True)
    updatedAt = Integer(required=True)


class ProjectSummarySchema(Base):
    """A project as it appears in lists."""

    id = fields.String(required=True)
    userId = fields.String(required=True)
    name = fields.String(required=True)
    updatedAt = Integer(required=True)
    role = role_field()
    mayPay = own_may_pay_field()
    ownerName = fields.String(metadata={"description": "Of a project that is shared with you"})
    posterUrl = fields.String(
        metadata={"description": "That of the most recently changed work that has one"}
    )


class ProjectListQuerySchema(Base):
    """Which projects to list."""

    shared = QueryInteger(
        validate=validate.Range(0, 1),
        metadata={"description": "1: only those that others share with you; 0: only your own"},
    )
