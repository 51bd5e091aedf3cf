"""The job that exports a work: it renders, and stores the video."""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from config import Settings
from export import service
from export.cache import SegmentCache, key_of
from export.captions import cues_of
from export.encoding import VERSION, Frame, frame_of
from export.options import (
    check_seconds,
    check_visible,
    estimated_bytes,
    plan_of,
    public_options,
)
from export.overlays import Overlays
from export.plan import Plan
from export.rendering import Progress, Renderer
from export.room import Room
from export.slots import used_scenes
from export.sources import Location, keys, link_all, scene_name
from export.timeline import Timeline
from jobs.run import JobRun
from media.ffmpeg import FFmpegError
from storage.clock import now_ms
from storage.errors import DiskFullError, QuotaError, ReserveError, writing
from storage.ids import new_id
from storage.limits import StorageLimits
from storage.paths import CACHE, WORKING
from storage.store import Store
from storage.trees import remove_tree
from web.errors import ApiError

_REPORT_SECONDS = 0.5  # between writes of the progress


class NoRoomError(ApiError):
    """507: the disk is full."""

    status = 507


class FailedExportError(ApiError):
    """500: FFmpeg could not render the video."""

    status = 500


def find_stored(run: JobRun) -> dict[str, Any] | None:
    """Return the export that a job would make, if it is stored. Raises MissingMediaError."""
    where, timeline = _request(run)
    found = service.find(*where, export_key(where, timeline))
    return service.to_public(found) if found else None


def perform(run: JobRun) -> dict[str, Any]:
    """Job kind `export`: the result is the export, as its list shows it."""
    where, timeline = _request(run)
    try:
        with writing():
            return find_stored(run) or _export(run, where, timeline)
    except QuotaError as exc:
        raise NoRoomError("Storage quota used up", str(exc)) from exc
    except ReserveError as exc:
        raise NoRoomError("There is no room for the export", str(exc)) from exc
    except DiskFullError as exc:
        raise NoRoomError("There is no room for the export", "The server's disk is full.") from exc
    except FFmpegError as exc:
        raise FailedExportError("The video could not be rendered", str(exc)) from exc


def segment_cache(store: Store, settings: Settings) -> SegmentCache:
    """Return the cache of rendered segments."""
    return SegmentCache(store.root, store.disk, settings.export_cache_mb << 20)


def export_key(where: Location, timeline: Timeline) -> str:
    """Return the key of an export: equal for the same timeline, media and options.

    Raises MissingMediaError.
    """
    return _key(timeline, keys(where, timeline))


def _key(timeline: Timeline, media_keys: Mapping[str, str]) -> str:
    return key_of(VERSION, timeline.to_json(), media_keys)


def _export(run: JobRun, where: Location, timeline: Timeline) -> dict[str, Any]:
    limits = StorageLimits(run.store, run.settings)
    cache = segment_cache(run.store, run.settings)
    room = Room(limits, cache)

    def check() -> None:
        run.check_stop()
        room.check()

    check()
    limits.check(run.job["userId"])
    with _working_directory(run) as directory:
        run.report_part(0.0, "Reading the media")
        media = link_all(where, timeline, directory, check)
        key = _key(timeline, {name: each.key for name, each in media.items()})
        facts = {scene: media[scene_name(scene)].facts() for scene in used_scenes(timeline)}
        plan = plan_of(timeline, facts)
        check_seconds(plan.seconds)
        check_visible(plan)
        room.make(estimated_bytes(timeline, plan))
        frame = frame_of(timeline.output, timeline.scale)
        overlays = Overlays(timeline, frame, media, directory, check)
        report = _Reporter(run)
        renderer = Renderer(timeline, plan, media, overlays, directory, cache, check, report.report)
        video = str(directory / "video.mp4")
        poster = str(directory / "poster.jpg")
        try:
            renderer.render(video, poster)
        finally:
            cache.prune()
        export = _document(run, where, timeline, plan, frame, key, os.path.getsize(video))
        size = sum(map(os.path.getsize, (video, poster)))
        with limits.reserve_quota(run.job["userId"], size):
            _store(run, where, export, (video, poster))
    return service.to_public(export)


def _request(run: JobRun) -> tuple[Location, Timeline]:
    """Return what a job exports."""
    assert run.ref.work_ids is not None  # noqa: S101 - only works are exported
    timeline = Timeline.from_json(run.job["request"]["timeline"])
    return Location(run.store, *run.ref.work_ids), timeline


class _Reporter:
    """Writes the progress of a job, a few times a second at most."""

    def __init__(self, run: JobRun) -> None:
        self._run = run
        self._reported = 0.0

    def report(self, progress: Progress) -> None:
        if time.monotonic() - self._reported > _REPORT_SECONDS:
            self._run.report_part(progress.fraction, progress.message)
            self._reported = time.monotonic()


@contextmanager
def _working_directory(run: JobRun) -> Iterator[Path]:
    """Yield an empty directory on the disk of the data, which is removed at the end."""
    directory = run.store.root / CACHE / WORKING / run.ref.id
    remove_tree(directory)  # what the same job left when its process was killed
    directory.mkdir(mode=0o700, parents=True)
    try:
        yield directory
    finally:
        remove_tree(directory)


def _document(
    run: JobRun,
    where: Location,
    timeline: Timeline,
    plan: Plan,
    frame: Frame,
    key: str,
    size: int,
) -> dict[str, Any]:
    return {
        "id": new_id("export"),
        "projectId": where.project_id,
        "workId": where.work_id,
        "jobId": run.ref.id,
        "key": key,
        "width": frame.width,
        "height": frame.height,
        "fps": round(float(plan.fps), 3),
        "duration": round(plan.seconds, 3),
        "size": size,
        "options": public_options(timeline),
        "cues": cues_of(timeline, plan),
        "createdAt": now_ms(),
    }


def _store(run: JobRun, where: Location, export: dict[str, Any], files: tuple[str, str]) -> None:
    """Store an export with its video and its poster: whole or not at all."""
    table = run.store.exports(where.project_id, where.work_id)
    run.check_stop()
    with table.stage(export) as directory:
        media = run.store.staged_media(directory)
        media.adopt(files[0], service.VIDEO, service.VIDEO_TYPE)
        media.adopt(files[1], service.POSTER, service.POSTER_TYPE)
        table.add_directory(export["id"], directory)
