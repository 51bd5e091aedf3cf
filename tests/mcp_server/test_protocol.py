"""The protocol, with a server of one method: versions, envelopes, headers, errors."""

from typing import Any

import pytest
from mcp_types import UnsupportedProtocolVersionErrorData, jsonrpc
from mcp_types.methods import validate_server_result
from mcp_types.version import KNOWN_PROTOCOL_VERSIONS

from mcp_server import protocol
from mcp_server.protocol import Method, Server, reply

Json = dict[str, Any]

STATELESS = "2026-07-28"
PREFIX = "io.modelcontextprotocol"
SERVER = Server(
    info={"name": "test", "version": "1"},
    capabilities={"tools": {}},
    instructions="None.",
    methods={
        "tools/list": Method(lambda _: {"tools": []}, 1000),
        "tools/call": Method(lambda request: {"content": [], "structuredContent": request.params}),
    },
)


def request(method: str, **params: Any) -> Json:
    """Return a request as clients send it that opened with `initialize`."""
    return {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}


def stateless(method: str, version: Any = STATELESS, **params: Any) -> Json:
    """Return a request of the stateless revision."""
    meta = {f"{PREFIX}/protocolVersion": version, f"{PREFIX}/clientCapabilities": {}}
    return request(method, _meta=meta, **params)


def headers(method: str, version: str = STATELESS, **more: str) -> dict[str, str]:
    """Return the headers of a request of the stateless revision."""
    return {"MCP-Protocol-Version": version, "Mcp-Method": method, **more}


def send(message: Any, fields: dict[str, str] | None = None) -> protocol.Reply:
    return reply(SERVER, message, (fields or {}).get)


def error_code(answer: protocol.Reply) -> int:
    assert answer.body is not None
    jsonrpc.JSONRPCError.model_validate(answer.body)
    return int(answer.body["error"]["code"])


def result(answer: protocol.Reply) -> Json:
    assert answer.status == 200
    assert answer.body is not None
    found: Json = answer.body["result"]
    return found


def test_versions_are_those_of_the_specification():
    assert set(protocol.VERSIONS) < set(KNOWN_PROTOCOL_VERSIONS)


@pytest.mark.parametrize(
    ("wanted", "agreed"),
    [
        ("2025-06-18", "2025-06-18"),
        ("2025-11-25", "2025-11-25"),
        ("2024-11-05", "2025-11-25"),
        ("3000-01-01", "2025-11-25"),
    ],
)
def test_initialize_agrees_on_a_version(wanted, agreed):
    found = result(send(request("initialize", protocolVersion=wanted, capabilities={})))

    assert found["protocolVersion"] == agreed
    validate_server_result("initialize", agreed, found)


@pytest.mark.parametrize("version", [None, "2025-06-18", "2025-11-25"])
def test_clients_that_initialized_call_methods_without_an_envelope(version):
    fields = {"MCP-Protocol-Version": version} if version else {}

    assert result(send(request("tools/list"), fields)) == {"tools": []}
    assert result(send(request("ping"), fields)) == {}


def test_discovery_lists_the_versions():
    found = result(send(stateless("server/discover"), headers("server/discover")))

    assert found["supportedVersions"] == ["2025-06-18", "2025-11-25", "2026-07-28"]
    validate_server_result("server/discover", STATELESS, found)


def test_stateless_results_say_how_long_they_hold_and_who_sent_them():
    found = result(send(stateless("tools/list"), headers("tools/list")))

    assert found["resultType"] == "complete"
    assert (found["ttlMs"], found["cacheScope"]) == (1000, "private")
    assert found["_meta"][f"{PREFIX}/serverInfo"] == {"name": "test", "version": "1"}
    validate_server_result("tools/list", STATELESS, found)


@pytest.mark.parametrize("name", ["find", " find\t", "=?base64?ZmluZA==?="])
def test_name_in_the_header_may_be_encoded_or_surrounded_by_white_space(name):
    fields = headers("tools/call", **{"Mcp-Name": name})

    assert result(send(stateless("tools/call", name="find"), fields))["content"] == []


