"""The job that exports a work: its kind and plan, and how it renders and stores the video.

Exports run one at a time on a machine: jobs/machine_turns.py says whose turn it is. Other nodes
help to render.
"""

import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from errors import FailedError, NoRoomError
from export import service
from export.assistance import assist, helpers_of
from export.plan.captions import cues_of
from export.plan.clips import used_media
from export.plan.from_work import content_of, known_sources
from export.plan.options import public_options
from export.plan.plan import Plan
from export.plan.size_limits import check_size, check_window
from export.plan.targets import FORMATS, Target
from export.plan.timeline import Timeline
from export.plan.voice_cuts import cut_voices
from export.render.encoding import VERSION
from export.render.preparation import (
    DiskSpace,
    directory_of,
    estimated_bytes,
    prepare,
    request_of,
    segment_cache,
    working_directory,
)
from export.render.target_files import VIDEO_SHARES, TargetFile
from export.render.video import Progress, Renderer
from export.sources.held_media import Media
from export.sources.openers import Location, clip_name, keys, stored_timeline
from jobs.concurrency import check_others
from jobs.kinds import JobKind
from jobs.model import FINISHED, JobRef, JobSpec
from jobs.planning import JobPlanner
from jobs.requests import list_newest
from jobs.run import JobRun
from media.clip_measures import measures_of
from media.digests import key_of
from media.ffmpeg import FFmpegError, version
from media.limits import StoppedError
from media.overlays import fonts_version
from media.streams import Streams
from storage.errors import (
    DiskFullError,
    NotFoundError,
    QuotaError,
    ReserveError,
    StorageError,
    writing,
)
from storage.limits import StorageLimits
from storage.paths import WorkRef, jobs_of_work, new_id
from storage.store import Store
from works import work_media

_REPORT_SECONDS = 0.5  # between writes of the progress
_STOP_SECONDS = 1.0  # until this process is told to stop as well, if its programs were

KIND = "export"
_PARTS = 100  # of the progress
_MAX_UNFINISHED = 20  # of a user
_ACTIVE_JOBS = 50  # of a work that are compared with a request at most
_WAITING = "Waiting: another export is running on this machine"


def find_stored(run: JobRun) -> dict[str, Any] | None:
    """Return the export that a job would make, if it is stored. Raises MissingMediaError."""
    where, timeline = request_of(run)
    found = service.find(*where, export_key(where, timeline))
    if found is None:
        return None
    service.note_content(run.store, found, run.job["request"].get("content"))
    return service.to_public(found)


def perform(run: JobRun) -> dict[str, Any]:
    """Job kind `export`: the result is the export, as its list shows it."""
    where, timeline = request_of(run)
    try:
        with writing():
            return find_stored(run) or _export(run, where, timeline)
    except QuotaError as exc:
        raise NoRoomError("Storage quota used up", str(exc)) from exc
    except ReserveError as exc:
        raise NoRoomError("There is no room for the export", str(exc)) from exc
    except DiskFullError as exc:
        raise NoRoomError("There is no room for the export", "The server's disk is full.") from exc
    except StoppedError as exc:
        run.sleep(_STOP_SECONDS)
        reason = f"{exc}. Resume the job: what was rendered is kept."
        raise FailedError("The video could not be rendered", reason) from exc
    except FFmpegError as exc:
        raise FailedError("The video could not be rendered", str(exc)) from exc


def export_key(where: Location, timeline: Timeline) -> str:
    """Return the key of an export: equal for the same timeline, media and options.

    Raises MissingMediaError.
    """
    return _key(timeline, keys(where, timeline))


def _key(timeline: Timeline, media_keys: Mapping[str, str]) -> str:
    """Return the key of a timeline, as the current programs and fonts render it."""
    try:
        program = version()
    except FFmpegError:  # it cannot be started, as the job will say
        program = ""
    return key_of(VERSION, program, fonts_version(), timeline.to_json(), media_keys)


