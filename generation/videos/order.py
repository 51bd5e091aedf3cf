"""The order of a video: its steps, and the calls that they will make."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from access.projects import check
from access.rights import CHANGE
from errors import FieldsError
from generation.videos import sources, steps
from generation.videos.brief import Sound, brief_of, export_options_of, scenes_of, sound_of
from generation.videos.checks import as_in_order, check_export, check_resolution
from generation.videos.default_project import find_default, noted_project
from generation.videos.sources import GivenAsset
from generation.videos.speaking import check_voices, speaking
from jobs.children import child_id
from jobs.creation import ReceivedFiles
from jobs.model import Call, JobRef, JobSpec
from jobs.planning import JobPlanner
from providers import registry
from providers.registry import ProviderChoice, ProviderChoices
from schemas.ai import ROLES, Role
from schemas.new_jobs import PIPELINE
from storage.errors import NotFoundError
from storage.paths import WorkRef, jobs_of_work, new_id
from storage.store import Store

Json = dict[str, Any]
Body = Mapping[str, Any]

Job = Mapping[str, Any]


def plan_video(
    planner: JobPlanner,
    body: Body,
    files: ReceivedFiles | None = None,
    ordered_with: Json | None = None,
) -> JobSpec:
    """Return the spec of the job that makes a video; `files` are those that are in the order.

    `ordered_with` is the credential of the order, as generation/videos/views.py notes it.

    Raises FieldsError, InvalidError if a key is missing, ProviderChoiceError.
    """
    project_id = _project(planner, body.get("project"))
    planner = with_model_of_role(planner.in_project(project_id))
    request = _request(planner, project_id, body, files or {})
    calls = _calls(planner, project_id, request)
    all_calls = [call for listed in calls.values() for call in listed]
    names = _step_names(request)
    fields = {
        # None: the project is made with the job, so that an order that is refused makes none.
        "projectId": body.get("project") or noted_project(planner.store, planner.user_id),
        "steps": steps.planned(names),
        "plannedCalls": calls,
        "childrenToResume": {},
        "orderedWith": ordered_with,
    }
    keys = planner.keys(all_calls)
    with as_in_order(body):
        check_voices(planner, project_id, request["brief"], request["scenes"], calls)
    return JobSpec(
        PIPELINE,
        planner.user_id,
        {**request, "providers": chosen_models(all_calls)},
        [],
        keys,
        client_request=body,
        parts=len(names),
        child_calls=all_calls,
        fields=fields,
    )


def choices_of(request: Body, keys: Mapping[str, str]) -> ProviderChoices:
    """Return the choices of an order, with the keys that came with it."""
    roles: Any = {
        role: ProviderChoice(chosen["provider"], chosen["model"], keys.get(role))
        for role, chosen in request["providers"].items()
    }
    return ProviderChoices(roles)


def _request(planner: JobPlanner, project_id: str, body: Body, files: ReceivedFiles) -> Json:
    """Return what the job has to know of an order."""
    given = sources.given_assets(body.get("assets") or [])
    sources.check_hosts(given, planner.settings.intranet_hosts)
    listed, pictures = _with_assets_of_scenes(given, body.get("scenes") or [])
    found = sources.resolve(planner.store, planner.user_id, project_id, listed, files)
    count = sum(not sources.is_audio(source) for source in found)
    sound = sound_of(body)
    scenes = scenes_of(body, has_pictures=count > 0, is_narrated=sound.is_narrated)
    brief = brief_of(body, count)
    export = export_options_of(body, brief, sound, has_pictures=count > 0)
    check_resolution(brief, export)
    if export is not None:
        check_export(brief, scenes, export, is_narrated=sound.is_narrated)
    return {
        "kind": PIPELINE,
        "brief": brief,
        "assets": found,
        "scenes": scenes or None,
        "pictures": pictures,
        "photosMove": bool(scenes and count),
        "sound": sound.to_json(),
        "template": _template(planner.store, project_id, body.get("template")),
        "export": export,
    }


def _with_assets_of_scenes(
    given: Sequence[GivenAsset], scenes: Sequence[Body]
) -> tuple[list[GivenAsset], list[int | None]]:
    """Return the files of an order with those that scenes name, and the index of each scene's.

    Raises FieldsError for an index that is none.
    """
    listed, errors, indexes = list(given), {}, []
    for number, scene in enumerate(scenes):
        asset = scene.get("asset")
        if isinstance(asset, str):
            named = [index for index, each in enumerate(listed) if each.id == asset]
            if not named:
                named = [len(listed)]
                listed.append(GivenAsset(asset, None, None, None))
            asset = named[0]
        elif asset is not None and not 0 <= asset < len(given):
            errors[number] = {"asset": [_no_asset_at(len(given))]}
        indexes.append(asset)
    if errors:
        raise FieldsError({"scenes": errors})
    return listed, indexes


def _no_asset_at(count: int) -> str:
    """Return what an index out of range should have been, for this number of files."""
    if not count:
        return "`assets` is empty: expected the ID of an asset."
    indexes = f"an index from 0 to {count - 1}" if count > 1 else "the index 0"
    return f"`assets` has {count} item{'s'[: count > 1]}: expected {indexes}, or an asset's ID."


def _step_names(request: Body) -> list[str]:
    sound = Sound.from_json(request["sound"])
    wanted = {
        "work": True,
        "assets": bool(request["assets"]),
        "scenario": not request["scenes"],
        "scenes": True,
        "narration": sound.is_narrated,
        "music": sound.has_music,
        "template": request["template"] is not None,
        "export": request["export"] is not None,
    }
    return [name for name, is_wanted in wanted.items() if is_wanted]


def _calls(planner: JobPlanner, project_id: str, request: Body) -> dict[str, list[Call]]:
    """Return the calls that the steps will make, by the name of the step."""
    brief, sound, given = request["brief"], Sound.from_json(request["sound"]), request["scenes"]
    count = range(brief["sceneCount"])
    calls: dict[str, list[Call]] = {} if given else {"scenario": [planner.call("llm")]}
    if not request["photosMove"]:  # else no model makes anything of the scenes
        is_direct = brief.get("assetUsageMode") == "direct"
        roles: tuple[Role, ...] = ("video",) if is_direct else ("image", "video")
        calls["scenes"] = [
            planner.call(role, scene_index=index) for index in count for role in roles
        ]
    if sound.is_narrated:
        asking = speaking(planner, project_id, brief)
        spoken = [index for index in count if not given or given[index]["narration"]]
        calls["narration"] = [asking.call("speech", scene_index=index) for index in spoken]
    if sound.has_music:
        calls["music"] = [planner.call("music")]
    return calls


def with_model_of_role(planner: JobPlanner) -> JobPlanner:
    """Return the planner, with the request's model set for the roles that the model can take."""
    choices = planner.choices
    for role in ROLES:
        chosen, shared = choices.of(role), choices.model
        if shared and not chosen.model and registry.has_model(role, shared):
            choices = choices.with_choice(role, model=shared)
    choices = replace(choices, model=None)
    return planner.with_choices(choices)


