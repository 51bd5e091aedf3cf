"""What an export is rendered from: media in a directory, the plan, and room on the disk."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from export.plan.clips import used_media
from export.plan.plan import Plan, make_plan
from export.plan.size_limits import check_plan
from export.plan.sizes import LOSSLESS_SOUND_BYTES, Made, usual_size
from export.plan.targets import MP4, Target
from export.plan.timeline import Timeline
from export.render.batches import Effort, in_pieces
from export.render.burned_captions import caption_middles
from export.render.drawn_overlays import Overlays
from export.render.segment_cache import SegmentCache
from export.sources.held_media import Media, link_all
from export.sources.openers import Location, clip_name
from export.sources.songs import songs_of
from jobs.run import JobRun
from media.processes import Check
from media.streams import exact_rate
from settings.config import Settings
from storage.files.trees import remove_tree
from storage.limits import StorageLimits
from storage.paths import CACHE, WORKING
from storage.store import Store
from timeline.frames import DEFAULT_FPS

_CHECK_SECONDS = 0.5
_COPIES = 2  # the parts, and the video that they are joined to


class Prepared(NamedTuple):
    """A plan, and what its segments show."""

    plan: Plan
    media: Mapping[str, Media]
    overlays: Overlays


def prepare(
    where: Location, timeline: Timeline, directory: Path, check: Check, wait: Check
) -> Prepared:
    """Link the media of a timeline into a directory, and plan its rendering.

    `check` is called often; `wait`, which may take long, when no program runs for the caller.
    Raises MissingMediaError, InvalidError, TooLargeError, DiskFullError, and what both raise.
    """
    media = link_all(where, timeline, directory, check, wait)
    facts = {used: media[clip_name(used)].facts() for used in used_media(timeline)}
    plan = make_plan(timeline, facts, songs_of(where, timeline, media, check, wait))
    check_plan(timeline, plan)
    middles = caption_middles(timeline, plan, check, wait)
    overlays = Overlays(timeline, timeline.frame, media, directory, middles, check, wait)
    return Prepared(in_pieces(plan, Effort(timeline.frame, media)), media, overlays)


def request_of(run: JobRun) -> tuple[Location, Timeline]:
    """Return what a job exports."""
    timeline = Timeline.from_json(run.job["request"]["timeline"])
    return Location(run.store, run.work_ref), timeline


def segment_cache(store: Store, settings: Settings) -> SegmentCache:
    """Return the cache of rendered segments."""
    return SegmentCache(store.root, store.disk, settings.export_cache_mb << 20)


def directory_of(run: JobRun) -> Path:
    """Return the working directory of the node that runs a job, on the disk of the data."""
    return run.store.root / CACHE / WORKING / run.ref.id


@contextmanager
def working_directory(directory: Path) -> Iterator[Path]:
    """Yield this directory, empty; it is removed at the end. Its parent must exist."""
    remove_tree(directory)  # what the same job left when its process was killed
    directory.mkdir(mode=0o700)
    try:
        yield directory
    finally:
        remove_tree(directory)


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
    disk is watched while they are rendered.
    """
    video = _video_to_make(timeline, plan)
    if timeline.is_sound:
        source = int(video.seconds * LOSSLESS_SOUND_BYTES)
    else:
        source = _COPIES * usual_size(video)
    if timeline.target is None:
        return source
    return source + usual_size(_file_to_make(timeline, timeline.target, video))


def _file_to_make(timeline: Timeline, target: Target, video: Made) -> Made:
    """Return what the size of the file follows from that is made of the video."""
    width, height = target.size(timeline.frame)
    fps = float(target.rate(exact_rate(video.fps)))
    return video._replace(format=target.format, width=width, height=height, fps=fps)


def _video_to_make(timeline: Timeline, plan: Plan | None) -> Made:
    """Return what the size of the video follows from, of which another file may be made.

    Before there is a plan, the frame rate of the sources counts as 30, and a clip without times as
    long as an image in its place, or its voice.
    """
    frame = timeline.frame
    fps = float(plan.fps) if plan else timeline.output.fps or DEFAULT_FPS
    seconds = plan.seconds if plan else _usual_seconds(timeline)
    return Made(MP4, frame.width, frame.height, fps, seconds, timeline.output.quality)


def _usual_seconds(timeline: Timeline) -> float:
    """Return how long the video is, as far as that is known without its media."""
    end = 0.0
    for clip in timeline.clips:
        start = end if clip.start is None else clip.start
        usual = max(clip.still_seconds, clip.least_seconds)
        end = max(end, start + usual if clip.end is None else clip.end)
    last = end if timeline.last is None else min(timeline.last, end)
    return max(last - timeline.first, 0.0)
