"""Tools whose calls may cost money, in two steps: see mcp_server/orders.py."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from flask import g
from marshmallow import validate

from assets import service as assets
from errors import FieldsError, InvalidError
from generation.job_plans import plan_analysis, plan_asset_job, plan_work_job
from generation.vision import check_is_image
from mcp_server.definitions import Arguments, Result, Tool
from mcp_server.handles import WorkIds, open_work
from mcp_server.orders import confirm_field, model_fields, order
from mcp_server.work_views import BRIEF, BRIEF_TEXTS
from schemas.jobs import ALL, REDOABLE
from schemas.json_fields import Array, Integer, Text
from schemas.scenes import MAX_SCENE_INDEX
from storage.paths import jobs_of_user, jobs_of_work
from web.context import store, user_id

Json = dict[str, Any]

# What jobs use of a work, besides its scenes.
_OF_PICTURES = (
    *("resolution", "assetUsageMode", "selectedAssetIds"),
    *("imageSystemPrompt", "videoSystemPrompt"),
)
_OF_TEXTS = (*BRIEF, *BRIEF_TEXTS, "systemPrompt", "analysis")
_OF_ANALYSIS = ("mode", "analyzerPrompt", "hasReferenceVideo", "analysis")
_INDEX = validate.Range(0, MAX_SCENE_INDEX)

_Vision = Arguments.from_dict(model_fields("vision"), name="VisionArguments")
_Llm = Arguments.from_dict(model_fields("llm"), name="LlmArguments")
_Scene = Arguments.from_dict(model_fields("image", "video"), name="SceneArguments")


class AnalyzeArguments(_Vision):  # type: ignore[misc, valid-type]
    """What to describe."""

    work = Text(required=True)
    what = Text(required=True, validate=validate.OneOf(["assets", "reference"]))
    assets = Array(Text(), metadata={"description": "Image assets; default: the work's"})
    confirm = confirm_field()


class ScenarioArguments(_Llm):  # type: ignore[misc, valid-type]
    """Whose scenario to write."""

    work = Text(required=True)
    confirm = confirm_field()


class GenerateArguments(_Scene):  # type: ignore[misc, valid-type]
    """Which scenes to make."""

    work = Text(required=True)
    scenes = Array(Integer(validate=_INDEX), min_size=1, metadata={"description": "Default: all"})
    redo = Integer(validate=_INDEX, metadata={"description": "Make this scene anew"})
    make = Text(
        validate=validate.OneOf(REDOABLE),
        metadata={"description": "Anew, of `scenes`; default: what they lack"},
    )
    confirm = confirm_field()


def _analyze(arguments: Json) -> Result:
    ids = open_work(arguments["work"])
    if arguments["what"] == "assets":
        return _describe_assets(ids, arguments)
    g.identity.require("ai:analyze", "works:write")  # since the analysis is stored with the work
    work = ids.snapshot().values
    plan = partial(plan_analysis, work=work, body={})
    basis = {key: work[key] for key in _OF_ANALYSIS}
    return Result(order(jobs_of_work(*ids), "", arguments, plan, basis))


def _describe_assets(ids: WorkIds, arguments: Json) -> Result:
    g.identity.require("projects:write")
    asset_ids = arguments.get("assets") or list(ids.snapshot().values["selectedAssetIds"])
    if not asset_ids:
        raise InvalidError("No assets", "Name image assets, or add some to the work first.")
    for asset_id in asset_ids:
        check_is_image(assets.document(store(), ids.project_id, asset_id))
    plan = partial(plan_asset_job, project_id=ids.project_id, asset_ids=asset_ids)
    return Result(order(jobs_of_user(user_id()), ids.project_id, arguments, plan))


def _write_scenario(arguments: Json) -> Result:
    return _order_for_work(open_work(arguments["work"]), {"kind": "scenario"}, arguments, _OF_TEXTS)


def _generate(arguments: Json) -> Result:
    ids = open_work(arguments["work"])
    scenes, redo = arguments.get("scenes"), arguments.get("redo")
    make = arguments.get("make")
    if scenes and redo is not None:
        raise FieldsError({"redo": ["Give `scenes` or `redo`, not both."]})
    if redo is not None:
        scenes, make = [redo], make or ALL
    elif make and not scenes:
        raise FieldsError({"scenes": ["Required with `make`."]})
    body = {"kind": "scenes", "sceneIndexes": scenes, "redo": make}
    return _order_for_work(ids, body, arguments, _OF_PICTURES)


def _order_for_work(ids: WorkIds, body: Json, arguments: Json, fields: Sequence[str]) -> Result:
    """Order a job of a work, which uses these fields of it, and its scenes: some of them or all."""
    work = ids.snapshot().values
    touched = body.get("sceneIndexes")
    scenes = [each for each in work["scenes"] if not touched or each["scene_index"] in touched]
    basis = {**{key: work[key] for key in fields}, "scenes": scenes}
    plan = partial(plan_work_job, work=work, body=body)
    return Result(order(jobs_of_work(*ids), "", arguments, plan, basis))


ANALYZE = Tool(
    "analyze",
    "Describe assets or the reference",
    "A vision model describes image assets (for prompts), or analyses the reference video: its"
    " shots, tone and tempo, which the scenario then follows.",
    AnalyzeArguments(),
    _analyze,
    any_scope=("ai:analyze", "projects:write"),
    open_world=True,
    stores=True,
    starts_job=True,
)
WRITE_SCENARIO = Tool(
    "write_scenario",
    "Write the scenario",
    "A language model writes the scenes of a work from its brief, assets, analysis and style;"
    " replaces the scenes there are.",
    ScenarioArguments(),
    _write_scenario,
    scopes=("ai:generate",),
    destructive=True,
    open_world=True,
    stores=True,
    starts_job=True,
)
GENERATE = Tool(
    "generate",
    "Generate images and clips",
    "Make the images and clips of scenes that have no clip yet; `make` makes the image, the clip or"
    " both of `scenes` anew. What is replaced is kept as a take. The video shows"
    " a scene's clip, if there is one, not its image.",
    GenerateArguments(),
    _generate,
    scopes=("ai:generate",),
    open_world=True,
    stores=True,
    starts_job=True,
)
