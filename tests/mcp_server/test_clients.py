"""Clients that vanish or come in crowds: others are served meanwhile, and nothing is lost."""

import json
import socket
import time
from typing import Any

import pytest

from tests.jobs.helpers import until
from tests.service import Client, Service

pytestmark = pytest.mark.slow

CROWD = 200
DEMO = {"image_provider": "demo", "video_provider": "demo"}


class Caller:
    """Calls tools on one connection, as a client that opened with `initialize`."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def call(self, tool: str, **arguments: Any) -> Any:
        answer = self.client.post("/mcp", message(tool, **arguments))
        assert answer.status == 200, answer.body
        result = answer.json["result"]
        assert "isError" not in result, result
        return json.loads(result["content"][0]["text"])

    def finished(self, job: str) -> Any:
        """Wait until a job is finished; return it."""

        def found() -> Any:
            shown = self.call("get_job", job=job, wait=20)
            return shown if shown["finished"] else None

        return until(found, 180)


def message(tool: str, **arguments: Any) -> dict[str, Any]:
    params = {"name": tool, "arguments": arguments}
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}


def send(service: Service, token: str, body: dict[str, Any]) -> socket.socket:
    """Send a call on a connection of its own; return the connection."""
    data = json.dumps(body).encode()
    head = f"Host: x\r\nAuthorization: Bearer {token}\r\nContent-Length: {len(data)}\r\n\r\n"
    connection = socket.create_connection(("127.0.0.1", service.port), timeout=60)
    connection.sendall(f"POST /mcp HTTP/1.1\r\n{head}".encode() + data)
    return connection


@pytest.fixture
def caller(demo_service, token):
    return Caller(demo_service.client(token))


def test_order_of_a_client_that_vanishes_is_carried_out_once(demo_service, token, caller):
    scenes = [{"scene_index": 0, "image_prompt": "A lamp", "video_prompt": "Push in"}]
    small = {"width": 64, "height": 64}
    work = caller.call("create_work", projectName="P", resolution=small)["work"]
    caller.call("update_work", work=work, scenes=scenes)
    confirm = caller.call("generate", work=work, **DEMO)["confirm"]
    order = {"work": work, **DEMO, "confirm": confirm}

    for _ in range(5):
        send(demo_service, token, message("generate", **order)).close()

    job = caller.call("generate", **order)["job"]
    assert caller.finished(job)["state"] == "succeeded"
    assert len(caller.call("find", what="jobs", work=work)["items"]) == 1


def test_crowd_that_waits_for_a_job_keeps_nobody_from_being_served(demo_service, token, caller):
    work = caller.call("create_work", projectName="P", name="Crowd", videoDuration=60)["work"]
    scenes = [
        {"scene_index": number, "image_prompt": "A lamp", "duration_seconds": 30}
        for number in range(40)
    ]
    caller.call("update_work", work=work, scenes=scenes)
    confirm = caller.call("generate", work=work, **DEMO)["confirm"]
    job = caller.call("generate", work=work, **DEMO, confirm=confirm)["job"]
    waiting = message("get_job", job=job, wait=45)

    crowd = [send(demo_service, token, waiting) for _ in range(CROWD)]
    times = []
    for _ in range(20):
        start = time.monotonic()
        assert caller.call("get_work", work=work)["work"] == work
        times.append(time.monotonic() - start)
    for connection in crowd:
        connection.close()

    assert sorted(times)[10] < 10  # of the 45 seconds that the crowd waits
    caller.client.post("/mcp", message("control_job", job=job, action="cancel"))  # or it has ended
