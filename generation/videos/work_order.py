"""The order of a pipeline for an existing work: its steps, and the calls that they will make."""

from collections.abc import Mapping
from typing import Any

from accounts.requests import request_hash
from errors import FieldsError
from generation.texts import check_assets
from generation.videos import steps
from generation.videos.brief import scene_count_of
from generation.videos.order import chosen_models, with_model_of_role
from generation.videos.speaking import check_voices, speaking
from jobs.kinds import JobKinds
from jobs.model import Call, JobSpec
from jobs.planning import JobPlanner
from schemas.ai import Role
from schemas.new_jobs import IMAGE, PIPELINE, PIPELINE_STEPS
from works.narration import narration_texts

Json = dict[str, Any]
Work = Mapping[str, Any]
Body = Mapping[str, Any]
StepCalls = dict[str, list[Call]]

SCENARIO, SCENES, NARRATION, MUSIC, EXPORT = PIPELINE_STEPS

# The fields of an order that the job of each step gets.
_FIELDS = {
    SCENARIO: ("narration",),
    SCENES: ("sceneIndexes", "redo"),
    NARRATION: ("scenes", "only"),
    MUSIC: ("prompt", "seconds", "instrumental"),
    EXPORT: ("options",),
}
_OF_SCENES = ("sceneIndexes", "scenes")  # fields that name scenes
_REPLACES = "replaces"


def plan_pipeline(planner: JobPlanner, work: Work, body: Body, kinds: JobKinds) -> JobSpec:
    """Return the spec of the job that does several steps for a work; `kinds` do them.

    What a step would be refused for is known now, unless the scenario is still to be written.
    Raises as the plans of these kinds.
    """
    planner = with_model_of_role(planner)
    names = sorted(body["steps"], key=PIPELINE_STEPS.index)
    _check_fields(names, body)
    request = {"kind": PIPELINE, "steps": names, **_given(body, names)}
    request["found"] = {name: found_by(name, work) for name in names if name in _FOUND}
    planned = steps.planned(names)
    if SCENARIO in names:
        calls, request[_REPLACES] = _calls_of_new_scenes(planner, work, request, planned), {}
    else:
        calls, request[_REPLACES] = _calls_of_scenes(planner, work, request, planned, kinds)
    all_calls = [call for listed in calls.values() for call in listed]
    keys = planner.keys(all_calls)
    if SCENARIO in names:
        check_voices(planner, work["projectId"], work, None, calls)
    request["providers"] = chosen_models(all_calls)
    fields = {"steps": planned, "plannedCalls": calls, "childrenToResume": {}, "orderedWith": None}
    return JobSpec(
        *(PIPELINE, planner.user_id, request, [], keys),
        client_request=body,
        parts=len(names),
        child_calls=all_calls,
        fields=fields,
    )


def fields_of(request: Body, name: str) -> Json:
    """Return the fields of an order that the job of a step gets."""
    return {field: request[field] for field in _FIELDS[name] if field in request}


def found_by(name: str, work: Work) -> str | None:
    """Return what tells whether somebody did a step by hand since its order."""
    return _FOUND[name](work)


def _scenes_as_text(work: Work) -> str:
    return request_hash({"scenes": work["scenes"]})


def _audio_url(work: Work) -> str | None:
    url: str | None = work["editorState"].get("audioUrl")
    return url


_FOUND = {SCENARIO: _scenes_as_text, MUSIC: _audio_url}


def _given(body: Body, names: list[str]) -> Json:
    """Return the fields of an order that its steps take."""
    default = {"narration": True} if {SCENARIO, NARRATION} <= {*names} else {}
    fields = sorted({field for name in names for field in _FIELDS[name]})
    return default | {field: body[field] for field in fields if body.get(field) is not None}


def _check_fields(names: list[str], body: Body) -> None:
    """Raise FieldsError for fields that none of the steps takes."""
    errors = {
        field: [f"Only with step `{name}`."]
        for name in (SCENES, EXPORT)
        for field in _FIELDS[name]
        if name not in names and body.get(field) is not None
    }
    if body.get("sceneIndex") is not None:
        errors["sceneIndex"] = ["Only for kind `scene`."]
    if SCENARIO in names:
        told = f"Not with step `{SCENARIO}`, which replaces the scenes."
        errors |= {field: [told] for field in _OF_SCENES if body.get(field)}
    if errors:
        raise FieldsError(errors)


def _calls_of_scenes(
    planner: JobPlanner, work: Work, request: Body, planned: list[steps.Step], kinds: JobKinds
) -> tuple[StepCalls, Json]:
    """Return the calls of the steps, by id, and the files that the first of each may replace."""
    specs = {step["id"]: _plan(planner, work, request, step["name"], kinds) for step in planned}
    known = {step_id: spec for step_id, spec in specs.items() if spec is not None}
    calls = {step_id: spec.calls for step_id, spec in known.items() if spec.calls}
    files = {name: spec.request.get(_REPLACES) for name, spec in known.items() if name in _FIELDS}
    return calls, {name: each for name, each in files.items() if each is not None}


def _plan(
    planner: JobPlanner, work: Work, request: Body, name: str, kinds: JobKinds
) -> JobSpec | None:
    """Return the spec of a step's job as it would be now; None if it is not known yet."""
    if name not in (SCENES, NARRATION, MUSIC):
        return None  # what there is to export is made by the steps before
    fields = fields_of(request, name)
    if name == NARRATION and not (fields.get("scenes") or any(narration_texts(work).values())):
        return None  # it is skipped, unless something is written by then
    return kinds[name].plan_for_work(planner, work, {"kind": name, **fields})


def _calls_of_new_scenes(
    planner: JobPlanner, work: Work, request: Body, planned: list[steps.Step]
) -> StepCalls:
    """Return the calls of the steps, by id, for scenes that the first step is to write."""
    check_assets(planner.store, work)
    speaker = speaking(planner, work["projectId"], work) if NARRATION in request["steps"] else None
    indexes = range(scene_count_of(work))
    pictures = [(role, index) for index in indexes for role in _roles(work, request)]
    calls: StepCalls = {}
    for step in planned:
        name, step_id = step["name"], step["id"]
        if name == SCENARIO:
            calls[step_id] = [planner.call("llm")]
        elif name == SCENES:
            calls[step_id] = [planner.call(role, scene_index=at) for role, at in pictures]
        elif name == NARRATION and speaker is not None:
            calls[step_id] = [speaker.call("speech", scene_index=at) for at in indexes]
        elif name == MUSIC:
            calls[step_id] = [planner.call("music")]
    return calls


def _roles(work: Work, request: Body) -> tuple[Role, ...]:
    """Return the roles that are called for each scene."""
    is_direct = work["selectedAssetIds"] and work["assetUsageMode"] == "direct"
    pictures: tuple[Role, ...] = () if is_direct else ("image",)
    return pictures if request.get("redo") == IMAGE else (*pictures, "video")
