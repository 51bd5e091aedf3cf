"""Arguments of an operation as fields of what is stored."""

from collections.abc import Mapping
from typing import Any

from timeline.frames import plain


def given_fields(operation: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Return the values of the arguments that are given, by the names of their fields."""
    return {field: _plain(operation[name]) for name, field in names.items() if name in operation}


def changed(stored: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return fields with those that are given; null removes one."""
    return {name: value for name, value in {**stored, **given}.items() if value is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    return plain(value) if isinstance(value, int | float) else value
