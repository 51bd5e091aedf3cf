"""Classes that define tools, prompts and resources of MCP; `Registry` lists and calls them."""

import base64
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from marshmallow import Schema

from accounts.identity import Identity
from errors import FieldsError
from mcp_server.fitting import fit
from mcp_server.json_schema import object_schema
from mcp_server.protocol import (
    INVALID_PARAMS,
    Json,
    Method,
    Request,
    ResourceNotFoundError,
    RpcError,
)
from schemas.common import Base
from schemas.json_fields import Text
from schemas.lists import decode_cursor, encode_cursor

PAGE_SIZE = 50
_POSITION = (int, int, str)

_TTL_MS = 300_000  # for which clients may keep lists of tools and prompts


class Listed(NamedTuple):
    """An entry of a list; entries are sorted by their positions, which are unique."""

    position: tuple[int, int, str]
    entry: Json


def page(name: str, entries: Iterable[Listed], request: Request) -> Json:
    """Return `{name: […], nextCursor?}`, from the request's cursor on. Raises RpcError."""
    after = _position(request)
    found = sorted(each for each in entries if after is None or each.position > after)
    shown = found[:PAGE_SIZE]
    more = {"nextCursor": encode_cursor(*shown[-1].position)} if len(found) > PAGE_SIZE else {}
    return {name: [each.entry for each in shown], **more}


def whole(listing: Callable[[Request], Json]) -> Callable[[Request], Json]:
    """Return a method that lists all at once, without pages: it refuses every cursor."""

    def handle(request: Request) -> Json:
        if request.params.get("cursor") is not None:
            raise _invalid()
        return listing(request)

    return handle


def _position(request: Request) -> tuple[Any, ...] | None:
    cursor = request.params.get("cursor")
    if cursor is None:
        return None
    try:
        return tuple(decode_cursor(str(cursor), _POSITION, "resources/list"))
    except FieldsError:
        raise _invalid() from None


def _invalid() -> RpcError:
    return RpcError(INVALID_PARAMS, "Invalid cursor: pass `nextCursor` of the page before it.")


class Picture(NamedTuple):
    """A JPEG that the model sees, and what it shows."""

    caption: str
    jpeg: bytes


