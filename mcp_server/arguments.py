"""Arguments of tools, checked at any depth: models guess names, so errors list the known ones."""

from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields

from errors import FieldsError, flatten_messages
from schemas.json_fields import MAX_INVALID

_MAX_NAME = 60  # characters of an unknown name that are repeated


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
