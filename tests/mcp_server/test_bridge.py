"""`./vidworks mcp`: MCP on stdin and stdout, passed on to the endpoint of a service."""

import sys
import threading
from io import BytesIO
from typing import Any

import orjson
import pytest
from click.testing import CliRunner
from mcp import Client
from mcp.client.stdio import StdioServerParameters
from mcp.shared.inbound import encode_header_value
from mcp_types import JSONRPCError
from werkzeug.serving import make_server

from mcp_server.bridge import Bridge, bridge, endpoint_of, headers_for
from mcp_server.protocol import encode_header
from tests.mcp_server.client import MODES, SESSION, STATELESS, run
from tests.service import ROOT, free_port

Json = dict[str, Any]

PREFIX = "io.modelcontextprotocol"
PING = {"jsonrpc": "2.0", "id": 7, "method": "ping"}
NOTIFICATION = {"jsonrpc": "2.0", "method": "notifications/initialized"}
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": "a",
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {}},
}


@pytest.fixture
def url(app):
    """The address of the endpoint of the application, on a port of its own."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/mcp"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def answers(url: str, token: str, *messages: Any) -> list[Any]:
    """Return what the bridge writes for messages, one a line, in the order of their ids."""
    output = BytesIO()
    lines = b"".join(orjson.dumps(message) + b"\n" for message in messages)
    Bridge(url, token, output).run(BytesIO(lines))
    found = [orjson.loads(line) for line in output.getvalue().splitlines()]
    return sorted(found, key=lambda answer: str(answer["id"]))


def stateless(method: str, **params: Any) -> Json:
    meta = {f"{PREFIX}/protocolVersion": STATELESS, f"{PREFIX}/clientCapabilities": {}}
    return {"jsonrpc": "2.0", "id": 1, "method": method, "params": {**params, "_meta": meta}}


@pytest.mark.parametrize(
    ("message", "agreed", "headers"),
    [
        (INITIALIZE, "", {}),
        (PING, "2025-06-18", {"MCP-Protocol-Version": "2025-06-18"}),
        (NOTIFICATION, "2025-06-18", {"MCP-Protocol-Version": "2025-06-18"}),
        ([PING], "", {}),
        (
            stateless("tools/list"),
            "",
            {"MCP-Protocol-Version": STATELESS, "Mcp-Method": "tools/list"},
        ),
        (
            stateless("tools/call", name="find", arguments={}),
            "2025-06-18",
            {"MCP-Protocol-Version": STATELESS, "Mcp-Method": "tools/call", "Mcp-Name": "find"},
        ),
    ],
)
def test_headers_repeat_what_the_message_says(message, agreed, headers):
    found = headers_for(message, agreed)

    assert {key: found[key] for key in found if key.lower().startswith("mcp-")} == headers


@pytest.mark.parametrize("value", ["find", "Größe", " x", "a\nb", "=?base64?eA==?=", "a b", "~"])
def test_values_are_encoded_as_by_the_official_client(value):
    assert encode_header(value) == encode_header_value(value)


def test_messages_are_answered_and_notifications_are_not(url, ana):
    call = stateless("tools/call", name="find", arguments={"what": "projects"})

    found = answers(url, ana.token, NOTIFICATION, call, PING, INITIALIZE)

    assert [answer["id"] for answer in found] == [1, 7, "a"]
    assert found[0]["result"]["structuredContent"] == {"items": []}
    assert found[1]["result"] == {}
    assert found[2]["result"]["protocolVersion"] == "2025-06-18"


def test_errors_of_the_protocol_are_passed_on(url, ana):
    unknown, batch = answers(url, ana.token, stateless("tools/none"), [PING])[::-1]

    assert (unknown["id"], unknown["error"]["code"]) == (None, -32600)
    assert (batch["id"], batch["error"]["code"]) == (1, -32601)


def test_refused_token_is_an_error_that_says_what_to_set(url):
    [answer] = answers(url, "vg_wrong", PING, NOTIFICATION)

    error = JSONRPCError.model_validate(answer).error
    assert (answer["id"], error.code) == (7, -32000)
    assert "VIDWORKS_TOKEN" in error.message


def test_service_that_does_not_run_is_an_error_that_says_so():
    nobody = f"http://127.0.0.1:{free_port()}/mcp"

    [answer] = answers(nobody, "vg_x", NOTIFICATION, PING)

    error = JSONRPCError.model_validate(answer).error
    assert (answer["id"], error.code) == (7, -32000)
    assert error.message.startswith(f"Vidworks does not answer at {nobody}: ")
    assert "./vidworks start" in error.message


def test_line_that_is_no_json_is_an_error():
    answer = Bridge("http://127.0.0.1:1/mcp", "", BytesIO()).answer(b"{\n")

    assert JSONRPCError.model_validate(answer).error.code == -32700


def test_other_answers_are_errors_that_quote_them(url, ana):
    [answer] = answers(url.replace("/mcp", "/nothing"), ana.token, PING)

    assert answer["error"]["message"].startswith("Vidworks answered with HTTP status 404: ")


@pytest.mark.parametrize("path", ["", "/", "/mcp", "/mcp/"])
def test_address_may_be_that_of_the_service_or_of_its_endpoint(path):
    assert endpoint_of(f"https://tools.example.com/v{path}") == "https://tools.example.com/v/mcp"


def test_default_address_has_the_port_of_the_settings(monkeypatch):
    port = free_port()
    monkeypatch.setenv("PORT", str(port))

    result = CliRunner().invoke(bridge, ["--token", "vg_x"], input=orjson.dumps(PING))

    assert f"http://localhost:{port}/mcp" in result.stdout


@pytest.mark.slow
@pytest.mark.parametrize("version", [STATELESS, pytest.param(SESSION, marks=pytest.mark.thorough)])
def test_official_client_talks_to_the_program(url, ana, version):
    program = StdioServerParameters(
        command=sys.executable,
        args=[str(ROOT / "commands" / "__main__.py"), "mcp", "--url", url],
        env={"VIDWORKS_TOKEN": ana.token},
    )

    async def scenario() -> None:
        async with Client(program, mode=MODES[version]) as client:
            tools = await client.list_tools()
            assert tools.tools[0].name == "find"
            result = await client.call_tool("create_work", {"name": "Größe"})
            assert not result.is_error

    run(scenario)
    [work] = ana.show("/api/projects")
    assert work["name"] == "Größe"
