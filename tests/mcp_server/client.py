"""A model's client in tests: the official MCP client, whose answers are checked with mcp-types."""

import asyncio
import base64
import json
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import ImageContent, TextContent
from mcp_types.methods import validate_server_result

from tests.service import Service

Json = dict[str, Any]

STATELESS, SESSION = "2026-07-28", "2025-11-25"
MODES = {STATELESS: "auto", SESSION: "legacy"}  # how the client opens


class Answer(NamedTuple):
    """The result of a tool: its data (or an error), its pictures, and its size in tokens."""

    data: Any
    pictures: list[bytes]
    failed: bool
    tokens: float


class Model:
    """What a model does: it calls tools, and sees what they return."""

    def __init__(self, client: Client) -> None:
        self.client = client

    async def call(self, tool: str, **arguments: Any) -> Answer:
        """Call a tool; arguments may have a trailing underscore, as `from_`."""
        given = {name.rstrip("_"): value for name, value in arguments.items()}
        result = await self.client.call_tool(tool, given)
        texts = [each.text for each in result.content if isinstance(each, TextContent)]
        images = [each.data for each in result.content if isinstance(each, ImageContent)]
        chars = len("".join(texts)) + len(json.dumps(result.structured_content or ""))
        data = texts[0] if result.is_error else json.loads(texts[0])
        if result.structured_content is not None:
            assert result.structured_content == data
        return Answer(data, [base64.b64decode(each) for each in images], result.is_error, chars / 4)

    async def do(self, tool: str, **arguments: Any) -> Any:
        """Call a tool that succeeds; return its data."""
        answer = await self.call(tool, **arguments)
        assert not answer.failed, answer.data
        return answer.data

    async def confirmed(self, tool: str, **arguments: Any) -> Any:
        """Do what may cost money: ask what would be called, then confirm; wait for the job."""
        offer = await self.do(tool, **arguments)
        job = await self.do(tool, **arguments, confirm=offer["confirm"])
        return await self.finished(job)

    async def finished(self, job: Json) -> Any:
        """Wait for a job, and return it."""
        while not job["finished"]:
            job = await self.do("get_job", job=job["job"], wait=45)
        assert job["state"] == "succeeded", job
        return job


@asynccontextmanager
async def connected(
    service: Service, token: str, version: str, ask: Any = None, **headers: str
) -> Any:
    """Connect as a client does that opens in the way of this revision; yield a Model.

    With `ask`, the client declares that it asks its user what results require, and asks that.
    """
    fields = {"Authorization": f"Bearer {token}", **headers}

    async def check(response: httpx2.Response) -> None:
        await response.aread()
        _validate(response, version)

    hooks = {"response": [check]}
    async with httpx2.AsyncClient(headers=fields, timeout=120, event_hooks=hooks) as http:
        transport = streamable_http_client(f"http://127.0.0.1:{service.port}/mcp", http_client=http)
        options = {"mode": MODES[version], "elicitation_callback": ask}
        async with Client(transport, **options) as client:
            yield Model(client)


def run(scenario: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a scenario to its end, in a thread of its own: a browser may have a loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(scenario())).result()


def _validate(response: httpx2.Response, version: str) -> None:
    """Check that an answer has the shape that the revision demands."""
    if response.status_code == 202:
        assert not response.content
        return
    method = json.loads(response.request.content)["method"]
    body = response.json()
    assert body["jsonrpc"] == "2.0"
    if "result" in body:
        validate_server_result(method, version, body["result"])
    assert "mcp-session-id" not in response.headers
