"""Resources: works and the style guides of projects, for clients that attach them."""

import re

import orjson

from errors import MissingError
from mcp_server.definitions import ResourceKind
from mcp_server.fitting import UNTRUSTED, fit, shorten
from mcp_server.handles import WorkIds, open_project, open_work
from mcp_server.protocol import Json
from mcp_server.views import work_summary
from projects import service as projects
from storage.errors import NotFoundError
from storage.ids import ID_PATTERN
from web.context import store, user_id
from works import listing

_MAX_PROJECTS, _MAX_WORKS = 20, 50
_MAX_NAME = 80  # characters
_WORK = re.compile(f"vidworks://works/({ID_PATTERN}/{ID_PATTERN})")
_STYLE = re.compile(f"vidworks://style-guides/({ID_PATTERN})")
_TYPE = "application/json"


def _works() -> list[Json]:
    found: list[Json] = []
    for entry in projects.own(store(), user_id())[:_MAX_PROJECTS]:
        page = listing.list_works(store(), entry.id, {"limit": _MAX_WORKS})
        found += orjson.loads(page.body)
    found.sort(key=lambda work: -work["updatedAt"])
    return [
        _resource(f"vidworks://works/{work['projectId']}/{work['id']}", work["name"])
        for work in found[:_MAX_WORKS]
    ]


def _style_guides() -> list[Json]:
    listed = projects.own(store(), user_id())[:_MAX_PROJECTS]
    return [
        _resource(f"vidworks://style-guides/{entry.id}", f"Style of {entry.values['name']}")
        for entry in listed
    ]


def _resource(uri: str, name: str) -> Json:
    return {"uri": uri, "name": shorten(name, _MAX_NAME), "mimeType": _TYPE}


def _read_work(uri: str) -> str | None:
    if match := _WORK.fullmatch(uri):
        try:
            ids: WorkIds = open_work(match[1])
            return _to_text(work_summary(ids, ids.snapshot()))
        except (NotFoundError, MissingError):
            return None
    return None


def _read_style(uri: str) -> str | None:
    if match := _STYLE.fullmatch(uri):
        try:
            project = store().projects.snapshot(open_project(match[1])).values
        except (NotFoundError, MissingError):
            return None
        style = {key: project[key] for key in ("styleGuide", "knowledge")}
        return _to_text({"project": project["id"], UNTRUSTED: style})
    return None


def _to_text(value: Json) -> str:
    return fit(value)[1]


RESOURCES = (
    ResourceKind(
        {"uriTemplate": "vidworks://works/{project}/{work}", "name": "Work", "mimeType": _TYPE},
        _works,
        _read_work,
        "works:read",
    ),
    ResourceKind(
        {
            "uriTemplate": "vidworks://style-guides/{project}",
            "name": "Style guide and knowledge of a project",
            "mimeType": _TYPE,
        },
        _style_guides,
        _read_style,
        "projects:read",
    ),
)