def _export(run: JobRun, where: Location, timeline: Timeline) -> dict[str, Any]:
    limits = StorageLimits(run.store, run.settings)
    cache = segment_cache(run.store, run.settings)
    space = DiskSpace(limits, cache)

    def check() -> None:
        run.check_stop()
        space.check()
        check_others()

    def wait() -> None:
        check()
        run.turn.wait()

    check()
    limits.check(run.storage_owner)
    run.store.disk.make_directory(directory_of(run).parent)
    with working_directory(directory_of(run)) as directory:
        run.report_part(0.0, "Reading the media")
        plan, media, overlays = prepare(where, timeline, directory, check, wait)
        _correct_measures(where, timeline, media)
        key = _key(timeline, {name: each.key for name, each in media.items()})
        space.make_room(estimated_bytes(timeline, plan))
        reporter = _Reporter(run, timeline.target)
        helpers = helpers_of(run)
        report = reporter.report
        renderer = Renderer(
            timeline,
            plan,
            media,
            overlays,
            directory,
            cache,
            check,
            report,
            helpers,
            run.turn,
            run.store.disk.sync_path,
            where.number_of,
        )
        poster = str(directory / "poster.jpg")
        try:
            file = _make(renderer, poster, reporter)
        finally:
            cache.prune()
        export = _document(run, where, timeline, plan, key, os.path.getsize(file))
        _store(run, where, export, limits, (file, poster))
    return service.to_public(export)


def _make(renderer: Renderer, poster: str, reporter: "_Reporter") -> str:
    """Write the file that is exported, and a picture of the video; return the file's path."""
    timeline, directory = renderer.timeline, renderer.directory
    if timeline.is_sound:
        made = renderer.render_sound(poster)
    else:
        made = str(directory / "video.mp4")
        renderer.render(made, poster)
    if timeline.target is None:
        return made
    file = TargetFile(
        timeline.target,
        renderer.plan,
        timeline.frame,
        timeline.output.quality,
        timeline.tags,
        directory,
        renderer.run,
        reporter.begin_target(timeline.target),
    )
    return file.make(made)


def _correct_measures(where: Location, timeline: Timeline, media: Mapping[str, Media]) -> None:
    """Tell the work how long its clips are, if it has not been known since they were stored."""
    scenes = [used for used in used_media(timeline) if isinstance(used, int)]
    clips = {
        scene: (each.key, measures_of(Streams(each.video, each.audio)))
        for scene in scenes
        if (each := media[clip_name(scene)]).video is not None
    }
    with suppress(StorageError):  # it is not needed for the export
        work_media.correct_measures(where.store, where.ref, clips)


class _Reporter:
    """Writes the progress of a job, a few times a second at most."""

    def __init__(self, run: JobRun, target: Target | None) -> None:
        self._run = run
        self._share = 1.0 if target is None else VIDEO_SHARES[target.format]
        self._reported = 0.0

    def report(self, describe: Callable[[], Progress]) -> None:
        """Report how far the video is, or the sound of a file without pictures."""
        self._report(lambda: describe().of(self._share))

    def begin_target(self, target: Target) -> Callable[[float], None]:
        """Report at once that a file is made of it; return what reports how far that is."""
        self._reported = 0.0
        report = partial(self._report_target, FORMATS[target.format].name)
        report(0)
        return report

    def _report_target(self, name: str, fraction: float) -> None:
        done = self._share + (1 - self._share) * fraction
        self._report(lambda: Progress(done, f"Making the file: {name}"))

    def _report(self, describe: Callable[[], Progress]) -> None:
        if time.monotonic() - self._reported > _REPORT_SECONDS:
            self._run.report_part(*describe())
            self._reported = time.monotonic()