class Result(NamedTuple):
    """What a tool returns: data, pictures, and downloads: `{uri, name, mimeType, size}`."""

    data: Json
    pictures: Sequence[Picture] = ()
    links: Sequence[Json] = ()


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool: a whole task. `run` takes the validated arguments.

    It requires all of the `scopes`, and one of `any_scope` if there are any. `stores` says that
    what it is sent takes room on the disk, `starts_job` that its data may be those of a job.
    """

    name: str
    title: str
    description: str
    arguments: Schema
    run: Callable[[Json], Result]
    scopes: tuple[str, ...] = ()
    any_scope: tuple[str, ...] = ()
    output: Json | None = None
    reads: bool = False
    destructive: bool = False
    idempotent: bool = False
    open_world: bool = False
    stores: bool = False
    starts_job: bool = False

    def to_json(self) -> Json:
        """Return it as lists of tools have it."""
        return {
            "name": self.name,
            "description": self.description,
            "inputSchema": object_schema(self.arguments),
            **({"outputSchema": self.output} if self.output else {}),
            "annotations": {"title": self.title, **self._hints()},
        }

    def _hints(self) -> Json:
        """Return the hints for clients that differ from the defaults of the protocol."""
        if self.reads:  # what it may do to data and others is of no interest then
            return {"readOnlyHint": True, "openWorldHint": False}
        hints = {
            "destructiveHint": (self.destructive, True),
            "idempotentHint": (self.idempotent, False),
            "openWorldHint": (self.open_world, True),
        }
        return {name: value for name, (value, default) in hints.items() if value != default}

    def is_granted(self, identity: Identity) -> bool:
        """Return whether the scopes of a token suffice to call it."""
        missing_any = self.any_scope and identity.scopes.isdisjoint(self.any_scope)
        return identity.scopes.issuperset(self.scopes) and not missing_any


class Prompt(NamedTuple):
    """A text for a user to send; `arguments` are its texts with descriptions, all required."""

    name: str
    title: str
    description: str
    arguments: Mapping[str, str]
    build: Callable[[Mapping[str, str]], str]


class ResourceKind(NamedTuple):
    """Resources of one kind: their URI template, a list of them, and the text of one.

    `list` yields {uri, name, …} with their positions; `read` returns None for a URI of another
    kind.
    """

    template: Json
    list: Callable[[], Iterable[Listed]]
    read: Callable[[str], str | None]
    scope: str


@dataclass(frozen=True, slots=True)
class Registry:
    """All tools, prompts and resources; `call` runs a tool and turns its errors into results."""

    tools: Sequence[Tool]
    prompts: Sequence[Prompt]
    resources: Sequence[ResourceKind]
    identity: Callable[[], Identity]
    call: Callable[[Tool, Json, Request], Json]
    _by_name: dict[str, Tool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._by_name.update({tool.name: tool for tool in self.tools})

    def methods(self) -> dict[str, Method]:
        """Return the methods of the protocol that serve them."""
        return {
            "tools/list": Method(whole(self._list_tools), _TTL_MS),
            "tools/call": Method(self._call_tool),
            "prompts/list": Method(whole(self._list_prompts), _TTL_MS),
            "prompts/get": Method(self._get_prompt),
            "resources/list": Method(self._list_resources, 0),
            "resources/templates/list": Method(whole(self._list_templates), _TTL_MS),
            "resources/read": Method(self._read_resource, 0),
        }

    def _list_tools(self, _request: Request) -> Json:
        identity = self.identity()
        return {"tools": [tool.to_json() for tool in self.tools if tool.is_granted(identity)]}

    def _call_tool(self, request: Request) -> Json:
        name, arguments = request.params.get("name"), request.params.get("arguments") or {}
        if not isinstance(name, str):
            raise RpcError(INVALID_PARAMS, "`name` must be the name of a tool (see tools/list).")
        tool = self._by_name.get(name)
        if tool is None:
            raise RpcError(INVALID_PARAMS, f"Unknown tool: {name[:100]}")
        if not isinstance(arguments, dict):
            raise RpcError(INVALID_PARAMS, "`arguments` must be an object.")
        return self.call(tool, arguments, request)

    def _list_prompts(self, _request: Request) -> Json:
        return {
            "prompts": [
                {
                    "name": prompt.name,
                    "title": prompt.title,
                    "description": prompt.description,
                    "arguments": [
                        {"name": name, "description": description, "required": True}
                        for name, description in prompt.arguments.items()
                    ],
                }
                for prompt in self.prompts
            ]
        }

    def _get_prompt(self, request: Request) -> Json:
        name = request.params.get("name")
        if not isinstance(name, str):
            raise RpcError(INVALID_PARAMS, "`name` must be the name of a prompt.")
        prompt = next((each for each in self.prompts if each.name == name), None)
        if prompt is None:
            raise RpcError(INVALID_PARAMS, f"Unknown prompt: {name[:100]}")
        given = request.params.get("arguments")
        given = given if isinstance(given, dict) else {}
        texts = {name: given.get(name) for name in prompt.arguments}
        for name, text in texts.items():
            if not isinstance(text, str):
                raise RpcError(INVALID_PARAMS, f"The prompt needs the argument `{name}`, a text.")
        text = prompt.build({name: str(text) for name, text in texts.items()})
        message = {"role": "user", "content": {"type": "text", "text": text}}
        return {"description": prompt.description, "messages": [message]}

    def _list_resources(self, request: Request) -> Json:
        entries = (each for kind in self._readable() for each in kind.list())
        return page("resources", entries, request)

    def _list_templates(self, _request: Request) -> Json:
        return {"resourceTemplates": [kind.template for kind in self._readable()]}

    def _read_resource(self, request: Request) -> Json:
        uri = request.params.get("uri")
        if not isinstance(uri, str):
            raise RpcError(INVALID_PARAMS, "`uri` must be a string.")
        for kind in self._readable():
            if (text := kind.read(uri)) is not None:
                content = {"uri": uri, "mimeType": "application/json", "text": text}
                return {"contents": [content]}
        raise ResourceNotFoundError(uri[:500])

    def _readable(self) -> list[ResourceKind]:
        scopes = self.identity().scopes
        return [kind for kind in self.resources if kind.scope in scopes]


class Arguments(Base):
    """Base of the arguments of tools; `load_arguments` refuses unknown ones."""


def work_field() -> Text:
    """Return the required argument that names a work."""
    return Text(required=True, metadata={"description": "proj_1/work_2"})


def job_field() -> Text:
    """Return the required argument that names a job."""
    return Text(required=True, metadata={"description": "Handle of a job"})


def to_call_result(tool: Tool, result: Result) -> Json:
    """Return the result of a call; its data are structured for tools that say how they look."""
    data, text = fit(result.data)
    content: list[Json] = [{"type": "text", "text": text}]
    for caption, jpeg in result.pictures:
        encoded = base64.b64encode(jpeg).decode()
        content.append({"type": "text", "text": caption})
        content.append({"type": "image", "mimeType": "image/jpeg", "data": encoded})
    content.extend({"type": "resource_link", **link} for link in result.links)
    structured = {"structuredContent": data} if tool.output else {}
    return {"content": content, **structured}


def error_result(text: str) -> Json:
    """Return the result of a call that failed: what is wrong, and what to do next."""
    return {"content": [{"type": "text", "text": text}], "isError": True}
