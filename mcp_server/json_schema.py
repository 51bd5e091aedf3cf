"""From marshmallow schemas to compact JSON Schema, which costs little of a model's context.

The limits of sizes, and large ones of numbers, are left out: who exceeds them is told so.
"""

from typing import Any

from marshmallow import Schema, fields, validate

from schemas.exports import FrameRate

Json = dict[str, Any]

_LARGE = 100  # a limit above it is left out
_TYPES: tuple[tuple[type[fields.Field[Any]], str], ...] = (
    (fields.Integer, "integer"),
    (fields.Float, "number"),
    (fields.Boolean, "boolean"),
    (fields.String, "string"),
)


def object_schema(schema: Schema, *, closed: bool = True) -> Json:
    """Return the JSON Schema of an object; a `closed` one, the arguments, has no other properties.

    Arguments that may be null are the same if they are left out, unless their metadata say so;
    within them, null says something.
    """
    required = [name for name, field in schema.fields.items() if field.required]
    return {
        "type": "object",
        "properties": {
            name: _field_schema(field, nullable=not closed) for name, field in schema.fields.items()
        },
        **({"required": required} if required else {}),
        **({"additionalProperties": False} if closed else {}),
    }


def _field_schema(field: fields.Field[Any], *, nullable: bool = False) -> Json:
    if shape := field.metadata.get("shape"):  # in words, which cost less than a schema
        result = {"type": "object", "description": shape}
    else:
        result = _type_schema(field)
        for validator in field.validators:
            result |= _limits(validator)
    for key in ("type", "description"):
        if key in field.metadata:
            result[key] = field.metadata[key]
    return _with_null(result) if nullable and field.allow_none else result


def _with_null(schema: Json) -> Json:
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    values = {"enum": [*schema["enum"], None]} if "enum" in schema else {}
    return {**schema, "type": [*kinds, "null"], **values}


def _type_schema(field: fields.Field[Any]) -> Json:
    if isinstance(field, fields.Nested):
        return object_schema(field.schema, closed=False)
    if isinstance(field, fields.List):
        return {"type": "array", "items": _field_schema(field.inner)}
    if isinstance(field, fields.Mapping):
        return {"type": "object"}
    if isinstance(field, FrameRate):
        return {"type": ["number", "string"]}  # its limits are those of a number
    return {"type": next(name for kind, name in _TYPES if isinstance(field, kind))}


def _limits(validator: Any) -> Json:
    if isinstance(validator, validate.OneOf):
        return {"enum": list(validator.choices)}
    if not isinstance(validator, validate.Range):
        return {}
    low = "minimum" if validator.min_inclusive else "exclusiveMinimum"
    limits = {low: validator.min, "maximum": validator.max}
    return {key: value for key, value in limits.items() if value is not None and value <= _LARGE}
