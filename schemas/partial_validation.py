"""Partial validation: validate only what changed.

An editor saves a whole work of which one field changed. Comparing it with the stored work takes
microseconds, validating all of it most of a millisecond; and stored values were validated before.
See docs/decisions/0004.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

import orjson
from marshmallow import Schema, fields, missing

from schemas.json_fields import Array, Map, load_each
from schemas.strict import StrictObject


def load_changes(schema: Schema, values: Mapping[str, Any], stored: Mapping[str, Any]) -> Any:
    """Return the same as `schema.load(values)`, without validating what equals `stored`.

    `stored` holds values that were validated before. The schema must not have hooks or validators
    across fields. Lists and maps may be as large as the stored ones, whatever the limits are now.
    Raises ValidationError with the same messages as `load`.
    """
    return load_each(
        (name, partial(_load, field, stored.get(name, missing)), values.get(name, missing))
        for name, field in schema.load_fields.items()
    )


def _load(field: fields.Field[Any], stored: Any, value: Any) -> Any:
    if value is not missing and _same(value, stored):
        return stored
    if (
        isinstance(field, fields.Nested)
        and not isinstance(field, StrictObject)
        and _both(Mapping, value, stored)
    ):
        return load_changes(field.schema, value, stored)
    if isinstance(field, Array) and _both(list, value, stored) and not field.validators:
        field.check_size(len(value), len(stored))
        rest = [missing] * (len(value) - len(stored))
        items = enumerate(zip(value, [*stored, *rest], strict=False))
        loaded = load_each(
            (index, partial(_load, field.inner, was), each) for index, (each, was) in items
        )
        return list(loaded.values())
    if isinstance(field, Map) and _both(Mapping, value, stored):
        field.check_size(len(value), len(stored))
        field.check_keys(value.keys() - stored.keys())
        inner = field.value_field
        return load_each(
            (key, partial(_load, inner, stored.get(key, missing)), each)
            for key, each in value.items()
        )
    return field.deserialize(value)


def _same(value: Any, stored: Any) -> bool:
    """Return whether two values are the same JSON. In Python, `True == 1 == 1.0`."""
    if value != stored:
        return False
    if value is None or isinstance(value, (str, int)):
        return type(value) is type(stored)
    return orjson.dumps(value) == orjson.dumps(stored)


def _both(kind: Any, value: Any, stored: Any) -> bool:
    return isinstance(value, kind) and isinstance(stored, kind)
