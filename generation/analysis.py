"""Analysing a reference video: the file itself where the model takes one, else frames of it."""

from pathlib import Path

from generation.models import text_model
from generation.texts import answered
from jobs import calls
from jobs.run import Run
from media.ffmpeg import FFmpegError
from media.video import probe, sample_frames
from prompts import analysis
from providers.contract import Clip, Picture, Question
from schemas.answers import load_analysis
from web.errors import BadRequestError
from works.slots import VIDEO_TYPES

REFERENCE = "reference"
_FRAMES = 16


def analyse(run: Run) -> None:
    """Job kind `analysis`."""
    if not calls.is_open(run, "vision"):
        return
    stored = run.files.open(REFERENCE, VIDEO_TYPES)
    path = Path(str(stored.file.name))
    stored.file.close()
    question = _question(run, Clip(path, stored.type))
    answered(run, "vision", question, load_analysis, is_result=True)
    run.files.remove(REFERENCE, VIDEO_TYPES)  # which may be large, and was all that is asked of it


def _question(run: Run, clip: Clip) -> Question:
    request = run.job["request"]
    prompt = request.get("analyzerPrompt")
    duration = probe(clip.path).duration
    if text_model(run, "vision").takes_video:
        return analysis.question(
            request["mode"], analyzer_prompt=prompt, video=clip, duration=duration
        )
    try:
        pictures = sample_frames(clip.path, _FRAMES)
    except FFmpegError as exc:
        reason = "No frame of it could be decoded."
        raise BadRequestError("The video cannot be read", reason) from exc
    step = (duration or 0.0) / len(pictures)
    frames = [(step * (n + 0.5), Picture(data, "image/jpeg")) for n, data in enumerate(pictures)]
    return analysis.question(
        request["mode"], analyzer_prompt=prompt, frames=frames, duration=duration
    )
