"""Objects in which unknown names are errors, and lists of objects that have different shapes."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError

from schemas.common import Base
from schemas.json_fields import JsonField, Object

_MAX_NAME = 60  # characters of an unknown name that are repeated


class Strict(Base):
    """Base of objects whose names are few and easily mistaken for others."""

    class Meta:
        """Options of marshmallow."""

        unknown = "raise"


class StrictObject(Object):
    """A JSON object with the fields of a schema, and no others."""

    def _load(self, value: Any, partial: Any = None) -> Any:
        errors = _unknown(value, self.schema) if isinstance(value, Mapping) else {}
        try:
            loaded = super()._load(value)
        except ValidationError as exc:
            if not isinstance(exc.messages, dict):
                raise
            raise ValidationError({**errors, **exc.messages}) from None
        if errors:
            raise ValidationError(errors)
        return loaded


class OneOfObjects(JsonField):
    """A JSON object whose shape depends on one of its fields."""

    default_error_messages = {"invalid": "Must be an object."}  # noqa: RUF012 - as marshmallow requires

    def __init__(self, key: str, shapes: Mapping[str, type[Schema]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.key = key
        self.shapes = shapes
        self._fields = {name: StrictObject(schema) for name, schema in shapes.items()}

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, Mapping):
            raise self.make_error("invalid")
        name = value.get(self.key)
        if not isinstance(name, str) or name not in self._fields:
            known = ", ".join(self._fields)
            raise ValidationError({self.key: [f"Must be one of: {known}."]})
        return self._fields[name].deserialize(value)


def _unknown(value: Mapping[str, Any], schema: Schema) -> dict[str, list[str]]:
    """Return an error for each name that a schema does not have, with what it has instead."""
    known = ", ".join(schema.fields)
    return {
        str(name)[:_MAX_NAME]: [f"Unknown field: known are {known}."]
        for name in value
        if name not in schema.fields
    }