def _document(
    run: JobRun,
    where: Location,
    timeline: Timeline,
    plan: Plan,
    key: str,
    size: int,
) -> dict[str, Any]:
    (width, height, _), fps = timeline.frame, plan.fps
    if timeline.target is not None:
        width, height = timeline.target.size(timeline.frame)
        fps = timeline.target.rate(fps)
    warnings = cut_voices(plan, where.number_of)
    return {
        "id": new_id("export"),
        "projectId": where.ref.project_id,
        "workId": where.ref.work_id,
        "jobId": run.ref.id,
        "key": key,
        "width": width,
        "height": height,
        "fps": round(float(fps), 3),
        "duration": round(plan.seconds, 3),
        "size": size,
        "options": public_options(timeline),
        **({"warnings": warnings} if warnings else {}),
        "cues": cues_of(timeline, plan),
        "content": run.job["request"].get("content"),
        "createdAt": service.next_time(where.store, where.ref),
    }


def _store(
    run: JobRun,
    where: Location,
    export: dict[str, Any],
    limits: StorageLimits,
    files: tuple[str, str],
) -> None:
    """Store an export with its video and its poster: whole or not at all.

    The files are made durable before the user's quota is looked at, as that takes long.
    """
    table = run.store.exports(where.ref)
    run.check_stop()
    for path in files:
        run.store.disk.sync_path(path)
    size = sum(map(os.path.getsize, files))
    with table.stage(export) as directory:
        media = run.store.staged_media(directory)
        with limits.reserve_quota(run.storage_owner, size):
            media.move_in(files[0], service.VIDEO, service.type_of(export), ())
            media.move_in(files[1], service.POSTER, service.POSTER_TYPE, ())
        table.add_directory(export["id"], directory)


def plan_work_export(
    planner: JobPlanner, work: Mapping[str, Any], body: Mapping[str, Any]
) -> JobSpec:
    """Return the spec of a job that exports a work as it is stored now.

    Raises FieldsError, InvalidError, TooLargeError, MissingMediaError, ReserveError.
    """
    timeline = stored_timeline(planner.store, work, body.get("options") or {})
    where = Location(planner.store, WorkRef.of(work))
    return plan_export(planner, where, timeline, body, content_of(work))


def plan_export(
    planner: JobPlanner,
    where: Location,
    timeline: Timeline,
    client_request: Mapping[str, Any],
    content: str | None = None,
) -> JobSpec:
    """Return the spec of a job that exports a timeline; `content` is that of its work.

    Raises as `plan_work_export`.
    """
    check_size(timeline)
    plan = check_window(timeline, known_sources(where.store.work(where.ref).values))
    key = export_key(where, timeline)
    store, settings = planner.store, planner.settings
    space = DiskSpace(StorageLimits(store, settings), segment_cache(store, settings))
    space.make_room(estimated_bytes(timeline, plan))
    request = {"kind": KIND, "key": key, "timeline": timeline.to_json(), "content": content}
    return JobSpec(
        KIND,
        planner.user_id,
        request,
        [],
        client_request=client_request,
        parts=_PARTS,
    )


def running_job(where: Location, key: str) -> JobRef | None:
    """Return the unfinished job that exports the same timeline and media, if there is one."""
    collection = jobs_of_work(where.ref)
    for job in list_newest(where.store, collection, {"limit": _ACTIVE_JOBS}).items:
        if job["state"] not in FINISHED and job["request"].get("key") == key:
            return JobRef(collection, job["id"])
    return None


class _Export(JobKind):
    name = KIND
    scope = "works:write"
    max_unfinished = _MAX_UNFINISHED
    turn_message = _WAITING
    can_assist = True
    plan_for_work = staticmethod(plan_work_export)
    perform = staticmethod(perform)
    assist = staticmethod(assist)

    def find_result(self, run: JobRun) -> dict[str, Any] | None:
        return find_stored(run)

    def has_result(self, store: Store, job: Mapping[str, Any]) -> bool:
        try:
            service.get(store, WorkRef.named_in(job), job["result"]["id"])
        except NotFoundError:
            return False
        return True

    def made_export(self, _store: Store, job: Mapping[str, Any]) -> Mapping[str, Any] | None:
        result: Mapping[str, Any] | None = job["result"]
        return result if job["state"] == "succeeded" else None


KINDS = {KIND: _Export()}
