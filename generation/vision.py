"""Vision models: the analysis of a reference video, and descriptions of assets."""

from functools import partial
from pathlib import Path
from typing import Any

from errors import BusyError, InvalidError, MissingError, ServiceError, TooLargeError
from generation.texts import ask_and_parse
from jobs import call_ends, paid_calls
from jobs.concurrency import run_concurrently
from jobs.failures import Kind
from jobs.model import CallFailedError, JobInterruptedError
from jobs.run import JobRun
from media.ffmpeg import FFmpegError
from media.images import ImageTooLargeError
from media.limits import MediaBusyError
from media.thumbnails import scaled_jpeg
from media.video import probe, sample_frames
from projects.assets import service as assets
from providers.contract import Clip, Picture, Question
from providers.prompts.answers import load_analysis, load_description
from providers.prompts.style import analysis_question, description_question
from providers.registry import text_model
from storage.errors import NotFoundError
from works import service as works
from works.slots import VIDEO_TYPES

Json = dict[str, Any]

REFERENCE = "reference"  # the media slot for the video to analyse, of a job and of a work

_FRAMES = 16
_MAX_SIDE = 1536  # pixels; vision models scale larger images down


def analyze_video(run: JobRun) -> None:
    """Job kind `analysis`: of the video if the model takes video, else of sampled frames.

    It is a work's reference video, whose analysis is stored with the work, or a request's.
    """
    if not paid_calls.needs_work(run, "vision"):
        return
    if run.ref.work_ref is None:
        files, parse = run.files, load_analysis
    else:
        files, parse = run.store.work_media(run.ref.work_ref), partial(_store_analysis, run)
    stored = files.open(REFERENCE, VIDEO_TYPES)
    path = Path(str(stored.file.name))
    stored.file.close()
    try:
        question = _question_for_video(run, Clip(path, stored.media_type))
    except MediaBusyError as exc:
        raise _busy(exc) from None
    ask_and_parse(run, "vision", question, parse, is_result=True)
    if run.ref.work_ref is None:
        run.files.remove(REFERENCE, VIDEO_TYPES)  # it may be large, and is no longer needed


def describe_assets(run: JobRun) -> Json:
    """Job kind `descriptions`: the result has a description or an error for each asset."""
    asset_ids: list[str] = run.job["request"]["assetIds"]
    results: dict[str, Json] = {}

    def describe(position: int, asset_id: str) -> None:
        results[asset_id] = _describe_asset(run, f"vision-{position}", asset_id)

    tasks = [partial(describe, *each) for each in enumerate(asset_ids)]
    run_concurrently(tasks, run.settings.provider_concurrency, run.threads)
    return {"results": [results[asset_id] for asset_id in asset_ids]}


def check_is_image(asset: Json) -> None:
    """Raise InvalidError for an asset that is not an image."""
    if asset["type"] != "image":
        details = f"The asset is of type {asset['type']}."
        raise InvalidError("Only images can be described", details)


def _store_analysis(run: JobRun, value: Json) -> Json:
    """Parse an analysis and store it with the work of the job. Raises AnswerError."""
    analysis = load_analysis(value)
    works.change(run.store, run.work_ref, lambda work: work.update(analysis=analysis))
    return analysis


def _question_for_video(run: JobRun, clip: Clip) -> Question:
    request = run.job["request"]
    mode, prompt = request["mode"], request.get("analyzerPrompt")
    duration = probe(clip.path).duration
    if run.model(text_model, "vision").takes_video:
        return analysis_question(mode, analyzer_prompt=prompt, video=clip, duration=duration)
    try:
        pictures = sample_frames(clip.path, _FRAMES)
    except FFmpegError as exc:
        run.check_stop()  # a stop may end FFmpeg as well
        details = "None of its frames could be decoded."
        raise InvalidError("The video cannot be read", details) from exc
    step = (duration or 0.0) / len(pictures)
    frames = [(step * (n + 0.5), Picture(data, "image/jpeg")) for n, data in enumerate(pictures)]
    return analysis_question(mode, analyzer_prompt=prompt, frames=frames, duration=duration)


def _describe_asset(run: JobRun, call_id: str, asset_id: str) -> Json:
    project_id = run.job["request"]["projectId"]
    try:
        asset = assets.document(run.store, project_id, asset_id)
        if not paid_calls.needs_work(run, call_id):
            return {"assetId": asset_id, "description": asset.get("description") or ""}
        question = description_question(_picture_of(run, asset), name=asset["name"])

        def parse(value: Json) -> str:
            text = load_description(value)
            assets.set_description(run.store, project_id, asset_id, text)
            return text

        text = ask_and_parse(run, call_id, question, parse)
        return {"assetId": asset_id, "description": text}
    except CallFailedError as exc:
        return {"assetId": asset_id, "error": str(exc)}
    except JobInterruptedError as exc:  # deleted meanwhile: it is kept until that is restored
        return {"assetId": asset_id, "error": str(exc)}
    except NotFoundError:
        return _not_described(run, call_id, asset_id, "No such asset", MissingError)
    except ServiceError as exc:
        return _not_described(run, call_id, asset_id, exc.message, type(exc))


def _not_described(run: JobRun, call_id: str, asset_id: str, error: str, kind: Kind) -> Json:
    call_ends.mark_call_failed(run, call_id, error, kind, by_provider=False)
    return {"assetId": asset_id, "error": error}


def _picture_of(run: JobRun, asset: Json) -> Picture:
    """Return an asset's image, scaled for a model. Raises InvalidError, TooLargeError."""
    check_is_image(asset)
    stored = assets.open_file(run.store, asset["projectId"], asset["id"])
    stored.file.close()
    try:
        data = scaled_jpeg(str(stored.file.name), _MAX_SIDE)
    except ImageTooLargeError as exc:
        run.check_stop()  # a stop may end the decoder as well
        raise TooLargeError(str(exc)) from None
    except MediaBusyError as exc:
        raise _busy(exc) from None
    if data is None:
        raise InvalidError("The image cannot be read", "It may be damaged, or too large.")
    return Picture(data, "image/jpeg")


def _busy(exc: MediaBusyError) -> BusyError:
    return BusyError(str(exc), "Try again, or resume the job.", 10)
