"""The cast of a project: people, products, places and styles that return from scene to scene."""

from marshmallow import ValidationError, fields, validate

from schemas.common import Base, identifier, resource_name, url_id
from schemas.json_fields import MAX_NAME, Array, Integer, Object, Text
from schemas.scenes import MAX_SCENES

CAST_KINDS = ("person", "product", "place", "style")
MAX_DESCRIPTION = 2_000  # characters
MAX_ASSETS = 6  # pictures of one member
MAX_CAST = 100  # members of a project

_KIND = validate.OneOf(CAST_KINDS)


def _check_distinct(ids: list[str]) -> None:
    """Raise ValidationError for an id that is there twice."""
    if len(set(ids)) < len(ids):
        raise ValidationError("Must have each asset once.")


class CastFields(Base):
    """Optional fields of a member; null resets them."""

    description = Text(
        max_size=MAX_DESCRIPTION,
        allow_none=True,
        metadata={"description": "What they look like, for models that take no pictures as well"},
    )
    assetIds = Array(
        identifier(),
        max_size=MAX_ASSETS,
        validate=_check_distinct,
        allow_none=True,
        metadata={"description": "Pictures of the project that show them, the best one first"},
    )
    voice = Text(
        max_size=MAX_NAME, allow_none=True, metadata={"description": "ID of the voice they have"}
    )


class NewCastSchema(CastFields):
    """A member of the cast to create. Names are unique in a project."""

    name = resource_name(required=True)
    kind = Text(required=True, validate=_KIND)


class CastUpdateSchema(CastFields):
    """Fields of a member of the cast to update."""

    id = url_id()
    projectId = url_id()
    name = resource_name(allow_none=True)
    kind = Text(validate=_KIND, allow_none=True)


class CastMemberSchema(Base):
    """A member of the cast."""

    id = fields.String(required=True)
    projectId = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True, validate=_KIND)
    description = fields.String(required=True)
    assetIds = Array(fields.String(), max_size=MAX_ASSETS, required=True)
    voice = fields.String(required=True, allow_none=True)
    createdAt = Integer(required=True)
    updatedAt = Integer(required=True)


class CastListSchema(Base):
    """The cast of a project, and their number."""

    cast = Array(Object(CastMemberSchema), max_size=MAX_CAST, required=True)
    count = Integer(required=True)


class CastUserSchema(Base):
    """A work that a member of the cast is in."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    scenes = Array(
        Integer(),
        max_size=MAX_SCENES,
        required=True,
        metadata={"description": "Indexes of its scenes with the member"},
    )


class CastUsesSchema(Base):
    """Where a member of the cast is used."""

    works = Array(Object(CastUserSchema), max_size=None, required=True)
