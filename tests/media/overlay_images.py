"""Looking at drawn overlays."""

import io
from typing import IO, Any

import pytest
from PIL import Image, ImageChops

from media.drawing.__main__ import main
from media.drawing.overlays import PictureOverlay, TextOverlay
from media.limits import Finished
from media.overlays import Sprite, draw_overlays

FRAME = (720, 1280)
RED = (255, 0, 0)
Box = tuple[int, int, int, int]


def draw_in_this_process(patch: pytest.MonkeyPatch) -> None:
    """Draw without the limits of a program, which takes longer to start than to draw."""

    def run(_command: object, *, stdin: IO[bytes], **_limits: Any) -> Finished:
        output = io.BytesIO()
        main(stdin, output)
        return Finished(0, output.getvalue())

    patch.setattr("media.overlays.run_limited", run)


def image_of(sprite: Sprite | None) -> Image.Image:
    """Return the image of a sprite, which has the size that the sprite says."""
    assert sprite is not None
    image = Image.open(io.BytesIO(sprite.png))
    assert (image.format, image.mode) == ("PNG", "RGBA")
    assert image.size == (sprite.width, sprite.height)
    return image


def on_frame(
    sprite: Sprite | None,
    frame: tuple[int, int] = FRAME,
    color: tuple[int, int, int] = (90, 140, 90),
) -> Image.Image:
    """Return a frame of one colour with the sprite on it."""
    picture = Image.new("RGB", frame, color)
    if sprite is not None:
        image = image_of(sprite)
        picture.paste(image, (sprite.x, sprite.y), image)
    return picture


def red_box(sprite: Sprite | None, frame: tuple[int, int] = FRAME) -> Box:
    """Return where the frame is red, without a text's shadow: left, top, right, bottom."""
    red, green, _ = on_frame(sprite, frame, (0, 0, 255)).split()
    box = ImageChops.subtract(red, green).point(lambda level: 255 * (level > 127)).getbbox()
    assert box is not None, "nothing is red"
    return box


def drawn(text: str, size: float = 48, frame: tuple[int, int] = FRAME) -> Sprite | None:
    """Return a text in red in the middle of a frame."""
    return draw(TextOverlay(text, size, "#ff0000"), *frame)


def draw(
    overlay: PictureOverlay | TextOverlay, width: int, height: int, scale: float = 1
) -> Sprite | None:
    """Draw a single overlay for a frame of this size."""
    return next(draw_overlays([overlay], width, height, scale))


def width(text: str) -> int:
    """Return how wide a line of text is, without its shadow."""
    left, _, right, _ = red_box(drawn(text, frame=(4000, 200)), (4000, 200))
    return right - left
