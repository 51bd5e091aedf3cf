"""The job that exports a work: it waits for its turn, renders, and stores the video."""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from export import service
from export.cache import SegmentCache, key_of
from export.captions import cues_of
from export.encoding import VERSION, Frame, frame_of
from export.options import check_seconds, estimated_bytes, public_options
from export.overlays import Overlays
from export.plan import EmptyTimelineError, Plan, make_plan
from export.rendering import Progress, Renderer
from export.slots import used_scenes
from export.sources import Location, keys, link_all, scene_name
from export.timeline import Timeline
from jobs.run import JobRun
from jobs.transitions import wait_for_slot
from media.ffmpeg import FFmpegError
from media.limits import MediaBusyError
from storage.clock import now_ms
from storage.errors import DiskFullError, ReserveError, writing
from storage.files import remove_tree
from storage.ids import new_id
from storage.limits import StorageLimits
from storage.locks import FileSemaphore
from storage.paths import CACHE, WORKING
from web.errors import ApiError, BadRequestError, BusyError

_SEMAPHORE = "exports"
_POLL_SECONDS = 0.25
_REPORT_SECONDS = 0.5  # between writes of the progress
_WAITING = "Waiting: another export is running on this machine"


class NoRoomError(ApiError):
    """507: the disk is full."""

    status = 507


class FailedExportError(ApiError):
    """500: FFmpeg could not render the video."""

    status = 500


@contextmanager
def machine_slot(run: JobRun) -> Iterator[None]:
    """Hold the machine's only slot for exports. Raises JobCancelledError, WorkerStoppingError."""
    semaphore = FileSemaphore(run.store.root, 1)
    while (lock := semaphore.try_acquire(_SEMAPHORE)) is None:
        if run.job["progress"]["message"] != _WAITING:
            run.change(lambda job: wait_for_slot(job, _WAITING))
        run.sleep(_POLL_SECONDS)
    try:
        yield
    finally:
        lock.release()


def perform(run: JobRun) -> dict[str, Any]:
    """Job kind `export`: the result is the export, as its list shows it."""
    assert run.ref.work_ids is not None  # noqa: S101 - only works are exported
    where = Location(run.store, *run.ref.work_ids)
    timeline = Timeline.from_json(run.job["request"]["timeline"])
    try:
        with writing():
            return _export(run, where, timeline)
    except ReserveError as exc:
        raise NoRoomError("There is no room for the export", str(exc)) from exc
    except DiskFullError as exc:
        raise NoRoomError("There is no room for the export", "The server's disk is full.") from exc
    except FFmpegError as exc:
        raise FailedExportError("The video could not be rendered", str(exc)) from exc
    except MediaBusyError as exc:
        raise BusyError(str(exc), "Try again later.", 10) from exc
    except EmptyTimelineError as exc:
        raise BadRequestError("Nothing to export", str(exc)) from exc


def export_key(where: Location, timeline: Timeline) -> str:
    """Return the key of an export: equal for the same timeline, media and options.

    Raises MissingMediaError.
    """
    return _key(timeline, keys(where, timeline))


def _key(timeline: Timeline, media_keys: Mapping[str, str]) -> str:
    return key_of(VERSION, timeline.to_json(), media_keys)


def _export(run: JobRun, where: Location, timeline: Timeline) -> dict[str, Any]:
    ids = (where.project_id, where.work_id)
    if found := service.find(where.store, *ids, export_key(where, timeline)):
        return service.to_public(found)
    cache = SegmentCache(run.store.root, run.store.disk, run.settings.export_cache_mb << 20)
    with _working_directory(run) as directory:
        run.report_part(0.0, "Reading the media")
        media = link_all(where, timeline, directory, run.check_stop)
        key = _key(timeline, {name: each.key for name, each in media.items()})
        facts = {scene: media[scene_name(scene)].facts() for scene in used_scenes(timeline)}
        plan = make_plan(timeline, facts)
        check_seconds(plan.seconds)
        StorageLimits(run.store, run.settings).check_free(estimated_bytes(timeline, plan))
        frame = frame_of(timeline.output, timeline.scale)
        overlays = Overlays(timeline, frame, media, directory)
        report = _Reporter(run)
        renderer = Renderer(
            timeline, plan, media, overlays, directory, cache, run.check_stop, report.report
        )
        video = str(directory / "video.mp4")
        poster = str(directory / "poster.jpg")
        try:
            renderer.render(video, poster)
        finally:
            cache.prune()
        export = _document(run, where, timeline, plan, frame, key, os.path.getsize(video))
        _store(run, where, export, (video, poster))
    StorageLimits(run.store, run.settings).count(run.job["userId"], export["size"])
    return service.to_public(export)


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
