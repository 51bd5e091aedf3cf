"""The room on the disk that an export takes: an estimate, and cached segments that go for it."""

import time

from export.plan.plan import Plan
from export.plan.timeline import Timeline
from export.render.segment_cache import SegmentCache
from storage.limits import StorageLimits
from timeline.frames import DEFAULT_FPS

_CHECK_SECONDS = 0.5
# What x264 takes for filmed pictures at the qualities of exports; noise takes ten times as much.
_BITS_PER_PIXEL = 0.2
_SOUND_BYTES = 24_000  # a second
_COPIES = 2  # the parts, and the video that they are joined to


class DiskSpace:
    """The free space on the disk of the data: its reserve is kept, and cached segments go first."""

    def __init__(self, limits: StorageLimits, cache: SegmentCache) -> None:
        self._limits = limits
        self._cache = cache
        self._checked = 0.0

    def make_room(self, size: int = 0) -> None:
        """Remove cached segments until there is room for `size` bytes. Raises ReserveError."""
        while missing := self._limits.missing(size):
            if not self._cache.free(missing):
                break
        self._limits.check_free(size)

    def check(self) -> None:
        """Raise ReserveError if the disk's reserve is being used; to be called often."""
        if time.monotonic() - self._checked > _CHECK_SECONDS:
            self._checked = time.monotonic()
            self.make_room()


def estimated_bytes(timeline: Timeline, plan: Plan | None = None) -> int:
    """Return how much room an export usually takes, temporary files included.

    It is a typical value, for a first check: pictures full of noise take ten times as much, so the
    disk is watched while they are rendered. Before there is a plan, the frame rate of the sources
    counts as 30, and a clip without times as long as an image in its place, or its voice.
    """
    frame = timeline.frame
    fps = float(plan.fps) if plan else timeline.output.fps or DEFAULT_FPS
    seconds = plan.seconds if plan else _usual_seconds(timeline)
    picture = frame.width * frame.height * fps * _BITS_PER_PIXEL / 8
    return int(_COPIES * seconds * (picture + _SOUND_BYTES))


def _usual_seconds(timeline: Timeline) -> float:
    """Return how long the video is, as far as that is known without its media."""
    end = 0.0
    for clip in timeline.clips:
        start = end if clip.start is None else clip.start
        usual = max(clip.still_seconds, clip.least_seconds)
        end = max(end, start + usual if clip.end is None else clip.end)
    last = end if timeline.last is None else min(timeline.last, end)
    return max(last - timeline.first, 0.0)
