"""The size of the exported frame."""

from typing import NamedTuple


class Frame(NamedTuple):
    """The size of the exported frame in pixels, both even, and the scale of its overlays."""

    width: int
    height: int
    scale: float
