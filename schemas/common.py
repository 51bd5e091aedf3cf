"""Strict JSON fields and other parts that several schemas share.

marshmallow's own fields convert values, such as "1" to 1 and "yes" to true. Those below accept
JSON's types only, so that the OpenAPI description is exact.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields
from marshmallow.validate import Length, Range, Regexp

from storage.ids import ID_PATTERN

_MAX_INTEGER = 2**53 - 1  # above it, JSON numbers are not exact in all languages

SECONDS = {"description": "Seconds"}
NAME_LENGTH = Length(min=1, max=500)
POSITIVE = Range(min=0, min_inclusive=False)


class Number(fields.Float):
    """A JSON number."""

    def _validated(self, value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.make_error("invalid", input=value)
        if not math.isfinite(value):
            raise self.make_error("too_large", input=value)
        return value


class Integer(fields.Integer):
    """A JSON number without a fractional part."""

    def _validated(self, value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.make_error("invalid", input=value)
        if abs(value) > _MAX_INTEGER:
            raise self.make_error("too_large", input=value)
        if value % 1:
            raise self.make_error("invalid", input=value)
        return int(value)


class Boolean(fields.Boolean):
    """`true` or `false`."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Array(fields.List[Any]):
    """A JSON array; marshmallow's List also accepts an object, as the list of its keys."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, list):
            raise self.make_error("invalid")
        return super()._deserialize(value, attr, data, **kwargs)


class Map(fields.Dict):
    """A JSON object with arbitrary keys, whose errors are at the path `field.key`.

    marshmallow's Dict reports them at `field.key.value`.
    """

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        try:
            return super()._deserialize(value, attr, data, **kwargs)  # type: ignore[no-untyped-call]
        except ValidationError as exc:
            if not isinstance(exc.messages, dict):
                raise
            messages = {key: each["value"] for key, each in exc.messages.items()}
            raise ValidationError(messages) from exc


def at_least(minimum: int) -> Range:
    """Return a validator for integers from `minimum` to the largest that JSON holds exactly."""
    return Range(minimum, _MAX_INTEGER)


def identifier(**kwargs: Any) -> fields.String:
    """Return a field for the id of a resource."""
    return fields.String(
        validate=Regexp(f"^{ID_PATTERN}\\Z", error="Not a valid ID."),
        metadata={"pattern": f"^{ID_PATTERN}$"},
        **kwargs,
    )


def url_id() -> fields.String:
    """Return a field for an id that is also in the URL; services compare the two."""
    return fields.String(metadata={"description": "If present, must equal the ID in the URL"})


class Base(Schema):
    """Base of all schemas. Unknown fields are ignored: clients send more than the API stores."""

    class Meta:
        """Options of marshmallow."""

        unknown = EXCLUDE


class ErrorSchema(Base):
    """The body of every error response."""

    error = fields.String(required=True, metadata={"description": "Short message"})
    details = fields.Raw(
        metadata={"description": "More about the error: a string, an object or an array"}
    )
    required = fields.List(
        fields.String(), metadata={"description": "With 403: the scopes that are required"}
    )
    granted = fields.List(
        fields.String(), metadata={"description": "With 403: the scopes that the token has"}
    )


class ResolutionSchema(Base):
    """Width and height in pixels."""

    width = Integer(required=True, validate=at_least(1))
    height = Integer(required=True, validate=at_least(1))


class HealthSchema(Base):
    """The state of the service, and its current time."""

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
    """Return marshmallow's nested messages by path: `{"resolution.width": "Must be …"}`.

    `root` is the path of messages that belong to no field.
    """
    flat: dict[str, str] = {}
    for key, value in messages.items():
        path = prefix if key == "_schema" else f"{prefix}.{key}" if prefix else str(key)
        if isinstance(value, Mapping):
            flat.update(flatten_messages(value, path, root))
        else:
            flat[path or root] = " ".join(value) if isinstance(value, list) else str(value)
    return flat


def duplicate_errors(items: Iterable[Mapping[str, Any]], key: str) -> dict[int, Any]:
    """Return `{position: {key: [message]}}` for items whose `key` has the value of an earlier one.

    This is no validator of the schemas: `load_changes` could not load such a list in part.
    """
    seen: set[Any] = set()
    errors: dict[int, Any] = {}
    for position, item in enumerate(items):
        if item[key] in seen:
            errors[position] = {key: [f"Duplicate value: {item[key]}."]}
        seen.add(item[key])
    return errors
