"""The tool `find`: lists projects, works, assets, templates, jobs, exports, providers, voices."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import orjson
from flask import g
from marshmallow import validate

from access.names import UserNames
from access.rights import SEE
from errors import FieldsError
from export import service as exports
from generation.voices import list_voices
from jobs.requests import list_newest
from mcp_server.definitions import Arguments, Result, Tool
from mcp_server.export_links import with_address
from mcp_server.fitting import UNTRUSTED, shorten
from mcp_server.handles import handle_of, open_project, open_work, work_handle
from mcp_server.orders import KEYS
from mcp_server.work_views import export_view
from projects import service as projects
from projects.assets import service as assets
from providers import offers
from schemas.json_fields import Integer, Text
from storage.paths import WorkRef, jobs_of_user, jobs_of_work, valid_id
from web.api.common.job_requests import planner
from web.context import services, settings, store, user_id
from works import listing, user_jobs
from works.templates import service as templates

Json = dict[str, Any]

_NO_KEY = "missing: cannot be used"
_NEWEST = {"limit": 100}  # jobs that are listed
_MAX_PROJECTS = 20  # whose works are listed if no project is named
_SOME, _ALL = 20, 100  # entries of a list without a limit; all providers fit
_NARROWING = ("project", "work", "provider", "language")
_TAKEN: Mapping[str, tuple[str, ...]] = {
    "projects": (),
    "works": ("project",),
    "assets": ("project", "work"),
    "templates": ("project", "work"),
    "jobs": ("work",),
    "exports": ("work",),
    "providers": ("project", "work", "provider"),
    "voices": ("provider", "language"),
}
_SOURCES = {
    "projects": "projects:read",
    "works": "works:read",
    "assets": "projects:read",
    "templates": "projects:read",
    "jobs": "works:read",
    "exports": "works:read",
    "providers": None,
    "voices": "works:read",
}


class FindArguments(Arguments):
    """What to list."""

    what = Text(required=True, validate=validate.OneOf(list(_SOURCES)))
    project = Text(metadata={"description": "For works, assets, templates, providers"})
    work = Text(metadata={"description": "proj_1/work_2, for exports, jobs, assets"})
    provider = Text(metadata={"description": "For providers, voices"})
    language = Text(metadata={"description": "Of voices"})
    query = Text(metadata={"description": "Part of the name"})
    limit = Integer(validate=validate.Range(1, 100))
    first = Integer(load_default=0, validate=validate.Range(0))


def _find(arguments: Json) -> Result:
    what = arguments["what"]
    _check_taken(arguments)
    limit = arguments.get("limit") or (_ALL if what == "providers" else _SOME)
    if (scope := _SOURCES[what]) is not None:
        g.identity.require(scope)
    query = arguments.get("query", "").casefold()
    items = _LISTS[what](arguments)
    found = [item for item in items if query in _searched(what, item).casefold()]
    shown = found[arguments["first"] :][:limit]
    if what == "exports":  # no link for one that is not shown
        shown = [with_address(open_work(arguments["work"], SEE), item) for item in shown]
    end = arguments["first"] + len(shown)
    more = {"more": len(found) - end, "next": f"More from first={end}."}
    return Result({"items": shown, **(more if len(found) > end else {})})


def _check_taken(arguments: Json) -> None:
    """Raise FieldsError for arguments that have no effect on what is listed."""
    what = arguments["what"]
    if wrong := [name for name in _NARROWING if name in arguments and name not in _TAKEN[what]]:
        takes = " and ".join(_TAKEN[what]) or "none of these"
        raise FieldsError(
            {name: [f"Has no effect on {what}, which take {takes}."] for name in wrong}
        )


def _searched(what: str, item: Json) -> str:
    """Return the text of an item that a query is looked for in."""
    return str(item if what == "jobs" else item.get(UNTRUSTED, item))


def _projects(_arguments: Json) -> Iterable[Json]:
    for entry in projects.visible(store(), user_id()):
        keys = ("role", "mayPay", "updatedAt")
        facts = {key: entry.values[key] for key in keys if key in entry.values}
        yield {"project": entry.id, **facts, UNTRUSTED: {"name": entry.values["name"]}}


def _works(arguments: Json) -> Iterable[Json]:
    if project := arguments.get("project"):
        ids = [open_project(project, SEE)]
    else:
        ids = [entry.id for entry in projects.visible(store(), user_id())[:_MAX_PROJECTS]]
    for project_id in ids:
        for work in orjson.loads(listing.list_works(store(), project_id, {}).body):
            facts = {key: work[key] for key in ("updatedAt", "progress")}
            handle = work_handle(WorkRef(project_id, work["id"]))
            yield {"work": handle, **facts, UNTRUSTED: {"name": work["name"]}}


def _assets(arguments: Json) -> Iterable[Json]:
    project_id, selected = _project_of(arguments), set[str]()
    if work := arguments.get("work"):
        selected.update(store().work(open_work(work, SEE)).values["selectedAssetIds"])
    listed = orjson.loads(assets.list_json(store(), project_id, None))
    for asset in listed["assets"]:
        keys = ("type", "mimeType", "width", "height", "duration", "tags")
        facts = {key: asset[key] for key in keys[:-1] if key in asset}
        texts = {key: asset[key] for key in ("name", "tags") if asset.get(key)}
        if asset.get("description"):
            texts["description"] = shorten(asset["description"], 200)
        chosen = {"selected": True} if asset["id"] in selected else {}
        yield {"asset": asset["id"], **facts, **chosen, UNTRUSTED: texts}


def _templates(arguments: Json) -> Iterable[Json]:
    listed = orjson.loads(templates.list_json(store(), _project_of(arguments)))
    for template in listed["templates"]:
        counts = {key: template[key] for key in ("textOverlayCount", "imageOverlayCount")}
        texts = {key: template[key] for key in ("name", "description") if template.get(key)}
        yield {"template": template["id"], **counts, UNTRUSTED: texts}


def _jobs(arguments: Json) -> Iterable[Json]:
    names = UserNames(store())
    listed: Sequence[Mapping[str, Any]]
    if work := arguments.get("work"):
        listed = _jobs_of_work(open_work(work, SEE))
    else:
        listed = user_jobs.list_all(store(), user_id(), _NEWEST).items
    for job in listed:
        facts = {key: job[key] for key in ("kind", "state", "createdAt")}
        starter = {} if job["userId"] == user_id() else {"startedBy": names.of(job["userId"])}
        untrusted = {UNTRUSTED: starter} if starter else {}
        yield {"job": handle_of(job), **facts, "percent": job["progress"]["percent"], **untrusted}


def _jobs_of_work(ref: WorkRef) -> list[Mapping[str, Any]]:
    """Return the jobs of a work, newest first.

    With them, the one that made it of a brief, and those that described assets of its project.
    """
    own = list_newest(store(), jobs_of_user(user_id()), _NEWEST).items
    made = [job for job in own if job["workId"] == ref.work_id]
    described = [job for job in own if job["request"].get("projectId") == ref.project_id]
    found = [*list_newest(store(), jobs_of_work(ref), _NEWEST).items, *made, *described]
    return sorted(found, key=lambda job: -job["createdAt"])


def _exports(arguments: Json) -> Iterable[Json]:
    ref = open_work(_required(arguments, "work"), SEE)
    return [export_view(each) for each in exports.list_newest(store(), ref)]


def _providers(arguments: Json) -> Iterable[Json]:
    """Yield the providers: those that can be used now say with whose key, one is the default."""
    is_of_project = arguments.get("project") or arguments.get("work")
    asked = planner(_project_of(arguments) if is_of_project else None)
    wanted = arguments.get("provider")
    for each in offers.list_providers(settings(), asked.caller):
        role, provider = each["category"], each["id"]
        if wanted not in (None, provider):
            continue
        has_key = bool(asked.key_of(role, provider))
        yield {
            "provider": provider,
            "role": role,
            "default": each["default"],
            "key": KEYS[asked.key_source(role, provider)] if has_key else _NO_KEY,
            "models": [model["id"] for model in each["models"]],
        }


def _voices(arguments: Json) -> Iterable[Json]:
    query = {key: arguments[key] for key in ("provider", "language") if arguments.get(key)}
    with services().waiters.permit(user_id()):
        listed = list_voices(planner(), query)["voices"]
    for voice in listed:
        texts = {key: voice[key] for key in ("name", "style") if voice.get(key)}
        facts = {key: voice[key] for key in ("provider", "languages", "gender") if key in voice}
        (facts if valid_id(voice["id"]) else texts)["voice"] = voice["id"]
        yield {**facts, UNTRUSTED: texts}


_LISTS: Mapping[str, Callable[[Json], Iterable[Json]]] = {
    "projects": _projects,
    "works": _works,
    "assets": _assets,
    "templates": _templates,
    "jobs": _jobs,
    "exports": _exports,
    "providers": _providers,
    "voices": _voices,
}


def _required(arguments: Json, name: str) -> str:
    if not arguments.get(name):
        raise FieldsError({name: [f"Required to list {arguments['what']}."]})
    return str(arguments[name])


def _project_of(arguments: Json) -> str:
    if work := arguments.get("work"):
        return open_work(work, SEE).project_id
    return open_project(_required(arguments, "project"), SEE)


FIND = Tool(
    "find",
    "Find",
    "List what there is, newest first. Exports have an address to open,"
    " providers their models, default and whose key is used.",
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
