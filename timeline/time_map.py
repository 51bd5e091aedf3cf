"""The time map: which time of its media a clip shows at a frame of the timeline. Pure.

All times of media that follow from frames, and frames that follow from times of media, are computed
here. `console/static/timeline/time-map.js` has the same rules for the page.
"""

from fractions import Fraction
from typing import NamedTuple

from timeline.frames import to_frame

_JUMP_FRAMES = Fraction(51, 100)  # half a frame, whatever the times were rounded to


class TimeMap(NamedTuple):
    """At frame `begin` of the timeline, the media are at `trim` seconds, and run from there."""

    begin: int
    trim: float
    fps: Fraction

    def media_at(self, frame: int) -> float:
        """Return the time of the media at a frame of the timeline, in seconds."""
        return self.trim + float((frame - self.begin) / self.fps)

    def media_frame_at(self, frame: int) -> int:
        """Return the time of the media at a frame, in frames of the timeline's rate.

        Only `trim` is rounded, so that frames that follow each other still do.
        """
        return to_frame(self.trim, self.fps) + frame - self.begin

    def frame_of(self, seconds: float) -> int:
        """Return the frame of the timeline that begins nearest to a time of the media."""
        return self.begin + to_frame(seconds - self.trim, self.fps)

    def goes_on(self, following: "TimeMap") -> bool:
        """Return whether the media go on in a following map without a jump: they were split there.

        Splits are rounded to frames, so a jump of less than half a frame is none.
        """
        jump = following.trim - self.media_at(following.begin)
        return abs(jump) < float(_JUMP_FRAMES / self.fps)