def chosen_models(calls: Iterable[Call]) -> dict[str, Json]:
    """Return the provider and the model of each role, so that later steps use the same."""
    return {each["role"]: {"provider": each["provider"], "model": each["model"]} for each in calls}


def _project(planner: JobPlanner, project_id: str | None) -> str:
    """Return the id of the video's project, a new one if the user has no project of videos.

    Raises FieldsError for one that the user does not see, RightMissingError.
    """
    if project_id is None:
        return find_default(planner.store, planner.user_id) or new_id("proj")
    try:
        check(planner.store, project_id, planner.user_id, CHANGE)
    except NotFoundError:
        raise FieldsError({"project": ["You have no such project."]}) from None
    return project_id


def _template(store: Store, project_id: str, given: Any) -> Json | None:
    """Return the template of an order. Raises FieldsError for one that is not in the project."""
    if given is None:
        return None
    template: Json = {"id": given} if isinstance(given, str) else given
    if template["id"] not in store.templates(project_id).documents:
        field = "template" if isinstance(given, str) else "template.id"
        raise FieldsError({field: ["There is no such template in the project."]})
    return template


def work_id_of(job: Job) -> str:
    """Return the id of the work of a video."""
    return child_id(_order(job), "work", "work")


def asset_id_of(job: Job, number: int) -> str:
    """Return the id of the asset that is made of one of the files of a video."""
    return child_id(_order(job), f"asset-{number}", "asset")


def child_ref(job: Job, name: str) -> JobRef:
    """Return the reference of the job that does a step."""
    return JobRef(jobs_of_work(WorkRef.named_in(job)), child_id(_order(job), name))


def _order(job: Job) -> str:
    return f"{job['id']}/{job['requestHash']}"
