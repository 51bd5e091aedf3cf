"""An exported video: what it shows, and what is heard, at a time."""

from functools import cached_property
from pathlib import Path

import numpy as np

from tests.console.journeys import media
from tests.export import measure, sound
from tests.export.measure import Box, Frame
from tests.export.sound import Sound

_NEAR = 30  # levels by which a colour may differ


class Film:
    """The frames and the sound of a video file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.frames = list(measure.frames(path))
        self.height, self.width, _ = self.frames[0].shape

    @property
    def seconds(self) -> float:
        return len(self.frames) / media.FPS

    @cached_property
    def sound(self) -> Sound:
        return sound.read(self._path)

    def frame(self, time: float) -> Frame:
        """Return the frame that is shown at a time."""
        return self.frames[int(time * media.FPS + 0.5)]

    def color(self, time: float, box: Box | None = None) -> tuple[float, float, float]:
        """Return the mean colour of a box of the frame, by default of its middle."""
        return measure.mean_color(self.frame(time), box or self.box(0.4, 0.4, 0.6, 0.6))

    def shown(self, time: float, box: Box | None = None) -> str:
        """Return the name of the colour in a box, or the levels of another one."""
        found = self.color(time, box)
        for name, color in media.COLORS.items():
            if max(abs(a - b) for a, b in zip(color, found, strict=True)) < _NEAR:
                return name
        return str(tuple(round(level) for level in found))

    def order(self, step: float = 0.1) -> list[str]:
        """Return the names of the colours that follow each other in the middle of the frame."""
        names = [self.shown(number * step) for number in range(int(self.seconds / step))]
        return [name for name, before in zip(names, ["", *names], strict=False) if name != before]

    def media_time(self, time: float) -> float:
        """Return the time of the clip that is shown, by its mark."""
        scale = self.height / media.FRAME[1]
        top = round((media.MARK_TOP + media.MARK_HEIGHT / 4) * scale)
        rows = self.frame(time)[top : top + round(media.MARK_HEIGHT / 2 * scale)]
        columns = np.nonzero((rows.min(axis=2) > 128).any(axis=0))[0]
        assert columns.size, f"no mark at {time} s"
        return media.time_of_mark((columns.min() + columns.max() + 1) / 2 / scale)

    def tone(self, name: str, start: float, end: float) -> float:
        """Return how loud the tone of a clip is, in dB."""
        return sound.tone(self.sound.between(start, end), media.TONES[name])

    def music(self, start: float, end: float) -> float:
        """Return how loud the music is, in dB."""
        return sound.tone(self.sound.between(start, end), media.MUSIC_TONE)

    def box(self, left: float, top: float, right: float, bottom: float) -> Box:
        """Return a part of the frame, given in shares of its sides."""
        across, down = self.width, self.height
        return Box(*map(round, (left * across, top * down, right * across, bottom * down)))


def middle(box: Box | None) -> tuple[float, float]:
    """Return the middle of a box. There is one."""
    assert box is not None
    return (box.left + box.right) / 2, (box.top + box.bottom) / 2
