"""The file that is made of a finished video, if it is not to be the MP4 itself. Pure."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, NamedTuple

from errors import FieldsError
from export.plan.frame_size import Frame
from media.streams import exact_rate
from schemas.exports import (
    MAX_ANIMATION_FPS,
    MAX_ANIMATION_SECONDS,
    MAX_ANIMATION_SIDE,
    MAX_SIZE,
    MIN_SIZE,
    SOURCE_RATE,
)

Options = Mapping[str, Any]

MP4 = "mp4"
_USUAL_SIDE, _USUAL_FPS = 480, 15  # of an animation for which nothing else is ordered
_SAME_SHAPE = 0.02  # by which two shapes may differ: sides are even numbers of pixels


class Format(NamedTuple):
    """A format of files: its name in sentences, and what it has: an animation has no sound."""

    name: str
    media_type: str
    kind: Literal["video", "animation", "sound"] = "video"

    @property
    def is_animation(self) -> bool:
        """Whether it moves without sound."""
        return self.kind == "animation"

    @property
    def is_sound(self) -> bool:
        """Whether it has no pictures."""
        return self.kind == "sound"


FORMATS = {
    MP4: Format("An MP4", "video/mp4"),
    "gif": Format("A GIF", "image/gif", "animation"),
    "webp": Format("An animated WebP", "image/webp", "animation"),
    "webm": Format("A WebM", "video/webm"),
    "wav": Format("A WAV", "audio/wav", "sound"),
    "mp3": Format("An MP3", "audio/mpeg", "sound"),
}


@dataclass(frozen=True, slots=True)
class Target:
    """What is made of the finished video: a file of this format.

    The size and the rate are those of an animation; without a rate, it follows from the clips'.
    """

    format: str
    width: int | None = None
    height: int | None = None
    fps: float | None = None

    def size(self, video: Frame) -> tuple[int, int]:
        """Return width and height: those of the video, unless it is an animation."""
        return self.width or video.width, self.height or video.height

    @property
    def is_animation(self) -> bool:
        """Whether it has a size and a rate of its own."""
        return FORMATS[self.format].is_animation

    @property
    def is_sound(self) -> bool:
        """Whether it has no pictures."""
        return FORMATS[self.format].is_sound

    def rate(self, video: Fraction) -> Fraction:
        """Return the rate, of a video with this one."""
        if not self.is_animation:
            return video
        return usual_rate(video) if self.fps is None else min(exact_rate(self.fps), video)

    def check_length(self, seconds: float) -> None:
        """Raise FieldsError for an animation that would be longer than such are made."""
        if self.is_animation and seconds > MAX_ANIMATION_SECONDS:
            told = f"{FORMATS[self.format].name} has at most {MAX_ANIMATION_SECONDS} seconds, and"
            advice = "Choose a part by `from` and `to`, or webm, which may be as long as an MP4."
            raise FieldsError({"options.format": [f"{told} this has {seconds:.1f}. {advice}"]})


def usual_rate(video: Fraction) -> Fraction:
    """Return the rate of an animation of a video: a whole part of its rate, so it moves evenly."""
    return video / math.ceil(video / _USUAL_FPS)


def format_of(options: Options) -> str:
    """Return the format that options order."""
    return options.get("format") or MP4


def video_options(options: Options, defaults: Options) -> Options:
    """Return the options of the video that the file is made of.

    Size and rate of an animation are its own: the video has those of `defaults`, in the shape of
    the animation, so that one video is rendered for animations of all sizes.
    """
    if not FORMATS[format_of(options)].is_animation:
        return options
    kept = {key: value for key, value in options.items() if key not in {"width", "height", "fps"}}
    size = _given_size(options)
    if options.get("fps") == SOURCE_RATE:
        kept["fps"] = SOURCE_RATE
    if len(size) < 2 or _is_alike(size, defaults):
        return kept
    wanted = min(defaults["width"], defaults["height"]) / min(size.values())
    factor = max(1.0, min(wanted, MAX_SIZE / max(size.values())))
    return kept | {side: round(value * factor) for side, value in size.items()}


def target_of(options: Options, width: int, height: int, fps: float | None) -> Target | None:
    """Return what is made of a video of this size and rate (None: that of the clips).

    None if it is the video itself. Raises FieldsError for what the format cannot have.
    """
    name = format_of(options)
    known = FORMATS[name]
    if name != MP4 and options.get("captions") == "track":
        told = f"{known.name} has no track of captions: choose burn or none."
        raise FieldsError({"options.captions": [told]})
    if not known.is_animation:
        return None if name == MP4 else Target(name)
    across, down = _animation_size(known, options, width, height)
    given = options.get("fps")
    if given in {None, SOURCE_RATE}:
        rate = None if fps is None else round(float(usual_rate(exact_rate(fps))), 3)
    elif given > MAX_ANIMATION_FPS:
        told = f"{known.name} has at most {MAX_ANIMATION_FPS} frames per second."
        raise FieldsError({"options.fps": [told]})
    else:
        rate = float(given)
    return Target(name, across, down, rate)


def _animation_size(known: Format, options: Options, width: int, height: int) -> tuple[int, int]:
    """Return width and height of an animation: of two sides, one that is not given follows."""
    size = _given_size(options)
    shape = {"width": width, "height": height}
    if not size:
        factor = min(1.0, _USUAL_SIDE / max(width, height))
    else:
        factor = max(value / shape[side] for side, value in size.items())
    sides = {side: size.get(side, value * factor) for side, value in shape.items()}
    if max(sides.values()) > MAX_ANIMATION_SIDE:
        limits = MAX_ANIMATION_SIDE / max(width, height)
        raise FieldsError(
            {
                f"options.{side}": [
                    f"{known.name} has at most {MAX_ANIMATION_SIDE} pixels a side,"
                    f" which is {int(shape[side] * limits)} in this shape."
                ]
                for side in size
            }
        )
    across, down = (max(MIN_SIZE, round(value) // 2 * 2) for value in sides.values())
    return across, down


def _given_size(options: Options) -> dict[str, int]:
    return {side: options[side] for side in ("width", "height") if options.get(side) is not None}


def _is_alike(size: Mapping[str, int], defaults: Options) -> bool:
    """Return whether a size has the shape of the video, and is not larger."""
    width, height = defaults["width"], defaults["height"]
    ratio: float = size["width"] * height / (size["height"] * width)
    return abs(ratio - 1) < _SAME_SHAPE and size["width"] <= width
