"""What is drawn over a video, as the service tells the program that draws."""

from collections.abc import Sequence
from typing import NamedTuple


class SpokenWords(NamedTuple):
    """The words of a text in order, and the colour of the one that is spoken.

    `alone`: nothing is shown but that one, in the middle of where the text would be; one that is
    wider than lines may be is smaller.
    """

    words: Sequence[str]
    accent: str
    alone: bool = False


class TextOverlay(NamedTuple):
    """A text; lengths are pixels of the exported frame, from the frame's centre to the box's.

    With `left` and `top`, they are the top left of its box in the frame instead. `font_path` is
    a TrueType, OpenType, WOFF or WOFF2 file; the bundled fonts have what it lacks. Lines are at
    most as long as the share `wrap` of the frame's width, and stand at the side `align` of an area
    that is as wide. What slides is drawn beyond the frame as well. Of a text with `spoken` words,
    there is a picture for each of them.
    """

    text: str
    font_size: float
    color: str
    center_x: float = 0
    center_y: float = 0
    left: float | None = None
    top: float | None = None
    font_path: str | None = None
    wrap: float = 0.5
    weight: int = 700
    align: str = "center"
    line_height: float = 1.2
    outline_color: str = "#000000"
    outline_width: float = 0
    shadow: bool = True
    background: str | None = None
    beyond_x: bool = False
    beyond_y: bool = False
    spoken: SpokenWords | None = None


class PictureOverlay(NamedTuple):
    """An image file, in a box that is placed like a text's.

    `opacity` is 0 to 1, `rotation` in degrees clockwise around the box's centre. With
    `keep_aspect`, it is scaled to fit into its box, otherwise stretched to the box.
    """

    path: str
    width: float
    height: float
    center_x: float = 0
    center_y: float = 0
    left: float | None = None
    top: float | None = None
    opacity: float = 1
    rotation: float = 0
    keep_aspect: bool = True
    beyond_x: bool = False
    beyond_y: bool = False
