"""Partial validation: validate only what changed.

An editor saves a whole work of which one field changed. Comparing it with the stored work takes
microseconds, validating all of it most of a millisecond; and stored values were validated before.
See docs/decisions/0004.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from marshmallow import Schema, ValidationError, fields, missing

_Part = tuple[Any, fields.Field[Any], Any, Any]  # key, field, value, known value


def load_changes(schema: Schema, values: Mapping[str, Any], known: Mapping[str, Any]) -> Any:
    """Return the same as `schema.load(values)`, without validating what equals `known`.

    `known` holds values that were validated before. The schema must not have hooks or validators
    across fields. Raises ValidationError with the same messages as `load`.
    """
    parts = (
        (name, field, values.get(name, missing), known.get(name, missing))
        for name, field in schema.load_fields.items()
    )
    return _load_parts(parts)


def _load_parts(parts: Iterable[_Part]) -> dict[Any, Any]:
    loaded, errors = {}, {}
    for key, field, value, known in parts:
        try:
            part = _load(field, value, known)
        except ValidationError as exc:
            errors[key] = exc.messages
        else:
            if part is not missing:
                loaded[key] = part
    if errors:
        raise ValidationError(errors)
    return loaded


def _load(field: fields.Field[Any], value: Any, known: Any) -> Any:
    if value is not missing and _same(value, known):
        return known
    if isinstance(field, fields.Nested) and _both(Mapping, value, known):
        return load_changes(field.schema, value, known)
    if isinstance(field, fields.List) and _both(list, value, known) and not field.validators:
        rest = [missing] * (len(value) - len(known))
        items = enumerate(zip(value, [*known, *rest], strict=False))
        loaded = _load_parts((index, field.inner, *item) for index, item in items)
        return list(loaded.values())
    if isinstance(field, fields.Dict) and _both(Mapping, value, known) and field.value_field:
        inner = field.value_field
        each_known = ((key, inner, each, known.get(key, missing)) for key, each in value.items())
        return _load_parts(each_known)
    return field.deserialize(value)


def _same(value: Any, known: Any) -> bool:
    """Return whether two values are the same JSON. In Python, `True == 1 == 1.0`."""
    if value != known:
        return False
    return isinstance(value, str) or orjson.dumps(value) == orjson.dumps(known)


def _both(kind: Any, value: Any, known: Any) -> bool:
    return isinstance(value, kind) and isinstance(known, kind)
