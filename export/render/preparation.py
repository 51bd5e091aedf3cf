"""What an export is rendered from, and where: its media, linked into a directory, and the plan."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from export.plan.clips import used_media
from export.plan.plan import Plan, make_plan
from export.plan.size_limits import check_plan
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
from settings.config import Settings
from storage.files.trees import remove_tree
from storage.paths import CACHE, WORKING
from storage.store import Store


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
