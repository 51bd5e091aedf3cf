"""Plan the jobs that make music and sounds, and those that write down what is spoken."""

from collections.abc import Mapping
from typing import Any

from errors import FieldsError, InvalidError
from generation.lengths import spoken_seconds
from jobs.model import JobSpec
from jobs.planning import JobPlanner
from projects.assets import service as assets
from providers.prompts.music import default_prompt
from storage.errors import NotFoundError

Work = Mapping[str, Any]


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


def plan_transcript(planner: JobPlanner, work: Work, body: Mapping[str, Any]) -> JobSpec:
    """Return the spec of a job that writes down what is spoken in an asset or the reference video.

    Raises InvalidError if there is no such recording, or no provider that could do it.
    """
    asset_id = body.get("assetId")
    if asset_id is not None:
        _check_recording(planner, work, asset_id)
    elif not work["hasReferenceVideo"]:
        raise InvalidError(
            "There is nothing to transcribe",
            "The work has no reference video: upload one, or name an asset (`assetId`).",
        )
    call = planner.call("transcription")
    request = {"kind": body["kind"], "assetId": asset_id}
    return planner.job(body["kind"], request, [call], body)


def _check_recording(planner: JobPlanner, work: Work, asset_id: str) -> None:
    """Raise FieldsError unless an asset may have sound."""
    try:
        asset = assets.document(planner.store, work["projectId"], asset_id)
    except NotFoundError:
        raise FieldsError({"assetId": ["No such asset in the project."]}) from None
    if asset["type"] not in ("audio", "video"):
        found = f"Must be audio or video; this asset is of type {asset['type']}."
        raise FieldsError({"assetId": [found]})
