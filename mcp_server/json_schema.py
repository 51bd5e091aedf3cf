"""The arguments of tools: described as compact JSON Schema, and checked at any depth.

The limits of sizes, and large ones of numbers, are left out of the description: who exceeds them is
told so. Models guess names, so errors list the known ones.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from errors import FieldsError, flatten_messages
from schemas.exports import FrameRate
from schemas.json_fields import MAX_INVALID

Json = dict[str, Any]

_LARGE = 100  # a limit above it is left out
_TYPES: tuple[tuple[type[fields.Field[Any]], str], ...] = (
    (fields.Integer, "integer"),
    (fields.Float, "number"),
    (fields.Boolean, "boolean"),
    (fields.String, "string"),
)

_MAX_NAME = 60  # characters of an unknown name that are repeated


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


def load_arguments(schema: Schema, given: Mapping[str, Any]) -> Any:
    """Validate arguments with a schema; unknown names are errors, at any depth.

    Raises FieldsError with the path of each invalid argument.
    """
    unknown = dict(_unknown(schema, given))
    try:
        loaded = schema.load(given)
    except ValidationError as exc:
        unknown = {**flatten_messages(exc.messages_dict), **unknown}
    if unknown:
        raise FieldsError({path: [message] for path, message in unknown.items()})
    return loaded


def _unknown(schema: Schema, given: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield the paths of names that a schema does not have, with what it has instead."""
    if not isinstance(given, Mapping):
        return  # which the schema refuses itself
    for name, value in given.items():
        path = f"{prefix}{str(name)[:_MAX_NAME]}"
        if name in schema.fields:
            yield from _unknown_within(schema.fields[name], value, path)
        else:
            yield (
                path,
                f"Unknown field: {_meant(schema, name)}known are {', '.join(schema.fields)}.",
            )


def _meant(schema: Schema, name: Any) -> str:
    """Return a question for the argument that has a field of this name, if one has."""
    within = (
        key
        for key, field in schema.fields.items()
        if isinstance(field, fields.Nested) and name in field.schema.fields
    )
    key = next(within, None)
    return "" if key is None else f"is {key}.{name} meant? Else "


def _unknown_within(field: fields.Field[Any], value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(field, fields.Nested):
        yield from _unknown(field.schema, value, f"{path}.")
    elif isinstance(field, fields.List) and isinstance(value, list):
        for number, each in enumerate(value[:MAX_INVALID]):
            yield from _unknown_within(field.inner, each, f"{path}.{number}")
