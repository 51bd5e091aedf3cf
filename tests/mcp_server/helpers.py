"""Calls of tools through Flask's test client."""

import json
from functools import cache
from typing import Any

import jsonschema_rs
from mcp_types.methods import validate_server_result

from mcp_server.tools import TOOLS
from tests.jobs.helpers import until
from tests.people import Person

Json = dict[str, Any]


def rpc(person: Person, method: str, **params: Any) -> Json:
    """Call a method; return its result."""
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    answer = person.post("/mcp", json=body)
    assert answer.status_code == 200, answer.text
    result: Json = answer.json["result"]
    validate_server_result(method, "2025-11-25", result)
    return result


def tool_call(tool: str, **arguments: Any) -> Json:
    """Return the message that calls a tool."""
    params = {"name": tool, "arguments": arguments}
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}


def call(person: Person, tool: str, **arguments: Any) -> Json:
    """Call a tool; return its result.

    Its schema allows what the tool accepts: some clients send nothing else.
    """
    result = rpc(person, "tools/call", name=tool, arguments=arguments)
    if not result.get("isError"):
        _schema_of(tool).validate(arguments)
    return result


@cache
def _schema_of(tool: str) -> jsonschema_rs.Validator:
    shown = next(each.to_json() for each in TOOLS if each.name == tool)
    return jsonschema_rs.validator_for(shown["inputSchema"])


def data(person: Person, tool: str, **arguments: Any) -> Any:
    """Call a tool that succeeds; return its data."""
    result = call(person, tool, **arguments)
    assert not result.get("isError"), result
    return json.loads(result["content"][0]["text"])


def failure(person: Person, tool: str, **arguments: Any) -> str:
    """Call a tool that fails; return what it says."""
    result = call(person, tool, **arguments)
    assert result.get("isError"), result
    [content] = result["content"]
    return str(content["text"])


def finished(person: Person, job: Json) -> Json:
    """Wait until a job is finished; return it."""

    def found() -> Json | None:
        shown: Json = data(person, "get_job", job=job["job"], wait=20)
        return shown if shown["finished"] else None

    return until(found, 180)


def handle(path: str) -> str:
    """Return the handle of what has this URL path: a project, a work, or a job."""
    return "/".join(part for part in path.split("/") if "_" in part)
