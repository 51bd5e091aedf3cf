"""FFmpeg's filters that bring a picture, a crop of it, or a window of it to the frame's size.

The arguments of a window are expressions of FFmpeg, in which `on` counts frames from 1 on.
"""

from typing import NamedTuple

from export.plan.frame_size import Frame
from export.sources.held_media import Media
from media.picture_filters import FLAGS, scaled
from media.signals import Signal
from timeline.framing import WHOLE, Window

MAX_SIDES = 4  # times a side of the frame: what more is scaled of a picture that covers it
_BLUR_DIVISOR = 8  # the blurred background is made of a small copy
END = "setsar=1,format=yuv420p"


class CroppedPicture(NamedTuple):
    """The picture of a source, or a part of it; `flags` are those of the filter that scales it."""

    source: Media
    crop: Window = WHOLE
    flags: str = FLAGS

    @property
    def size(self) -> tuple[float, float]:
        """Its width and height, as shown."""
        width, height = self.source.size
        return width * self.crop.width, height * self.crop.height

    @property
    def cut(self) -> str:
        """The filter that cuts it out, in whole pixels, with a comma; or nothing."""
        if self.crop == WHOLE:
            return ""
        x, width = _edges("iw", self.crop.x, self.crop.width)
        y, height = _edges("ih", self.crop.y, self.crop.height)
        return f"crop=w='{width}':h='{height}':x='{x}':y='{y}':exact=1,"

    def scaled(self, width: int, height: int) -> str:
        """Return the filters that cut it out, scale it, and convert its colours to BT.709."""
        return f"{self.cut}{self._scaled(width, height)}"

    def covering(self, frame: Frame) -> str:
        """Return the filters that scale it so that it covers a frame, and cut off the rest.

        Of an extreme shape most is cut off before, or it would be scaled to gigabytes. Otherwise it
        is not, since that is done in whole pixels of the source.
        """
        width, height = fitted_size(self.size, frame, cover=True)
        cut = f"crop={frame.width}:{frame.height}"
        limits = (MAX_SIDES * frame.width, MAX_SIDES * frame.height)
        if width <= limits[0] and height <= limits[1]:
            return f"{self.scaled(width, height)},{cut}"
        kept = (min(width, limits[0]), min(height, limits[1]))
        before = f"crop=ceil(iw*{kept[0]}/{width}):ceil(ih*{kept[1]}/{height})"
        return f"{self.cut}{before},{self._scaled(*kept)},{cut}"

    def part(self, window: Window) -> "CroppedPicture":
        """Return a part of it."""
        return self._replace(crop=window.within(self.crop))

    def _scaled(self, width: int, height: int) -> str:
        # An image is a JPEG that the service has written, which states its colours.
        video = self.source.video
        signal = Signal(matrix="bt470bg") if video is None else video.signal
        return scaled(width, height, signal, flags=self.flags)


def fitted_size(size: tuple[float, float], frame: Frame, *, cover: bool) -> tuple[int, int]:
    """Return the size of a picture scaled into the frame, or so that it covers it, in even pixels.

    A difference of a few pixels in aspect is taken for none, so that no thin edge stays black.
    """
    factors = (frame.width / size[0], frame.height / size[1])
    factor = max(factors) if cover else min(factors)
    width, height = size[0] * factor, size[1] * factor
    even = (nearest_even(width), nearest_even(height))
    full = (frame.width, frame.height)
    fitted = tuple(
        whole if abs(part - whole) <= 2 else part for part, whole in zip(even, full, strict=True)
    )
    return max(2, fitted[0]), max(2, fitted[1])


def fit(number: int, picture: CroppedPicture, frame: Frame, how: str) -> str:
    """Return the filters that bring a picture to the frame's size."""
    width, height = fitted_size(picture.size, frame, cover=False)
    inside = picture.scaled(width, height)
    if (width, height) == frame[:2]:
        return f"{inside},{END}"
    if how == "cover":
        return f"{picture.covering(frame)},{END}"
    if how == "contain":
        return f"{inside},{padded(frame, width, height)},{END}"
    return over_copy(number, picture, frame, f"{inside},{END}", (width, height))


def padded(frame: Frame, width: int, height: int) -> str:
    """Return the filter that puts bars around a picture of this size."""
    return f"pad={frame.width}:{frame.height}:{centred(frame, width, height)}"


def over_copy(
    number: int,
    picture: CroppedPicture,
    frame: Frame,
    inside: str,
    size: tuple[int, int],
    hold: str = "",
) -> str:
    """Return the filters that lay a picture, scaled by `inside` to a size, over a blurred copy.

    `hold` repeats the copy for as long as the picture lasts, after a comma.
    """
    small = Frame(
        nearest_even(frame.width / _BLUR_DIVISOR), nearest_even(frame.height / _BLUR_DIVISOR), 1.0
    )
    return (
        f"split[a{number}][b{number}];"
        f"[b{number}]{picture.covering(small)},format=yuv444p,gblur=sigma=4:steps=3,"
        f"scale={frame.width}:{frame.height}:flags=bilinear,{END}{hold}[c{number}];"
        f"[a{number}]{inside}[d{number}];"
        f"[c{number}][d{number}]overlay={centred(frame, *size)},{END}"
    )


def centred(frame: Frame, width: int, height: int) -> str:
    """Return where a picture of this size is in the middle of the frame: at even pixels."""
    return ":".join(map(str, middle_of(frame, width, height)))


def middle_of(frame: Frame, width: int, height: int) -> tuple[int, int]:
    """Return where a picture of this size is in the middle of the frame: at even pixels."""
    return (frame.width - width) // 4 * 2, (frame.height - height) // 4 * 2


def nearest_even(size: float) -> int:
    """Return the even number of pixels that is nearest to a size."""
    return max(2, round(size / 2) * 2)


def _edges(side: str, begin: float, length: float) -> tuple[str, str]:
    """Return where a part begins on a side, and its length, both in whole pixels."""
    first = f"min(round({side}*{begin:.9f}),{side}-1)"
    return first, f"max(round({side}*{begin + length:.9f})-{first},1)"


def window(x: str, y: str, across: str, down: str) -> str:
    """Return the filter for a window that begins at a place, and has so many pixels for each shown.

    It fills the picture from its top left corner, as far as it reaches.
    """
    left, right = _moving_edges("W", x, across)
    top, bottom = _moving_edges("H", y, down)
    corners = ((left, top), (right, top), (left, bottom), (right, bottom))
    places = [f"x{n}='{x}':y{n}='{y}'" for n, (x, y) in enumerate(corners)]
    return f"perspective={':'.join(places)}:eval=frame"


def _moving_edges(side: str, begin: str, step: str) -> tuple[str, str]:
    """Return what the first pixel of a side shows, and the one after the last.

    The filter takes coordinates for those of the middles of pixels.
    """
    first = f"{begin}+({step}-1)/2"
    return first, f"{first}+{side}*({step})"
