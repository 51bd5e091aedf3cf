"""Jobs as tasks, for clients that declare the extension."""

from typing import Any

import pytest

from tests.jobs.helpers import new_work_with_scenes, until
from tests.mcp_server.helpers import handle
from tests.people import Person

EXTENSION = "io.modelcontextprotocol/tasks"
DEMO = {"image_provider": "demo", "video_provider": "demo"}


def send(person: Person, method: str, *, declares: bool = True, **params: Any) -> Any:
    """Send a request of the stateless revision; return the JSON of the answer."""
    capabilities: dict[str, Any] = {"extensions": {EXTENSION: {}}} if declares else {}
    prefix = "io.modelcontextprotocol"
    meta = {f"{prefix}/protocolVersion": "2026-07-28", f"{prefix}/clientCapabilities": capabilities}
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": {**params, "_meta": meta}}
    headers = {"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": method}
    if name := params.get("name") or params.get("taskId"):
        headers["Mcp-Name"] = name
    return person.post("/mcp", json=body, headers=headers).json


def generate(person: Person, work: str, *, declares: bool = True) -> Any:
    """Order the scenes of a work, and confirm the order; return the result."""

    def call(**more: str) -> Any:
        arguments = {"work": work, **DEMO, **more}
        return send(person, "tools/call", declares=declares, name="generate", arguments=arguments)

    offer = call()["result"]
    assert offer["resultType"] == "complete"  # nothing has been started
    confirm = offer["content"][0]["text"].partition('"confirm":"')[2][:24]
    return call(confirm=confirm)["result"]


@pytest.fixture
def scenes(ana, project):
    """The handle of a work with two scenes, 64 pixels wide."""
    small = {"width": 64, "height": 64}
    return handle(new_work_with_scenes(ana, project, 2, resolution=small))


def test_extension_is_declared_to_clients_of_the_stateless_revision(ana):
    capabilities = send(ana, "server/discover")["result"]["capabilities"]

    assert capabilities["extensions"] == {EXTENSION: {}}


def test_job_is_a_task_that_is_polled_until_it_has_the_result(ana, scenes):
    task = generate(ana, scenes)

    assert (task["resultType"], task["status"]) == ("task", "working")
    assert {"createdAt", "lastUpdatedAt", "ttlMs", "pollIntervalMs"} < task.keys()

    def ended() -> Any:
        shown = send(ana, "tasks/get", taskId=task["taskId"])["result"]
        return None if shown["status"] == "working" else shown

    found = until(ended, 180)
    assert (found["resultType"], found["status"]) == ("complete", "completed")
    assert found["result"]["structuredContent"]["state"] == "succeeded"


def test_task_can_be_cancelled_and_asks_for_no_input(ana, scenes):
    task_id = generate(ana, scenes)["taskId"]

    updated = send(ana, "tasks/update", taskId=task_id, inputResponses={})["result"]
    cancelled = [send(ana, "tasks/cancel", taskId=task_id)["result"] for _ in range(2)]

    for result in (updated, *cancelled):
        assert result["resultType"] == "complete"
    status = send(ana, "tasks/get", taskId=task_id)["result"]["status"]
    assert status in ("working", "cancelled", "completed")


def test_clients_that_do_not_declare_it_get_a_job(ana, scenes):
    result = generate(ana, scenes, declares=False)

    assert result["resultType"] == "complete"
    error = send(ana, "tasks/get", declares=False, taskId="job_1")["error"]
    assert error["code"] == -32021
    assert error["data"] == {"requiredCapabilities": {"extensions": {EXTENSION: {}}}}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tasks/get", "params": {"taskId": "job_1"}}
    assert ana.post("/mcp", json=body).json["error"]["code"] == -32601


@pytest.mark.parametrize("method", ["tasks/get", "tasks/update", "tasks/cancel"])
def test_tasks_of_others_and_unknown_ones_do_not_exist(ana, ben, scenes, method):
    task_id = generate(ana, scenes)["taskId"]

    for person, name in ((ben, task_id), (ana, "job_0"), (ana, "../x")):
        error = send(person, method, taskId=name)["error"]
        assert error == {"code": -32602, "message": "There is no such task."}
