"""Texts written by language models: scenarios, shorter or longer narration, style guides."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from errors import InvalidError, UpstreamError
from generation.cast import cast_of, with_cast
from generation.photos import fill_scenes
from jobs import call_ends, paid_calls
from jobs.run import JobRun
from outbound import fetch
from projects.assets import service as assets
from providers.contract import Question
from providers.prompts import narration, scenario, style
from providers.prompts.answers import (
    AnswerError,
    load_product_info,
    load_scenario,
    load_style_guide,
    scenario_warnings,
)
from providers.registry import text_model
from storage.store import Store
from works import service as works
from works.narration import narration_texts

Json = dict[str, Any]
Work = Mapping[str, Any]

T = TypeVar("T", str, Json)

_MAX_PAGE_BYTES = 5 << 20
_PAGE_SECONDS = 20.0

# The fields of an intent, and the work's fields that they are taken from.
_INTENT = {
    "mode": "mode",
    "product_name": "productName",
    "product_description": "productDescription",
    "target_audience": "targetAudience",
    "language": "language",
    "video_duration": "videoDuration",
    "scene_count": "sceneCount",
}


def ask_and_parse(
    run: JobRun,
    call_id: str,
    question: Question,
    parse: Callable[[Json], T],
    *,
    is_result: bool = False,
) -> T:
    """Ask a language or vision model; return its answer as `parse` converts (and stores) it.

    `is_result` makes it the job's result as well. Raises CallFailedError, also for an answer that
    `parse` rejects.
    """
    reply = paid_calls.submit(
        run, call_id, lambda: question, lambda: run.model(text_model, call_id).answer
    )
    with paid_calls.keeping(run, call_id, reply):
        try:
            value = run.retry_while_disk_full(lambda: parse(reply.value))
        except AnswerError as exc:
            reason = f"The model's answer cannot be used: {exc}"
            raise call_ends.mark_call_failed(run, call_id, reason, UpstreamError) from exc
        result = value if is_result and isinstance(value, dict) else None
        call_ends.mark_done(run, call_id, reply.usage, result)
    return value


def rewrite_narration(run: JobRun) -> None:
    """Ask for what a scene says in another number of words; nothing is stored but the result."""
    if not paid_calls.needs_work(run, "llm"):
        return
    order = run.job["request"]
    question = narration.question(order["text"], order["words"], run.work.get("language"))
    ask_and_parse(run, "llm", question, narration.load_rewrite, is_result=True)


def write_scenario(run: JobRun) -> None:
    """Job kind `scenario`: for a work, whose scenes it replaces, or for a request."""
    is_open = paid_calls.needs_work(run, "llm")
    if run.ref.work_ref is not None:
        if is_open:
            _write_scenes(run)
        fill_scenes(run)
    elif is_open:
        request = run.job["request"]
        _write_scenario(run, request["intent"], _question_for_request(request))


def extract_style(run: JobRun) -> None:
    """Job kind `style_guide`: extracted from a text or a web page."""
    if not paid_calls.needs_work(run, "llm"):
        return
    request = run.job["request"]
    if "text" in request:
        question, parse = style.text_question(request["text"]), _parse_style
    else:
        question = _question_for_page(run, request)
        parse = _parse_style_and_product if request["includeProductInfo"] else _parse_style
    ask_and_parse(run, "llm", question, parse, is_result=True)


def check_assets(store: Store, work: Work) -> None:
    """Raise InvalidError if selected assets of the work are missing."""
    missing = assets.missing(store, work["projectId"], work["selectedAssetIds"])
    if missing:
        raise InvalidError(
            "Selected assets are missing",
            {"selectedAssetIds": f"No longer in the project: {', '.join(missing)}."},
        )


def _write_scenes(run: JobRun) -> None:
    work = run.work
    cast = cast_of(run.store, work)

    def store_scenes(scenes: list[Json]) -> None:
        works.change(run.store, run.work_ref, lambda work: work.update(scenes=scenes))

    intent = {key: work[field] for key, field in _INTENT.items()}
    if _is_narrated(run.job["request"], work):
        intent["narration"] = True
    question = _question_for_work(run.store, work, intent, cast)
    _write_scenario(run, intent, question, store_scenes, cast)


def _is_narrated(request: Json, work: Work) -> bool:
    """Return whether a scenario says what is spoken: as the request says, else as the work has it.

    Prompts for works without sound are as they always were.
    """
    chosen: bool | None = request.get("narration")
    if chosen is not None:
        return chosen
    return work.get("sound") is not None or any(narration_texts(work).values())


def _question_for_request(request: Json) -> Question:
    return scenario.question(
        request["intent"],
        analysis=request.get("analysis"),
        system_prompt=request.get("systemPrompt"),
        knowledge=request.get("knowledge"),
        style_guide=request.get("styleGuide"),
    )


def _question_for_work(store: Store, work: Work, intent: Json, cast: Sequence[Json]) -> Question:
    check_assets(store, work)
    project_id = work["projectId"]
    project = store.projects.snapshot(project_id).values
    return scenario.question(
        intent,
        analysis=work["analysis"],
        system_prompt=work["systemPrompt"],
        knowledge=project["knowledge"],
        style_guide=project["styleGuide"],
        assets=[assets.document(store, project_id, each) for each in work["selectedAssetIds"]],
        cast=cast,
        direct=work["assetUsageMode"] == "direct",
        resolution=work["resolution"],
    )


def _write_scenario(
    run: JobRun,
    intent: Mapping[str, Any],
    question: Question,
    store_scenes: Callable[[list[Json]], None] | None = None,
    cast: Sequence[Json] = (),
) -> None:
    def parse(value: Json) -> Json:
        count = intent.get("scene_count")
        duration = intent.get("video_duration")
        scenes = load_scenario(
            value,
            scene_count=count,
            video_duration=duration,
            narration=bool(intent.get("narration")),
            cast=bool(cast),
        )
        if cast:
            scenes = [with_cast(scene, cast) for scene in scenes]
        if store_scenes is not None:
            store_scenes(scenes)
        warnings = scenario_warnings(scenes, count)
        return {"scenes": scenes, "warnings": warnings} if warnings else {"scenes": scenes}

    ask_and_parse(run, "llm", question, parse, is_result=True)


def _question_for_page(run: JobRun, request: Json) -> Question:
    from outbound import page  # slow to import: an HTML parser

    run.report(f"Reading {request['url']}")
    fetched = fetch.get(
        request["url"],
        max_bytes=_MAX_PAGE_BYTES,
        seconds=_PAGE_SECONDS,
        check=run.check_stop,
    )
    content = page.read(fetched.data, fetched.content_type)
    if not (content.text or content.description):
        raise InvalidError("The page has no text", "It may need JavaScript to show its content.")
    with_product: bool = request["includeProductInfo"]
    return style.page_question(content, mode=request["mode"], product_info=with_product)


def _parse_style(value: Json) -> Json:
    return {"styleGuide": load_style_guide(value)}


def _parse_style_and_product(value: Json) -> Json:
    return {"styleGuide": load_style_guide(value), "productInfo": load_product_info(value)}
