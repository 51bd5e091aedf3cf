"""Checks of stored and given values that an export needs, each naming the field that is wrong."""

import math

from errors import FieldsError
from media.colors import parse_color


def check_times(path: str, start: float, end: float) -> None:
    """Raise FieldsError if something on the timeline would end before it begins."""
    if end <= start:
        raise FieldsError({f"{path}.end": [f"Must be after its start, {start:g}."]})


def check_color(color: str, path: str) -> str:
    """Return a colour of CSS. Raises FieldsError for anything else."""
    try:
        parse_color(color)
    except ValueError:
        raise FieldsError({path: ["Must be a colour such as #ff8800."]}) from None
    return color


def check_range(path: str, value: float, low: float, high: float) -> None:
    """Raise FieldsError for a number that is not within a range."""
    if not (math.isfinite(value) and low <= value <= high):
        raise FieldsError({path: [f"Must be from {low:g} to {high:g} to be exported."]})
