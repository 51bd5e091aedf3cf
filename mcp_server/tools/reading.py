"""Tools that read: lists, works, and pictures of scenes and exports."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson
from flask import g
from marshmallow import validate

from assets import service as assets
from editor_templates import service as templates
from errors import FieldsError
from export import service as exports
from jobs.model import JobRef
from jobs.service import list_newest
from mcp_server import pictures
from mcp_server.definitions import Arguments, Result, Tool
from mcp_server.fitting import UNTRUSTED, shorten
from mcp_server.handles import WorkIds, job_handle, open_project, open_work, read_work
from mcp_server.views import export_view, work_part, work_summary
from projects import service as projects
from providers import registry
from schemas.json_fields import Array, Integer, Number, Text
from schemas.scenes import MAX_SCENE_INDEX
from storage.paths import jobs_of_user, jobs_of_work
from web.context import settings, store, user_id
from works import listing

Json = dict[str, Any]

_MAX_PROJECTS = 20  # whose works are listed if no project is named
_PARTS = ("summary", "brief", "scenes", "timeline", "style", "analysis")
_HANDLE = {"type": "string"}
_SOURCES = {
    "projects": "projects:read",
    "works": "works:read",
    "assets": "projects:read",
    "templates": "projects:read",
    "jobs": "works:read",
    "exports": "works:read",
    "providers": None,
}


class FindArguments(Arguments):
    """What to list."""

    what = Text(required=True, validate=validate.OneOf(list(_SOURCES)))
    project = Text(metadata={"description": "For works, assets, templates"})
    work = Text(metadata={"description": "For exports, jobs"})
    query = Text(metadata={"description": "Part of the name"})
    limit = Integer(load_default=20, validate=validate.Range(1, 100))


class GetWorkArguments(Arguments):
    """Which work, and which part of it."""

    work = Text(required=True)
    part = Text(load_default="summary", validate=validate.OneOf(_PARTS))


class ViewArguments(Arguments):
    """What to look at."""

    work = Text(required=True)
    first = Integer(
        load_default=0,
        validate=validate.Range(0, MAX_SCENE_INDEX),
        metadata={"description": "First scene of the contact sheet"},
    )
    scene = Integer(
        validate=validate.Range(0, MAX_SCENE_INDEX),
        metadata={"description": "One scene: its image, and a strip of its clip"},
    )
    export = Text(metadata={"description": "Frames of this export, at the times `at`"})
    at = Array(
        Number(validate=validate.Range(0)),
        max_size=pictures.MAX_FRAMES,
        metadata={"description": f"Seconds, at most {pictures.MAX_FRAMES}"},
    )


def _find(arguments: Json) -> Result:
    what, limit = arguments["what"], arguments["limit"]
    if (scope := _SOURCES[what]) is not None:
        g.identity.require(scope)
    query = arguments.get("query", "").casefold()
    items = _LISTS[what](arguments)
    found = [item for item in items if query in str(item.get(UNTRUSTED, item)).casefold()]
    left_out = len(found) - limit
    return Result({"items": found[:limit], **({"more": left_out} if left_out > 0 else {})})


def _projects(_arguments: Json) -> Iterable[Json]:
    for entry in projects.own(store(), user_id()):
        name = {"name": entry.values["name"]}
        yield {"project": entry.id, "updatedAt": entry.values["updatedAt"], UNTRUSTED: name}


def _works(arguments: Json) -> Iterable[Json]:
    if project := arguments.get("project"):
        ids = [open_project(project)]
    else:
        ids = [entry.id for entry in projects.own(store(), user_id())[:_MAX_PROJECTS]]
    for project_id in ids:
        for work in orjson.loads(listing.list_works(store(), project_id, {}).body):
            facts = {key: work[key] for key in ("updatedAt", "progress")}
            handle = WorkIds(project_id, work["id"]).handle
            yield {"work": handle, **facts, UNTRUSTED: {"name": work["name"]}}


def _assets(arguments: Json) -> Iterable[Json]:
    listed = orjson.loads(assets.list_json(store(), _project_of(arguments), None))
    for asset in listed["assets"]:
        keys = ("type", "mimeType", "width", "height", "duration", "tags")
        facts = {key: asset[key] for key in keys[:-1] if key in asset}
        texts = {key: asset[key] for key in ("name", "tags") if asset.get(key)}
        if asset.get("description"):
            texts["description"] = shorten(asset["description"], 200)
        yield {"asset": asset["id"], **facts, UNTRUSTED: texts}


def _templates(arguments: Json) -> Iterable[Json]:
    listed = orjson.loads(templates.list_json(store(), _project_of(arguments)))
    for template in listed["templates"]:
        counts = {key: template[key] for key in ("textOverlayCount", "imageOverlayCount")}
        texts = {key: template[key] for key in ("name", "description") if template.get(key)}
        yield {"template": template["id"], **counts, UNTRUSTED: texts}


def _jobs(arguments: Json) -> Iterable[Json]:
    collection = jobs_of_user(user_id())
    if work := arguments.get("work"):
        collection = jobs_of_work(*open_work(work))
    for job in list_newest(store(), collection, 100):
        handle = job_handle(JobRef(collection, job["id"]))
        facts = {key: job[key] for key in ("kind", "state", "createdAt")}
        yield {"job": handle, **facts, "percent": job["progress"]["percent"]}


def _exports(arguments: Json) -> Iterable[Json]:
    ids = open_work(_required(arguments, "work"))
    return [export_view(ids, each) for each in exports.list_newest(store(), *ids)]


def _providers(_arguments: Json) -> Iterable[Json]:
    for each in registry.list_providers(settings()):
        models = [model["id"] for model in each["models"]]
        yield {"provider": each["id"], "role": each["category"], "models": models}


_LISTS: Mapping[str, Callable[[Json], Iterable[Json]]] = {
    "projects": _projects,
    "works": _works,
    "assets": _assets,
    "templates": _templates,
    "jobs": _jobs,
    "exports": _exports,
    "providers": _providers,
}


def _required(arguments: Json, name: str) -> str:
    if not arguments.get(name):
        raise FieldsError({name: [f"Required to list {arguments['what']}."]})
    return str(arguments[name])


def _project_of(arguments: Json) -> str:
    if work := arguments.get("work"):
        return open_work(work).project_id
    return open_project(_required(arguments, "project"))


def _get_work(arguments: Json) -> Result:
    ids, snapshot = read_work(arguments["work"])
    if arguments["part"] == "summary":
        return Result(work_summary(ids, snapshot))
    if arguments["part"] == "style":
        g.identity.require("projects:read")
    return Result(work_part(ids, snapshot, arguments["part"]))


def _view_scenes(arguments: Json) -> Result:
    ids = open_work(arguments["work"])
    if export := arguments.get("export"):
        shown = pictures.frames_of_export(ids, export, arguments.get("at") or [])
        return Result({"work": ids.handle, "export": export}, shown)
    if (scene := arguments.get("scene")) is not None:
        return Result({"work": ids.handle, "scene": scene}, pictures.pictures_of_scene(ids, scene))
    scenes, left_out, sheet = pictures.contact_sheet_of(ids, arguments["first"])
    following = {"next": f"More scenes from first={left_out}."} if left_out is not None else {}
    return Result({"work": ids.handle, "scenes": scenes, **following}, sheet)


FIND = Tool(
    "find",
    "Find",
    "List what there is, newest first: projects, works, assets and templates of a project, jobs,"
    " exports (with addresses to open), AI providers and their models.",
    FindArguments(),
    _find,
    any_scope=("projects:read", "works:read"),
    output={
        "type": "object",
        "properties": {"items": {"type": "array"}, "more": {"type": "integer"}},
        "required": ["items"],
    },
    reads=True,
)
GET_WORK = Tool(
    "get_work",
    "Get a work",
    "Read a work: a summary with the state of its scenes, or one part in full: brief, scenes"
    " (prompts), timeline, style (guide, knowledge, system prompts), analysis.",
    GetWorkArguments(),
    _get_work,
    scopes=("works:read",),
    output={
        "type": "object",
        "properties": {"work": _HANDLE, "version": {"type": "string"}},
        "required": ["work", "version"],
    },
    reads=True,
)
VIEW_SCENES = Tool(
    "view_scenes",
    "View scenes",
    "See pictures: by default a contact sheet of the scenes with their numbers; one scene large,"
    " with frames of its clip; or frames of an export.",
    ViewArguments(),
    _view_scenes,
    scopes=("works:read",),
    reads=True,
)
