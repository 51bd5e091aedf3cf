"""FFmpeg's filter that shows a window of a picture, at fractions of pixels, in its full size."""


def window(x: str, y: str, share: str) -> str:
    """Return the filter for a window of so much of both sides, at shares of these.

    All three are expressions of FFmpeg, in which `on` counts frames from 1 on.
    """
    left, right = _edges("W", x, share)
    top, bottom = _edges("H", y, share)
    corners = ((left, top), (right, top), (left, bottom), (right, bottom))
    places = [f"x{n}='{x}':y{n}='{y}'" for n, (x, y) in enumerate(corners)]
    return f"perspective={':'.join(places)}:eval=frame"


def _edges(side: str, begin: str, share: str) -> tuple[str, str]:
    """Return where a window begins and ends on a side of the picture.

    The filter takes coordinates for those of the middles of pixels.
    """
    near = f"{side}*({begin})+({share}-1)/2"
    return near, f"{near}+{side}*({share})"
