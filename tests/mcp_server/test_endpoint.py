"""The endpoint over HTTP: credentials, origins, methods, and bodies that are none."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.applications import create_app
from tests.people import Person

PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}


def post(person: Person, body: Any = PING, **headers: str) -> TestResponse:
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    if isinstance(body, bytes):
        return person.post("/mcp", data=body, headers=fields)
    return person.post("/mcp", json=body, headers=fields)


def test_token_is_required_and_no_other_way_is_offered(client):
    """Clients drop a configured token as soon as a server offers OAuth."""
    answer = client.post("/mcp", json=PING)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    for name in (
        "oauth-protected-resource",
        "oauth-protected-resource/mcp",
        "openid-configuration",
    ):
        assert client.get(f"/.well-known/{name}").status_code == 404


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT"])
def test_there_are_no_sessions_to_open_or_end(ana, method):
    headers = {"Authorization": f"Bearer {ana.token}"}

    answer = ana.client.open("/mcp", method=method, headers=headers)

    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://[", "http://localhost.evil.example"]
)
def test_foreign_origin_is_forbidden(ana, client, origin):
    assert post(ana, Origin=origin).status_code == 403
    assert client.post("/mcp", json=PING, headers={"Origin": origin}).status_code == 403
    preflight = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    assert client.options("/mcp", headers=preflight).status_code == 403
    assert client.options("/api/projects", headers=preflight).status_code == 200
    rebound = {"Origin": "http://evil.example:3001", "Host": "evil.example:3001"}
    assert client.post("/mcp", json=PING, headers=rebound).status_code == 403


@pytest.mark.parametrize("origin", ["http://localhost:6274", "http://127.0.0.1", "http://[::1]:80"])
def test_origin_on_the_same_machine_is_accepted(ana, origin):
    assert post(ana, Origin=origin).status_code == 200
    assert ana.client.options("/mcp", headers={"Origin": origin}).status_code == 200


def test_origin_of_the_setting_is_accepted(settings):
    app: Flask = create_app(replace(settings, cors_origins=("https://studio.example",)))
    ana = Person.register(app.test_client(), "ana@example.com")

    assert post(ana, Origin="https://studio.example").status_code == 200


def test_notification_has_no_answer(ana):
    answer = post(ana, {"jsonrpc": "2.0", "method": "notifications/initialized"})

    assert (answer.status_code, answer.data) == (202, b"")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, -32700),
        (b"[" * 100_000, 400, -32700),
        (b"\xff", 400, -32700),
        (b"[]", 400, -32600),
        (b"", 400, -32600),
        (b"[" + b"1," * 600_000 + b"1]", 413, -32600),
        (b" " * (11 << 20), 413, -32600),
    ],
)
def test_body_that_is_no_message_is_an_error(ana, body, status, code):
    answer = post(ana, body)

    assert answer.status_code == status
    assert answer.json["error"]["code"] == code
    assert answer.json["id"] is None


def test_media_token_is_no_credential(ana, project):
    body = {"projectId": project.rpartition("/")[2]}
    media_token = ana.post("/api/media-tokens", json=body).json["token"]

    assert post(Person(ana.client, media_token, ana.user)).status_code == 401
