"""What several schemas share: their base, common fields, and the messages of errors."""

from collections.abc import Iterable, Mapping
from typing import Any

from marshmallow import EXCLUDE, Schema, fields
from marshmallow.validate import OneOf, Range, Regexp

from access.rights import RIGHTS, ROLES
from schemas.error_codes import ERROR_CODES
from schemas.json_fields import MAX_INTEGER, MAX_NAME, Integer, Text
from storage.paths import ID_PATTERN

MAX_URL = 2_000  # characters
SECONDS = {"description": "Seconds"}
POSITIVE = Range(min=0, min_inclusive=False)


def at_least(minimum: int) -> Range:
    """Return a validator for integers from `minimum` to the largest that JSON holds exactly."""
    return Range(minimum, MAX_INTEGER)


def identifier(metadata: Mapping[str, Any] | None = None, **kwargs: Any) -> Text:
    """Return a field for the id of a resource."""
    expected = "Must be an ID: at most 64 letters, digits, _ and -, the first a letter or digit."
    return Text(
        max_size=MAX_NAME,  # the pattern allows less
        validate=Regexp(f"^{ID_PATTERN}\\Z", error=expected),
        metadata={"pattern": f"^{ID_PATTERN}$", **(metadata or {})},
        **kwargs,
    )


def key_project() -> Text:
    """Return a field for the project whose kept keys a request may use."""
    return identifier(
        metadata={"description": "With the keys of this project, if you may pay there"}
    )


def resource_name(**kwargs: Any) -> Text:
    """Return a field for the name of a resource."""
    return Text(min_size=1, max_size=MAX_NAME, **kwargs)


def url_id() -> Text:
    """Return a field for an id that is also in the URL; services compare the two."""
    description = {"description": "If present, must equal the ID in the URL"}
    return Text(max_size=MAX_NAME, metadata=description)


class Shaped(fields.Dict):
    """A JSON object of a response; the API's description has the shapes that it may have."""

    def __init__(self, *shapes: type[Schema], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.shapes = shapes


class Base(Schema):
    """Base of all schemas. Unknown fields are ignored: clients send more than the API stores."""

    error_messages = {"type": "Must be an object."}  # noqa: RUF012 - as marshmallow requires

    class Meta:
        """Options of marshmallow."""

        unknown = EXCLUDE


class ErrorSchema(Base):
    """The body of every error response."""

    error = fields.String(required=True, metadata={"description": "Short message"})
    code = fields.String(
        required=True,
        validate=OneOf([*ERROR_CODES]),
        metadata={"description": "The kind of error, for programs"},
    )
    details = fields.Raw(
        metadata={"description": "More about the error: a string, an object or an array"}
    )
    required = fields.List(
        fields.String(), metadata={"description": "With 403: the scopes that are required"}
    )
    granted = fields.List(
        fields.String(), metadata={"description": "With 403: the scopes that the token has"}
    )
    role = fields.String(
        validate=OneOf(ROLES), metadata={"description": "With 403: what you are in the project"}
    )
    right = fields.String(
        validate=OneOf(RIGHTS), metadata={"description": "With 403: the right that your role lacks"}
    )


class ResolutionSchema(Base):
    """Width and height in pixels."""

    width = Integer(required=True, validate=at_least(1))
    height = Integer(required=True, validate=at_least(1))


class HealthSchema(Base):
    """The state of the service, its current time, and its version."""

    status = fields.String(required=True)
    timestamp = fields.String(required=True, metadata={"format": "date-time"})
    version = fields.String(required=True)


class ServerEventSchema(Base):
    """An event of a stream (`text/event-stream`)."""

    id = fields.String(metadata={"description": "For `Last-Event-ID`"})
    event = fields.String(metadata={"description": "What has happened, such as `job`"})
    data = fields.String(metadata={"description": "JSON"})


class DescriptionSchema(Base):
    """An OpenAPI document."""

    openapi = fields.String(required=True)
    info = fields.Dict(required=True)
    paths = fields.Dict(required=True)


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
