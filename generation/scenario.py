"""Writing a scenario: of a work, which keeps it, or of what a request brings."""

from collections.abc import Callable, Mapping
from typing import Any

from assets import service as assets
from generation.texts import answered
from jobs import calls
from jobs.run import Run
from prompts import scenario
from providers.contract import Question
from schemas.answers import load_scenario
from storage.store import Store
from web.errors import BadRequestError
from works import service as works

Json = dict[str, Any]
Work = Mapping[str, Any]

# What of a brief becomes which part of an intent.
_INTENT = {
    "mode": "mode",
    "product_name": "productName",
    "product_description": "productDescription",
    "target_audience": "targetAudience",
    "language": "language",
    "video_duration": "videoDuration",
    "scene_count": "sceneCount",
}


def write(run: Run) -> None:
    """Job kind `scenario`."""
    if not calls.is_open(run, "llm"):
        return
    if run.ref.owners is None:
        request = run.job["request"]
        _write(run, request["intent"], _of_request(request))
        return
    project_id, work_id = run.ref.owners
    work = run.store.works(project_id).snapshot(work_id).values

    def keep(scenes: list[Json]) -> None:
        works.change(run.store, project_id, work_id, lambda work: work.update(scenes=scenes))

    intent = {key: work[field] for key, field in _INTENT.items()}
    _write(run, intent, _of_work(run.store, work, intent), keep)


def check(store: Store, work: Work) -> None:
    """Raise BadRequestError where assets that the work uses are missing."""
    missing = assets.missing(store, work["projectId"], work["selectedAssetIds"])
    if missing:
        raise BadRequestError(
            "Selected assets are missing",
            {"selectedAssetIds": f"Not in the project any more: {', '.join(missing)}."},
        )


def _of_request(request: Json) -> Question:
    return scenario.question(
        request["intent"],
        analysis=request.get("analysis"),
        system_prompt=request.get("systemPrompt"),
        knowledge=request.get("knowledge"),
        style_guide=request.get("styleGuide"),
    )


def _of_work(store: Store, work: Work, intent: Json) -> Question:
    check(store, work)
    project_id = work["projectId"]
    project = store.projects.snapshot(project_id).values
    return scenario.question(
        intent,
        analysis=work["analysis"],
        system_prompt=work["systemPrompt"],
        knowledge=project["knowledge"],
        style_guide=project["styleGuide"],
        assets=[assets.document(store, project_id, each) for each in work["selectedAssetIds"]],
        direct=work["assetUsageMode"] == "direct",
        resolution=work["resolution"],
    )


def _write(
    run: Run,
    intent: Mapping[str, Any],
    question: Question,
    keep: Callable[[list[Json]], None] | None = None,
) -> None:
    def read(value: Json) -> Json:
        scenes = load_scenario(
            value,
            scene_count=intent.get("scene_count"),
            video_duration=intent.get("video_duration"),
        )
        if keep is not None:
            keep(scenes)
        return {"scenes": scenes}

    answered(run, "llm", question, read, is_result=True)
