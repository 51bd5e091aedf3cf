"""The bidirectional algorithm of Unicode (UAX 9): which way the parts of a line run."""

import re
from collections.abc import Sequence
from typing import Protocol, TypeVar

from bidi import get_display

_LEVEL = re.compile(r"Level\(\s*(\d+),?\s*\)")
_START = "\n    levels: [\n"  # no text can imitate it: newlines in it are escaped


class HasLevel(Protocol):
    """A part of a line whose characters have one embedding level."""

    @property
    def level(self) -> int:
        """The level that all its characters have."""


Part = TypeVar("Part", bound=HasLevel)


def embedding_levels(paragraph: str) -> list[int]:
    """Return the level of each character: odd ones run from right to left.

    The first strong character decides the paragraph's direction.
    """
    if paragraph.isascii():
        return [0] * len(paragraph)
    described = str(get_display(paragraph, debug=True))
    levels = _LEVEL.findall(described.rpartition(_START)[2])  # one for each byte of UTF-8
    result, offset = [], 0
    for char in paragraph:
        result.append(int(levels[offset]))
        offset += len(char.encode())
    return result


def in_visual_order(parts: Sequence[Part]) -> list[Part]:
    """Return the parts of a line from left to right (rule L2 of the algorithm)."""
    ordered = list(parts)
    for level in range(max((part.level for part in ordered), default=0), 0, -1):
        start = 0
        while start < len(ordered):
            end = start
            while end < len(ordered) and ordered[end].level >= level:
                end += 1
            ordered[start:end] = reversed(ordered[start:end])
            start = end + 1
    return ordered
