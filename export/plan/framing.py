"""What part of its picture a view shows: a crop, and a window that moves over it."""

from collections.abc import Mapping
from dataclasses import astuple
from typing import Any, NamedTuple

from marshmallow import ValidationError

from errors import FieldsError
from export.plan.timeline import Clip
from schemas.strict import StrictObject
from schemas.text_looks import MotionField, WindowField
from timeline.framing import WHOLE, Motion, Window, motion_of, window_of

_STILL = Window(0, 0, 0, 0)  # the step of a window that does not move
_DIGITS = 9  # of shares: what computing with floats may differ by is less
_SAME = 1e-9


class Framing(NamedTuple):
    """A crop, the window in it at the first frame, and by how much it changes with each frame.

    `nearest` is the width of the smallest window that the clip shows.
    """

    crop: Window
    window: Window
    step: Window
    nearest: float

    @property
    def moves(self) -> bool:
        """Return whether the window moves."""
        return self.step != _STILL

    def after(self, frames: int) -> "Framing":
        """Return the framing that begins `frames` frames later."""
        return self._replace(window=self.window.plus(self.step, frames))

    def is_same(self, other: "Framing | None") -> bool:
        """Return whether another framing shows the same, from the same frame on."""
        return other is not None and all(
            abs(one - another) < _SAME
            for one, another in zip(self.values, other.values, strict=True)
        )

    @property
    def key(self) -> list[float]:
        """What is shown: a part of the keys of rendered segments."""
        return [round(value, _DIGITS) for value in self.values]

    @property
    def values(self) -> list[float]:
        """All numbers of it."""
        windows = (self.crop, self.window, self.step)
        return [*(value for each in windows for value in astuple(each)), self.nearest]


def stored_crop(action: Mapping[str, Any], path: str) -> Window | None:
    """Return the crop of a stored clip. Raises FieldsError with its path."""
    crop = _checked(WindowField(), action.get("crop"), f"{path}.crop")
    return None if crop is None else window_of(crop)


def stored_motion(action: Mapping[str, Any], path: str) -> Motion | None:
    """Return the motion of a stored clip. Raises FieldsError with its path."""
    motion = _checked(MotionField(), action.get("motion"), f"{path}.motion")
    return None if motion is None else motion_of(motion)


def _checked(field: StrictObject, value: Any, path: str) -> Any:
    try:
        return None if value is None else field.deserialize(value)
    except ValidationError as exc:
        raise FieldsError({path: exc.messages}) from exc


def framing_of(clip: Clip, frames: int, passed: int) -> Framing | None:
    """Return the framing of a clip of `frames` frames, from `passed` on; None if it shows all."""
    crop = clip.crop or WHOLE
    if clip.motion is None:
        return None if crop == WHOLE else Framing(crop, WHOLE, _STILL, 1)
    begin, end = clip.motion.begin, clip.motion.end
    if begin == end:
        return Framing(begin.within(crop), WHOLE, _STILL, 1)
    step = _STILL.plus(end, 1 / frames).plus(begin, -1 / frames)
    return Framing(crop, clip.motion.at(passed / frames), step, min(begin.width, end.width))
