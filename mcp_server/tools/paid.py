"""Tools whose calls may cost money, in two steps: see mcp_server/orders.py."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from flask import g
from marshmallow import validate

from access.rights import CHANGE
from errors import FieldsError, InvalidError
from generation.job_plans import plan_analysis, plan_asset_job
from generation.vision import check_is_image
from mcp_server.definitions import Arguments, Result, Tool, work_field
from mcp_server.handles import open_work
from mcp_server.orders import confirm_field, model_fields, order
from mcp_server.timelines import check_scene
from mcp_server.work_views import BRIEF, BRIEF_TEXTS
from projects.assets import service as assets
from schemas.json_fields import Array, Boolean, Integer, Number, Text
from schemas.loading import load
from schemas.new_jobs import ALL, CHANGED, NARRATED, REDOABLE, NewJobSchema
from schemas.scenes import MAX_SCENE_INDEX
from storage.paths import WorkRef, jobs_of_user, jobs_of_work
from web.context import services, store, user_id

Json = dict[str, Any]

# What jobs use of a work, besides its scenes.
_OF_PICTURES = (
    *("resolution", "assetUsageMode", "selectedAssetIds"),
    *("imageSystemPrompt", "videoSystemPrompt"),
)
_OF_TEXTS = (*BRIEF, *BRIEF_TEXTS, "systemPrompt", "analysis")
_OF_ANALYSIS = ("mode", "analyzerPrompt", "hasReferenceVideo", "analysis")
_INDEX = validate.Range(0, MAX_SCENE_INDEX)

# What can be made, with the role of the model and the arguments that it takes.
_PICTURES = "scenes"
_TAKEN = {
    _PICTURES: (
        "",
        ("scenes", "redo", "make", *model_fields("image", "video")),
    ),
    "narration": ("speech", ("scenes", "make", "provider", "model")),
    "music": ("music", ("prompt", "seconds", "instrumental", "provider", "model")),
    "sound": ("sound", ("prompt", "seconds", "provider", "model")),
    "captions": ("transcription", ("scenes", "provider", "model")),
}
_NEW_JOB = NewJobSchema()
_FOR_ALL = ("work", "what", "confirm")
_OF_SOUND = (*BRIEF, *BRIEF_TEXTS, "sound")

_Vision = Arguments.from_dict(model_fields("vision"), name="VisionArguments")
_Llm = Arguments.from_dict(model_fields("llm"), name="LlmArguments")
_Scene = Arguments.from_dict(model_fields("image", "video"), name="SceneArguments")


class AnalyzeArguments(_Vision):  # type: ignore[misc, valid-type]
    """What to describe."""

    work = work_field()
    what = Text(required=True, validate=validate.OneOf(["assets", "reference"]))
    assets = Array(Text(), metadata={"description": "Default: the work's"})
    confirm = confirm_field()


class ScenarioArguments(_Llm):  # type: ignore[misc, valid-type]
    """Whose scenario to write."""

    work = work_field()
    confirm = confirm_field()


class GenerateArguments(_Scene):  # type: ignore[misc, valid-type]
    """What to make, of which scenes."""

    work = work_field()
    what = Text(validate=validate.OneOf(list(_TAKEN)), metadata={"description": "Default: scenes"})
    scenes = Array(Integer(validate=_INDEX), min_size=1, metadata={"description": "Default: all"})
    redo = Integer(validate=_INDEX, metadata={"description": "Make this scene anew"})
    make = Text(
        validate=validate.OneOf([*REDOABLE, CHANGED]),
        metadata={"description": "Anew, of `scenes`; default: what they lack"},
    )
    prompt = Text(metadata={"description": "Of music or a sound"})
    seconds = Number()
    instrumental = Boolean()
    provider = Text(max_size=200, metadata={"description": "Of all but scenes: `find` providers"})
    model = Text(max_size=200)
    confirm = confirm_field()


def _analyze(arguments: Json) -> Result:
    ref = open_work(arguments["work"], CHANGE)
    if arguments["what"] == "assets":
        return _describe_assets(ref, arguments)
    g.identity.require("ai:analyze", "works:write")  # since the analysis is stored with the work
    work = store().work(ref).values
    plan = partial(plan_analysis, work=work, body={})
    basis = {key: work[key] for key in _OF_ANALYSIS}
    return Result(order(jobs_of_work(ref), "", ref.project_id, arguments, plan, basis))


def _describe_assets(ref: WorkRef, arguments: Json) -> Result:
    g.identity.require("projects:write")
    asset_ids = arguments.get("assets") or list(store().work(ref).values["selectedAssetIds"])
    if not asset_ids:
        raise InvalidError("No assets", "Name image assets, or add some to the work first.")
    for asset_id in asset_ids:
        check_is_image(assets.document(store(), ref.project_id, asset_id))
    plan = partial(plan_asset_job, project_id=ref.project_id, asset_ids=asset_ids)
    return Result(order(jobs_of_user(user_id()), ref.project_id, ref.project_id, arguments, plan))


def _write_scenario(arguments: Json) -> Result:
    ref = open_work(arguments["work"], CHANGE)
    return _order_for_work(ref, {"kind": "scenario"}, arguments, _OF_TEXTS)


def _generate(arguments: Json) -> Result:
    ref, what = open_work(arguments["work"], CHANGE), arguments.get("what") or _PICTURES
    role, names = _TAKEN[what]
    wrong = [name for name in arguments if name not in (*names, *_FOR_ALL)]
    if wrong:
        raise FieldsError({name: [f"Not for what={what}."] for name in wrong})
    for index in arguments.get("scenes") or []:
        check_scene(store().work(ref).values, index, "scenes")
    check_scene(store().work(ref).values, arguments.get("redo"), "redo")
    if what != _PICTURES:
        return _order_for_work(ref, _sound_body(what, arguments), arguments, _OF_SOUND, role)
    return _generate_pictures(ref, arguments)


def _sound_body(what: str, arguments: Json) -> Json:
    """Return the request of a job that makes something to be heard, or its captions."""
    taken = ("scenes", "prompt", "seconds", "instrumental")
    body = {"kind": what, **{key: arguments[key] for key in taken if key in arguments}}
    if "make" in arguments:
        if arguments["make"] not in NARRATED:
            raise FieldsError({"make": [f"For narration: {' or '.join(NARRATED[1:])}."]})
        body["only"] = arguments["make"]
    loaded: Json = load(_NEW_JOB, body)
    return loaded


def _generate_pictures(ref: WorkRef, arguments: Json) -> Result:
    scenes, redo = arguments.get("scenes"), arguments.get("redo")
    make = arguments.get("make")
    if make == CHANGED:
        raise FieldsError({"make": ["Only for what=narration."]})
    if scenes and redo is not None:
        raise FieldsError({"redo": ["Give `scenes` or `redo`, not both."]})
    if redo is not None:
        scenes, make = [redo], make or ALL
    elif make and not scenes:
        raise FieldsError({"scenes": ["Required with `make`."]})
    body = {"kind": _PICTURES, "sceneIndexes": scenes, "redo": make}
    return _order_for_work(ref, body, arguments, _OF_PICTURES)


def _order_for_work(
    ref: WorkRef, body: Json, arguments: Json, fields: Sequence[str], only_role: str = ""
) -> Result:
    """Order a job of a work; it uses these fields of it, and scenes: those of `body`, or all."""
    work = store().work(ref).values
    touched = body.get("sceneIndexes") or body.get("scenes")
    scenes = [each for each in work["scenes"] if not touched or each["scene_index"] in touched]
    basis = {**{key: work[key] for key in fields if key in work}, "scenes": scenes}
    plan = partial(services().jobs.plan_for_work, work=work, body=body)
    return Result(order(jobs_of_work(ref), "", ref.project_id, arguments, plan, basis, only_role))


ANALYZE = Tool(
    "analyze",
    "Describe assets or the reference",
    "A vision model describes image assets for prompts, or analyses the reference video"
    " for the scenario.",
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
    "Generate pictures and sound",
    "Make the images and clips of scenes that have no clip yet; `make` makes the image, the clip or"
    " both of `scenes` anew. What is replaced is kept as a take. A scene's clip, if any,"
    " is shown, not its image. what=narration: voices that scenes lack"
    " (make=changed: or whose text has changed; all); music; sound: an effect, as an asset;"
    " captions: the times of spoken words.",
    GenerateArguments(),
    _generate,
    scopes=("ai:generate",),
    open_world=True,
    stores=True,
    starts_job=True,
)
