"""Fields that take JSON's own types only, so that the API description is exact.

marshmallow's own turn "1" into 1 and "yes" into true, which the description could not say.
"""

import math
from collections.abc import Mapping
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields
from marshmallow.validate import Range, Regexp

from storage.ids import ID_PATTERN

_MAX_WHOLE = 2**53 - 1  # what JSON numbers hold exactly everywhere


class Number(fields.Float):
    """A JSON number."""

    def _validated(self, value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.make_error("invalid", input=value)
        if not math.isfinite(value):
            raise self.make_error("too_large", input=value)
        return value


class Whole(fields.Integer):
    """A JSON number without a fraction."""

    def _validated(self, value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.make_error("invalid", input=value)
        if abs(value) > _MAX_WHOLE:
            raise self.make_error("too_large", input=value)
        if value % 1:
            raise self.make_error("invalid", input=value)
        return int(value)


class Flag(fields.Boolean):
    """`true` or `false`."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Items(fields.List[Any]):
    """A JSON array; marshmallow's own takes an object for the list of its keys."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, list):
            raise self.make_error("invalid")
        return super()._deserialize(value, attr, data, **kwargs)


def at_least(minimum: int) -> Range:
    """For a whole number: no less than this, and no more than JSON holds exactly."""
    return Range(minimum, _MAX_WHOLE)


class ById(fields.Dict):
    """A JSON object of things by their ids, which errors name as `things.<id>.<field>`.

    marshmallow's own names them `things.<id>.value.<field>`.
    """

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        try:
            return super()._deserialize(value, attr, data, **kwargs)  # type: ignore[no-untyped-call]
        except ValidationError as exc:
            if not isinstance(exc.messages, dict):
                raise
            messages = {key: each["value"] for key, each in exc.messages.items()}
            raise ValidationError(messages) from exc


def identifier(**kwargs: Any) -> fields.String:
    """An id that arrives in a body."""
    return fields.String(
        validate=Regexp(f"^{ID_PATTERN}\\Z", error="Not an id."),
        metadata={"pattern": f"^{ID_PATTERN}$"},
        **kwargs,
    )


class Base(Schema):
    """Unknown fields are ignored: clients send whole snapshots with extras."""

    class Meta:
        """marshmallow's options."""

        unknown = EXCLUDE


class ErrorSchema(Base):
    """The body of every failure."""

    error = fields.String(required=True, metadata={"description": "A short message"})
    details = fields.Raw(metadata={"description": "More: text, an object or a list"})
    required = fields.List(fields.String(), metadata={"description": "403: the scopes needed"})
    granted = fields.List(fields.String(), metadata={"description": "403: the token's scopes"})


class ResolutionSchema(Base):
    """The size of the video in pixels."""

    width = Whole(required=True, validate=at_least(1))
    height = Whole(required=True, validate=at_least(1))


class HealthSchema(Base):
    """That the service runs, and its time."""

    status = fields.String(required=True)
    timestamp = fields.String(required=True, metadata={"format": "date-time"})


class DescriptionSchema(Base):
    """An OpenAPI document."""

    openapi = fields.String(required=True)
    info = fields.Dict(required=True)
    paths = fields.Dict(required=True)


def flatten_messages(
    messages: Mapping[Any, Any], prefix: str = "", root: str = "body"
) -> dict[str, str]:
    """Return marshmallow's nested messages as `{"resolution.width": "Must be …"}`.

    `root` names what was validated, for messages that belong to no field.
    """
    flat: dict[str, str] = {}
    for key, value in messages.items():
        path = prefix if key == "_schema" else f"{prefix}.{key}" if prefix else str(key)
        if isinstance(value, Mapping):
            flat.update(flatten_messages(value, path, root))
        else:
            flat[path or root] = " ".join(value) if isinstance(value, list) else str(value)
    return flat
