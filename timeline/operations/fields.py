"""Arguments of an operation as fields of what is stored."""

from collections.abc import Mapping
from typing import Any

from timeline.frames import plain


def given_fields(operation: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Return the values of the arguments that are given, by the names of their fields."""
    values = {field: operation[name] for name, field in names.items() if name in operation}
    return {
        field: plain(value) if isinstance(value, int | float) else value
        for field, value in values.items()
    }
