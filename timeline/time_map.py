"""The time map: which time of its media a clip shows at a frame of the timeline. Pure.

All times of media that follow from frames, and frames that follow from times of media, are computed
here. `console/static/timeline/placed-clips.js` has the same rules for the page.
"""

import math
from fractions import Fraction
from typing import NamedTuple

from timeline.frames import to_frame

FREEZE = 0  # the speed at which media stand still
NORMAL_SPEED = 1
_JUMP_FRAMES = Fraction(51, 100)  # half a frame, whatever the times were rounded to


class TimeMap(NamedTuple):
    """At frame `begin` of the timeline, the media are at `trim` seconds, and run from there.

    `speed` is how many seconds of the media are shown in one of the timeline.
    """

    begin: int
    trim: float
    fps: Fraction
    speed: float = NORMAL_SPEED

    def media_at(self, frame: int) -> float:
        """Return the time of the media at a frame of the timeline, in seconds."""
        return self.trim + float((frame - self.begin) / self.fps) * self.speed

    def media_frame_at(self, frame: int) -> int:
        """Return the time of the media at a frame, in frames of the timeline's rate.

        Only `trim` is rounded, so that frames that follow each other still do at normal speed.
        """
        passed = math.floor((frame - self.begin) * self.speed + 0.5)
        return to_frame(self.trim, self.fps) + passed

    def frame_of(self, seconds: float) -> int:
        """Return the frame of the timeline that begins nearest to a time of the media.

        Media that stand still are there at once if they are at that time or later, or else never.
        """
        passed = seconds - self.trim
        if self.speed == FREEZE:
            passed = math.copysign(math.inf, passed) if passed else 0.0
        else:
            passed /= self.speed
        return self.begin + to_frame(passed, self.fps)

    def goes_on(self, following: "TimeMap") -> bool:
        """Return whether the media go on in a following map without a jump: they were split there.

        Splits are rounded to frames, so a jump of less than half a frame is none.
        """
        jump = following.trim - self.media_at(following.begin)
        half_a_frame = float(_JUMP_FRAMES / self.fps) * (self.speed or NORMAL_SPEED)
        return following.speed == self.speed and abs(jump) < half_a_frame
