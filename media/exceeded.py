"""Rounds numbers for messages about limits that were exceeded."""

from math import ceil


def more_than(limit: float, value: float) -> str:
    """Return a value above a limit, rounded so that it is above as it is read: to 601, or 600.1."""
    rounded = round(value)
    return str(rounded) if rounded > limit else f"{ceil(value * 10) / 10:.1f}"
