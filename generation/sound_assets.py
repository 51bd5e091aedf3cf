"""Job kinds `music` and `sound`: their plans, and the audio asset of the project that they make."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, TypeVar

from generation.audio import Made, make_audio
from generation.lengths import missing_seconds, music_seconds, spoken_seconds
from jobs import call_ends, paid_calls
from jobs.model import COMPLETE, JobSpec
from jobs.paid_calls import Connect
from jobs.planning import JobPlanner
from jobs.run import JobRun
from projects.assets import service as assets
from projects.assets import uploads
from providers.prompts.common import default_prompt
from providers.registry import music_model, sound_model
from providers.sound_contract import Audio, AudioModel, MusicRequest, SoundRequest
from storage.errors import ExistsError, NotFoundError
from storage.media.media_files import EXTENSIONS, IncomingFile, Upload
from storage.paths import derived_id
from timeline.frames import tenths
from works import service as works

Json = dict[str, Any]
R = TypeVar("R")

_MAX_NAME = 60  # characters of an asset's name
_OTHER_MUSIC = (
    "The work got other music while this was made, and keeps it. This is the asset {}: to use it,"
    " make it the music."
)
_REPEATED = "The music is {} seconds shorter than the video, and is repeated (loop)."

Work = Mapping[str, Any]


def make_music(run: JobRun) -> Json:
    """Job kind `music`: the asset also becomes the work's music, unless that was changed since.

    Its length is that of the video, unless another one was ordered; where no model makes music as
    long as that, it is repeated.
    """
    order = run.job["request"]

    def request() -> MusicRequest:
        seconds = order["seconds"] or music_seconds(run)
        return MusicRequest(order["prompt"], seconds, order["instrumental"])

    model = run.model(music_model, "music")
    asset = _make(run, "music", model, lambda: run.model(music_model, "music").compose, request)
    missing = 0.0 if order["seconds"] else missing_seconds(run, asset.get("duration"))
    is_used = _use(run, asset["url"], is_repeated=missing > 0)
    warnings = [] if is_used else [_OTHER_MUSIC.format(asset["id"])]
    if is_used and missing:
        warnings.append(_REPEATED.format(tenths(missing)))
    return _result(asset) | ({"warnings": warnings} if warnings else {})


def make_sound(run: JobRun) -> Json:
    """Job kind `sound`."""
    order = run.job["request"]
    model = run.model(sound_model, "sound")
    request = SoundRequest(order["prompt"], order["seconds"])
    made = _make(run, "sound", model, lambda: run.model(sound_model, "sound").make, lambda: request)
    return _result(made)


def _make(
    run: JobRun,
    call_id: str,
    model: AudioModel[R],
    connect: Connect[R, Audio],
    prepare: Callable[[], R],
) -> Json:
    """Return the asset that a call makes, or made before the process was killed.

    `prepare` returns what to ask for, unless a task for it was submitted before; it may wait.
    """
    store, project_id = run.store, run.work_ref.project_id
    asset_id = derived_id("asset", run.ref.url)

    def place(incoming: IncomingFile, media_type: str, _made: Made) -> None:
        upload = Upload(incoming, media_type, f"{call_id}.{EXTENSIONS[media_type]}", {})
        with suppress(ExistsError):
            uploads.create(store, project_id, upload, _fields(run.job["request"]), asset_id)

    try:
        asset = assets.document(store, project_id, asset_id)
        if run.call(call_id)["state"] not in COMPLETE:
            call_ends.mark_done(run, call_id)
    except NotFoundError:
        if paid_calls.needs_work(run, call_id):
            files = uploads.staging_files(store, project_id)
            is_submitted = run.call(call_id)["state"] == "submitted"
            request = None if is_submitted else prepare()  # not while a permit is held
            make_audio(run, call_id, model, connect, lambda: request or prepare(), files, place)
        asset = assets.document(store, project_id, asset_id)
    return asset


def _fields(order: Mapping[str, Any]) -> Json:
    """Return the fields of an asset that was made for an order."""
    prompt = " ".join(order["prompt"].split())
    name = order.get("name") or prompt
    short = name if len(name) <= _MAX_NAME else f"{name[: _MAX_NAME - 1].rstrip()}…"
    return {"name": short, "description": prompt, "tags": [order["kind"]]}


def _use(run: JobRun, url: str, *, is_repeated: bool) -> bool:
    """Make an asset the work's music, unless it got other music since the job was ordered.

    It is repeated if it is too short, or the end of the video would be without music.
    """
    loop = {"audioLoop": True} if is_repeated else {}
    before, is_used = run.job["request"]["audioUrl"], False

    def mutate(work: works.Work) -> None:
        nonlocal is_used
        run.check_owner()
        timeline = work["editorState"]
        is_used = timeline.get("audioUrl") in (before, url)
        if is_used:
            work["editorState"] = {**timeline, "audioUrl": url, **loop}

    works.change(run.store, run.work_ref, mutate)
    return is_used


def _result(asset: Mapping[str, Any]) -> Json:
    return {"assetId": asset["id"], "url": asset["url"]}


def plan_music(planner: JobPlanner, work: Work, body: Mapping[str, Any]) -> JobSpec:
    """Return the spec of a job that makes music for the video, by default as long as that.

    Raises InvalidError for a timeline that was emptied.
    """
    style_guide = planner.store.projects.snapshot(work["projectId"]).values["styleGuide"]
    instrumental, seconds = body.get("instrumental"), body.get("seconds")
    if seconds is None:
        spoken_seconds(planner.store, work)  # raises here rather than in the job
    request = {
        "kind": body["kind"],
        "prompt": body.get("prompt") or default_prompt(work, style_guide),
        "name": None if body.get("prompt") else f"Music for {work['name']}",
        "seconds": seconds,
        "instrumental": True if instrumental is None else instrumental,
        "audioUrl": work["editorState"].get("audioUrl"),
    }
    calls = [planner.call("music")]
    return planner.job(body["kind"], request, calls, body)


def plan_sound(planner: JobPlanner, _work: Work, body: Mapping[str, Any]) -> JobSpec:
    """Return the spec of a job that makes a sound effect."""
    request = {name: body[name] for name in ("kind", "prompt", "seconds")}
    calls = [planner.call("sound")]
    return planner.job(body["kind"], request, calls, body)
