"""Tools that write works: their briefs, scenes, captions and style."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from flask import g
from marshmallow import Schema, missing, validate

from access.rights import CHANGE, MANAGE
from errors import FieldsError
from mcp_server.definitions import Arguments, Result, Tool, work_field
from mcp_server.fitting import UNTRUSTED, shorten
from mcp_server.handles import open_project, open_work, update
from mcp_server.timelines import known_scenes
from mcp_server.work_views import STYLE, differences, head, state_of_scene, work_summary
from projects import service as projects
from schemas.common import Base, duplicate_errors
from schemas.editor import MAX_CAPTIONS, CaptionSchema
from schemas.exports import MAX_TIME
from schemas.json_fields import Array, Boolean, Integer, Object, Text
from schemas.projects import PROJECT_TYPES, StyleGuideSchema
from schemas.scenes import MAX_SCENE_INDEX, SceneSchema
from schemas.sound import SoundSchema
from schemas.transitions import CUT, MOVEMENTS
from schemas.works import BriefSchema
from storage.documents.snapshots import Snapshot
from storage.paths import WorkRef
from web.context import storage_limits, storage_user_id, store, user_id
from works import scenario, takes
from works import service as works
from works.cleaned_voices import VoiceCleaner

Json = dict[str, Any]

_TAKE, _CLEAN = _OF_MEDIA = "take", "cleanUp"  # of a scene, besides its fields
_CAPTION = "{start, end, text, id, anchor: ID of a clip}"
_STYLE_GUIDE = (
    "Of the project: {tone, color_palette: [#hex], tempo, camera_style, brand_voice,"
    " must_include: [], must_avoid: [], narrator: as in sound}"
)
_ALL_REPLACED = (
    "This would remove the scenes {known} of the work. To change one, send `scene` with its"
    " scene_index and what changes; to add one, `scene` without scene_index; to replace all, add"
    " `replace`: true."
)
_INDEX = validate.Range(0, MAX_SCENE_INDEX)


def _scene_schema(schema: Schema, *, defaults: bool) -> type[Schema]:
    """Return a schema of scenes that may be new, and so have no index yet.

    Without `defaults`, it loads nothing for fields that are left out.
    """
    changes = deepcopy(schema.fields)
    changes["scene_index"].required = False
    if not defaults:
        changes[_TAKE] = Text(metadata={"description": "Becomes its image, clip or voice"})
        changes[_CLEAN] = Boolean(metadata={"description": "Of its recorded voice; false undoes"})
    changes["transition"].validators = [validate.OneOf((CUT, *MOVEMENTS))]
    for field in changes.values():
        field.load_default = field.load_default if defaults else missing
    return Base.from_dict(changes, name="SceneChangesSchema")


class WorkArguments(Arguments, BriefSchema):
    """The brief of a work."""


class CreateWorkArguments(WorkArguments):
    """The brief of a new work, and its project."""

    sound = Object(SoundSchema, metadata={"shape": "As in update_work"})
    project = Text(metadata={"description": "Default: a new one"})
    projectName = Text(metadata={"description": "Of a new project"})
    projectType = Text(validate=validate.OneOf(PROJECT_TYPES))


class UpdateWorkArguments(WorkArguments):
    """Changes of a work, its scenes and captions, and the style of its project."""

    work = work_field()
    if_match = Text(metadata={"description": "`version` of get_work"})
    scenes = Array(
        Object(_scene_schema(SceneSchema(), defaults=True), metadata={"shape": "As `scene`"}),
        metadata={"description": "All scenes of a work without any"},
    )
    replace = Boolean(metadata={"description": "Let `scenes` replace all"})
    scene = Object(
        _scene_schema(SceneSchema(), defaults=False),
        metadata={"description": "Changes fields of one scene; adds it without scene_index"},
    )
    after = Integer(
        validate=validate.Range(scenario.FIRST, MAX_SCENE_INDEX),
        metadata={"description": "Scene before it; -1: first"},
    )
    remove = Array(Integer(validate=_INDEX), metadata={"description": "Scenes; media are kept"})
    order = Array(Integer(validate=_INDEX), metadata={"description": "All scenes, reordered"})
    captions = Array(
        Object(CaptionSchema(exclude=("words",)), metadata={"shape": _CAPTION}),
        max_size=MAX_CAPTIONS,
        allow_none=True,
        metadata={
            "type": ["array", "null"],
            "description": "Replaces all; null: the scenes' text_overlay",
        },
    )
    styleGuide = Object(StyleGuideSchema, metadata={"shape": _STYLE_GUIDE})
    knowledge = Text(metadata={"description": "Of the project: the product, the brand"})


def _create_work(arguments: Json) -> Result:
    brief = dict(arguments)
    project = brief.pop("project", None)
    new = {key: brief.pop(f"project{key.title()}", None) for key in ("name", "type")}
    if project is not None:
        for key in [key for key in new if new[key] is not None]:
            raise FieldsError({f"project{key.title()}": ["Only for a new project."]})
        project_id = open_project(project, CHANGE)
    else:
        g.identity.require("projects:write")
        fields = {"name": new["name"] or brief.get("name"), "projectType": new["type"]}
        project_id = projects.create(store(), user_id(), fields).values["id"]
    snapshot = works.create(store(), project_id, brief)
    storage_limits().count(storage_user_id(), len(snapshot.data))
    return Result(work_summary(WorkRef(project_id, snapshot.values["id"]), snapshot))


def _update_work(arguments: Json) -> Result:
    ref = open_work(arguments["work"], CHANGE)
    _check(arguments)
    index, take = _check_take(ref, arguments.get("scene") or {})
    clean = _check_voice(ref, arguments.get("scene") or {})
    style = {key: arguments[key] for key in STYLE if key in arguments}
    if style:
        g.identity.require("projects:write")
        open_project(ref.project_id, MANAGE)
    before: list[Snapshot] = []

    def fields_for(current: Snapshot) -> Json:
        before[:] = [current]
        return _fields(arguments, current.values)

    saved = update(ref, arguments.get("if_match"), fields_for)
    if style:
        projects.update(store(), ref.project_id, style)
    answer = differences(before[0].values, saved.values)
    if take:
        takes.use_take(store(), ref, index, take)
        saved = store().work(ref)
        answer["changed"]["take"] = {**state_of_scene(saved.values, index), _TAKE: take}
    if clean is not None:
        cleaner = VoiceCleaner(store(), storage_limits(), storage_user_id(), ref, index)
        cleaner.switch(is_on=clean)
        saved = store().work(ref)
        answer["changed"]["voice"] = state_of_scene(saved.values, index)
    if style:
        shown = {key: shorten(str(value), 300) for key, value in style.items()}
        answer[UNTRUSTED] = {**answer.get(UNTRUSTED, {}), **shown}
    return Result({**head(ref, saved), **answer})


def _check(arguments: Json) -> None:
    """Raise FieldsError for arguments that contradict each other, and captions without a time."""
    if "after" in arguments and "scene" not in arguments:
        raise FieldsError({"after": ["Needs `scene`, which comes after it."]})
    if arguments.get("replace") and "scenes" not in arguments:
        raise FieldsError({"replace": ["Needs `scenes`, all that the work is to have."]})
    if errors := duplicate_errors(_with_index(arguments), "scene_index"):
        raise FieldsError({"scenes": errors})
    for number, caption in enumerate(arguments.get("captions") or []):
        if not 0 <= caption["start"] < caption["end"] <= MAX_TIME:
            message = f"Must be after start, from 0 to {MAX_TIME} seconds."
            raise FieldsError({f"captions.{number}.end": [message]})


def _check_take(ref: WorkRef, scene: Json) -> tuple[int, str]:
    """Return the scene and the take that it is to have, "" for none. Raises FieldsError."""
    index, take = scene.get("scene_index", 0), scene.get(_TAKE, "")
    if take and "scene_index" not in scene:
        raise FieldsError({"scene.scene_index": ["Required with `take`."]})
    known = [each["id"] for each in takes.list_takes(store(), ref, index)] if take else [take]
    if take not in known:
        message = f"Scene {index} has no such take; it has {', '.join(known) or 'none'}."
        raise FieldsError({f"scene.{_TAKE}": [message]})
    return index, take


def _check_voice(ref: WorkRef, scene: Json) -> bool | None:
    """Return whether the voice of a scene is to be cleaned up. Raises FieldsError without one."""
    if _CLEAN not in scene:
        return None
    made = store().work(ref).values["generatedScenes"]
    voiced = [each["sceneIndex"] for each in made if "voiceUrl" in each]
    if scene.get("scene_index") not in voiced:
        message = f"Needs scene_index of a scene with a voice: {voiced or 'there is none'}."
        raise FieldsError({f"scene.{_CLEAN}": [message]})
    return bool(scene[_CLEAN])


def _fields(arguments: Json, work: Mapping[str, Any]) -> Json:
    """Return the fields of a work that the arguments change."""
    fields = {key: arguments[key] for key in BriefSchema().fields if key in arguments}
    if not arguments.keys().isdisjoint(("scenes", "scene", "remove", "order")):
        fields["scenes"] = _scenes(arguments, work)
    if "captions" in arguments:
        fields["editorState"] = {"captions": arguments["captions"]}
    return fields


def _scenes(arguments: Json, work: Mapping[str, Any]) -> list[Json]:
    """Return the scenes of a work as the arguments change them."""
    scenes: list[Json] = list(work["scenes"])
    _check_scenes(arguments, work)
    if "scenes" in arguments:
        scenes = _indexed(arguments["scenes"], work)
    scenes = scenario.without(scenes, arguments.get("remove") or [])
    scene = arguments.get("scene") or {}
    given = {key: value for key, value in scene.items() if key not in _OF_MEDIA}
    only_media = given != arguments.get("scene") and given.keys() == {"scene_index"}
    if "after" in arguments or ("scene" in arguments and not only_media):
        used = {**work, "scenes": [*work["scenes"], *scenes]}
        [indexed] = _indexed([given], used)
        scenes = scenario.with_scene(scenes, indexed, arguments.get("after"))
    return scenario.reordered(scenes, arguments["order"]) if "order" in arguments else scenes


def _check_scenes(arguments: Json, work: Mapping[str, Any]) -> None:
    """Raise FieldsError for a list that would remove scenes unsaid, and for an unknown scene."""
    known = scenario.indexes(work["scenes"])
    if "scenes" in arguments and known and not arguments.get("replace"):
        raise FieldsError({"scenes": [_ALL_REPLACED.format(known=known)]})
    index = (arguments.get("scene") or {}).get("scene_index")
    given = scenario.indexes(_with_index(arguments))
    if index is not None and index not in {*known_scenes(work), *given}:
        there = f"there are {known}" if known else "there is none yet"
        message = f"There is no scene {index}; {there}. Leave scene_index out to add a scene."
        raise FieldsError({"scene.scene_index": [message]})


def _with_index(arguments: Json) -> list[Json]:
    """Return the scenes that have an index, of a list of all scenes, if such a list is given."""
    return [each for each in arguments.get("scenes") or [] if "scene_index" in each]


def _indexed(scenes: list[Json], work: Mapping[str, Any]) -> list[Json]:
    """Return scenes with indexes: new ones get those that nothing has."""
    known = [each for each in scenes if "scene_index" in each]
    used = {**work, "scenes": [*work["scenes"], *known]}
    free = iter(scenario.free_indexes(store(), used, len(scenes) - len(known)))
    return [
        each if "scene_index" in each else {"scene_index": next(free), **each} for each in scenes
    ]


CREATE_WORK = Tool(
    "create_work",
    "Create a work",
    "Create a work (one video) from a brief; every field is optional. resolution 1080x1920 by"
    " default. assetUsageMode: reference describes the assets to the models; direct makes one scene"
    " of each, with it as the image.",
    CreateWorkArguments(),
    _create_work,
    scopes=("works:write",),
    stores=True,
)
UPDATE_WORK = Tool(
    "update_work",
    "Update a work",
    "Change fields of a work; others stay. Scenes keep their media under their scene_index,"
    " whatever their order. Returns what changed.",
    UpdateWorkArguments(),
    _update_work,
    scopes=("works:write",),
    destructive=True,
    stores=True,
)