@pytest.mark.parametrize(
    "fields",
    [
        {"MCP-Protocol-Version": STATELESS},
        headers("tools/list", **{"Mcp-Name": "find"}),
        headers("tools/call"),
        headers("tools/call", **{"Mcp-Name": "other"}),
        headers("tools/call", **{"Mcp-Name": "=?base64?Zmlu?="}),
        headers("tools/call", **{"Mcp-Name": "=?base64?/?="}),
        headers("tools/call", "1999-01-01", **{"Mcp-Name": "find"}),
        headers("tools/call", "2025-11-25", **{"Mcp-Name": "find"}),
    ],
)
def test_headers_must_agree_with_the_body(fields):
    answer = send(stateless("tools/call", name="find"), fields)

    assert (answer.status, error_code(answer)) == (400, jsonrpc.HEADER_MISMATCH)


def assert_names_versions(answer: protocol.Reply) -> None:
    assert answer.body is not None
    data = UnsupportedProtocolVersionErrorData.model_validate(answer.body["error"]["data"])
    assert data.supported == ["2025-06-18", "2025-11-25", "2026-07-28"]
    assert data.requested == "1999-01-01"


UNKNOWN_HEADER = {"MCP-Protocol-Version": "1999-01-01"}


@pytest.mark.parametrize(
    ("message", "fields"),
    [
        (request("tools/list"), UNKNOWN_HEADER),
        (request("tools/list", _meta=1), headers("tools/list", "1999-01-01")),
        (stateless("tools/list", "1999-01-01"), {}),
        (stateless("tools/list", "1999-01-01"), headers("tools/list", "1999-01-01")),
        ({"jsonrpc": "2.0", "method": "notifications/cancelled"}, UNKNOWN_HEADER),
    ],
)
def test_unknown_version_names_the_supported_ones_also_without_the_rest_of_the_envelope(
    message, fields
):
    answer = send(message, fields)

    assert (answer.status, error_code(answer)) == (400, jsonrpc.UNSUPPORTED_PROTOCOL_VERSION)
    assert_names_versions(answer)


def test_stateless_request_needs_its_header():
    answer = send(stateless("tools/list"))

    assert (answer.status, error_code(answer)) == (400, jsonrpc.HEADER_MISMATCH)


@pytest.mark.parametrize("params", [{}, {"_meta": 1}, {"_meta": {}}])
def test_stateless_request_needs_its_envelope(params):
    answer = send(request("tools/list", **params), headers("tools/list"))

    assert (answer.status, error_code(answer)) == (400, jsonrpc.INVALID_PARAMS)


@pytest.mark.parametrize("method", ["initialize", "ping", "tasks/get", "subscriptions/listen"])
def test_unknown_method_is_404_in_the_stateless_revision(method):
    answer = send(stateless(method), headers(method))

    assert (answer.status, error_code(answer)) == (404, jsonrpc.METHOD_NOT_FOUND)


def test_unknown_method_is_a_200_for_clients_that_initialized():
    answer = send(request("server/discover"))

    assert (answer.status, error_code(answer)) == (200, jsonrpc.METHOD_NOT_FOUND)


@pytest.mark.parametrize("fields", [{}, headers("notifications/cancelled")])
def test_notifications_are_accepted(fields):
    message = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 1}}

    assert send(message, fields) == (202, None)


@pytest.mark.parametrize("fields", [{}, headers("tools/list")])
@pytest.mark.parametrize(
    "message",
    [
        *(None, 1, "x", [], [{"jsonrpc": "2.0", "id": 1, "method": "ping"}], {}),
        {"jsonrpc": "1.0", "id": 1, "method": "ping"},
        {"jsonrpc": "2.0", "id": None, "method": "ping"},
        {"jsonrpc": "2.0", "id": True, "method": "ping"},
        {"jsonrpc": "2.0", "id": 1.5, "method": "ping"},
        {"jsonrpc": "2.0", "id": 1, "method": 2},
        {"jsonrpc": "2.0", "id": 1, "method": "ping", "params": []},
        {"jsonrpc": "2.0", "method": 2},
    ],
)
def test_what_is_no_single_message_is_refused(message, fields):
    answer = send(message, fields)

    assert (answer.status, error_code(answer)) == (400, jsonrpc.INVALID_REQUEST)
