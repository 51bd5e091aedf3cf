"""Objects in which unknown names are errors."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError

from schemas.common import Base
from schemas.json_fields import Object

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


def _unknown(value: Mapping[str, Any], schema: Schema) -> dict[str, list[str]]:
    """Return an error for each name that a schema does not have, with what it has instead."""
    known = ", ".join(schema.fields)
    return {
        str(name)[:_MAX_NAME]: [f"Unknown field: known are {known}."]
        for name in value
        if name not in schema.fields
    }
