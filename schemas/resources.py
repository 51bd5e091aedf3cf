"""A resource states its fields once, in their order; its schemas and defaults follow from that.

schemas/works.py: WORK is one.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from marshmallow import fields, validate

from schemas.json_fields import Array, Object

Field = fields.Field[Any]


class Given(NamedTuple):
    """A field that requests may give."""

    field: Field  # as requests have it
    default: Any = None  # its value until it is given, and after null; or a function that makes it
    at_creation: bool = True  # whether the request that creates the resource may give it
    since: str = ""  # the version that it is new in, if stored documents may lack it
    shown: Field | None = None  # as responses have it, unless that is `field` without its limits

    def default_value(self) -> Any:
        """Return the default: a new one each time, if a function makes it."""
        return self.default() if callable(self.default) else self.default


Resource = Mapping[str, Given | Field]  # what the service sets is as responses have it


def given_fields(resource: Resource) -> dict[str, Given]:
    """Return the fields of a resource that requests may give."""
    return {name: stated for name, stated in resource.items() if isinstance(stated, Given)}


def request_fields(resource: Resource, *, at_creation: bool) -> dict[str, Field]:
    """Return the fields of requests that create a resource, or those that only updates have."""
    given = given_fields(resource)
    return {name: each.field for name, each in given.items() if each.at_creation is at_creation}


def response_fields(resource: Resource) -> dict[str, Field]:
    """Return the fields of a resource as responses have them, in their order."""
    return {
        name: _shown(stated) if isinstance(stated, Given) else stated
        for name, stated in resource.items()
    }


def _shown(given: Given) -> Field:
    if given.shown is not None:
        return given.shown
    return _without_limits(given.field, required=not given.since, allow_none=given.default is None)


def _without_limits(field: Field, **kwargs: Any) -> Field:
    """Return a field of the same type, which has nothing of the other but its choices."""
    if isinstance(field, Object):
        return Object(field.nested, **kwargs)
    if isinstance(field, Array):
        return Array(_without_limits(field.inner), **kwargs)
    kind = fields.String if isinstance(field, fields.String) else type(field)
    choices = [each for each in field.validators if isinstance(each, validate.OneOf)]
    return kind(validate=choices, **kwargs)
