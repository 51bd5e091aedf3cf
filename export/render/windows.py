"""FFmpeg's filter that shows a window of a picture, at fractions of pixels.

All arguments are expressions of FFmpeg, in which `on` counts frames from 1 on.
"""


def window(x: str, y: str, across: str, down: str) -> str:
    """Return the filter for a window that begins at a place, and has so many pixels for each shown.

    It fills the picture from its top left corner, as far as it reaches.
    """
    left, right = _edges("W", x, across)
    top, bottom = _edges("H", y, down)
    corners = ((left, top), (right, top), (left, bottom), (right, bottom))
    places = [f"x{n}='{x}':y{n}='{y}'" for n, (x, y) in enumerate(corners)]
    return f"perspective={':'.join(places)}:eval=frame"


def _edges(side: str, begin: str, step: str) -> tuple[str, str]:
    """Return what the first pixel of a side shows, and the one after the last.

    The filter takes coordinates for those of the middles of pixels.
    """
    first = f"{begin}+({step}-1)/2"
    return first, f"{first}+{side}*({step})"
