"""The matrix for MCP: every tool, task and resource, by everyone, in everyone's projects."""

from typing import Any, NamedTuple

import pytest

from access.rights import CHANGE, MANAGE, PAY, SEE
from mcp_server.tools import TOOLS
from tests.access.callers import USERS, Caller, Outcome, Relation, outcome_of
from tests.access.cells import everywhere, of_each_part, stored_files
from tests.access.world import World
from tests.mcp_server.helpers import handle
from tests.mcp_server.test_failures import arguments_for
from tests.mcp_server.test_tasks import send as send_stateless
from tests.people import Person

Json = dict[str, Any]

TOOL_RIGHTS = {
    **dict.fromkeys(("find", "get_work", "view_scenes", "get_job", "list_comments"), SEE),
    **dict.fromkeys(("create_work", "update_work", "edit_timeline"), CHANGE),
    **dict.fromkeys(("add_asset", "upload_url", "export_video", "control_job"), CHANGE),
    **dict.fromkeys(("analyze", "write_scenario", "generate"), CHANGE),  # of the demo
}
TASK_RIGHTS = {"tasks/get": SEE, "tasks/update": SEE, "tasks/cancel": CHANGE}
REFUSALS = {
    "Your role in this project does not permit this: ": Outcome.FORBIDDEN,
    "Not found: There is no ": Outcome.NOT_FOUND,
    "There is no such task.": Outcome.NOT_FOUND,
    "Resource not found": Outcome.NOT_FOUND,
}


class McpRequest(NamedTuple):
    """A call of a tool, or of another method, and the right that it needs."""

    right: str
    method: str
    params: Json

    @property
    def name(self) -> str:
        return str(self.params.get("name") or self.params.get("uri") or self.method)


def test_every_tool_has_a_right():
    assert TOOL_RIGHTS.keys() == {tool.name for tool in TOOLS}


@of_each_part
@everywhere
@pytest.mark.parametrize("caller", USERS, ids=lambda caller: caller.name)
def test_matrix_of_mcp(world, open_world, caller, relation, part):
    person = world.person(caller, open_world(caller, relation))

    check(person, caller, relation, part(requests_for(world, relation), caller, relation))


def check(person: Person, caller: Caller, relation: Relation, requests: list[McpRequest]) -> None:
    """Send these requests. Those that are refused come first, and change nothing."""
    expected = [(each, outcome_of(caller, relation, each.right)) for each in requests]
    app = person.client.application
    before = stored_files(app)
    for request, outcome in expected:
        if outcome is not Outcome.ADMITTED:
            assert send(person, request) is outcome, request.name
    assert stored_files(app) == before
    for request, outcome in expected:
        if outcome is Outcome.ADMITTED:
            assert send(person, request) is outcome, request.name


def requests_for(world: World, relation: Relation) -> list[McpRequest]:
    """Return requests for what is in the project of this relation."""
    work, job = (
        handle(world.address(path, relation)) for path in (world.shared.work, world.shared.job)
    )
    project, style = work.partition("/")[0], {"work": work, "knowledge": "It is a lamp."}
    paid = {"work": work, "llm_provider": "gemini"}
    return [
        *(
            McpRequest(
                right, "tools/call", {"name": name, "arguments": arguments_for(name, work, job)}
            )
            for name, right in TOOL_RIGHTS.items()
        ),
        *(McpRequest(right, name, {"taskId": job}) for name, right in TASK_RIGHTS.items()),
        McpRequest(MANAGE, "tools/call", {"name": "update_work", "arguments": style}),
        McpRequest(PAY, "tools/call", {"name": "write_scenario", "arguments": paid}),
        McpRequest(SEE, "resources/read", {"uri": f"vidworks://works/{work}"}),
        McpRequest(SEE, "resources/read", {"uri": f"vidworks://style-guides/{project}"}),
    ]


def send(person: Person, request: McpRequest) -> Outcome:
    """Send a request; return what its answer means."""
    if request.method == "resources/read":
        body = {"jsonrpc": "2.0", "id": 1, "method": request.method, "params": request.params}
        answer = person.post("/mcp", json=body).json
    else:
        answer = send_stateless(person, request.method, **request.params)
    failed = answer.get("error", {}).get("message", "")
    if (result := answer.get("result", {})).get("isError"):
        failed = result["content"][0]["text"]
    meanings = [meaning for text, meaning in REFUSALS.items() if failed.startswith(text)]
    return meanings[0] if meanings else Outcome.ADMITTED
