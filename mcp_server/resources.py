"""Resources: works and the style guides of projects, for clients that attach them."""

import re
from collections.abc import Iterator

import orjson

from access.rights import SEE
from errors import MissingError
from mcp_server.definitions import Listed, ResourceKind
from mcp_server.fitting import UNTRUSTED, fit, shorten
from mcp_server.handles import open_project, open_work
from mcp_server.protocol import Json
from mcp_server.work_views import work_summary
from projects import service as projects
from storage.errors import NotFoundError
from storage.paths import ID_PATTERN, WorkRef
from web.context import store, user_id
from works import listing

_MAX_NAME = 80  # characters
_WORK = re.compile(f"vidworks://works/({ID_PATTERN}/{ID_PATTERN})")
_STYLE = re.compile(f"vidworks://style-guides/({ID_PATTERN})")
_TYPE = "application/json"


def _works() -> Iterator[Listed]:
    """Yield the user's works, those changed last first."""
    for project in projects.visible(store(), user_id()):
        for work in orjson.loads(listing.list_works(store(), project.id, {}).body):
            uri = f"vidworks://works/{project.id}/{work['id']}"
            yield Listed((0, -work["updatedAt"], uri), _resource(uri, work["name"]))


def _style_guides() -> Iterator[Listed]:
    for project in projects.visible(store(), user_id()):
        uri = f"vidworks://style-guides/{project.id}"
        name = f"Style of {project.values['name']}"
        yield Listed((1, -project.values["updatedAt"], uri), _resource(uri, name))


def _resource(uri: str, name: str) -> Json:
    return {"uri": uri, "name": shorten(name, _MAX_NAME), "mimeType": _TYPE}


def _read_work(uri: str) -> str | None:
    if match := _WORK.fullmatch(uri):
        try:
            ref: WorkRef = open_work(match[1], SEE)
            return _to_text(work_summary(ref, store().work(ref)))
        except (NotFoundError, MissingError):
            return None
    return None


def _read_style(uri: str) -> str | None:
    if match := _STYLE.fullmatch(uri):
        try:
            project = store().projects.snapshot(open_project(match[1], SEE)).values
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
