"""One line a request, for people or machines; never a token or a password."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient

from config import Settings
from tests.applications import create_app
from tests.people import PASSWORD, Person

LINE = re.compile(
    r"(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}) INFO    (?P<method>[A-Z]+) (?P<path>.+)"
    r" (?P<status>\d{3}) (?P<ms>\d+\.\d) ms user=(?P<user>\S+) id=(?P<request_id>\S+)"
)
# Characters that end a line, steer a terminal or turn the direction of a text.
HARMFUL = ("%0a", "%0d%0a", "%e2%80%a8", "%c2%85", "%0b", "%1b[2J", "%08", "%e2%80%ae", "%00")


class Log:
    """What a service with this log format has written since the last look."""

    def __init__(self, settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
        self.client = create_app(settings).test_client()
        self.ana = Person.register(self.client, "ana@example.com")
        self._capsys = capsys
        self.text()

    def text(self) -> str:
        return self._capsys.readouterr().err

    def line(self) -> str:
        [line] = self.text().splitlines()
        return line


Start = Callable[..., Log]


@pytest.fixture
def start(settings: Settings, capsys: pytest.CaptureFixture[str]) -> Start:
    """Start a service with these settings, to look at its log."""
    return lambda **changes: Log(replace(settings, **{"log_level": "INFO", **changes}), capsys)


def test_a_request_is_one_line(start: Start) -> None:
    log = start()
    answer = log.ana.get("/api/projects")

    match = LINE.fullmatch(log.line())
    assert match
    assert match["method"] == "GET"
    assert match["path"] == "/api/projects"
    assert match["status"] == "200"
    assert match["user"] == log.ana.user["id"]
    assert match["request_id"] == answer.headers["X-Request-Id"]
    assert 0 <= float(match["ms"]) < 5000


def test_a_request_is_one_json_object(start: Start) -> None:
    log = start(log_format="json")
    answer = log.ana.get("/api/projects")

    line: dict[str, Any] = orjson.loads(log.line())
    assert {
        "level": "INFO",
        "method": "GET",
        "path": "/api/projects",
        "status": 200,
        "user": log.ana.user["id"],
        "request_id": answer.headers["X-Request-Id"],
    }.items() <= line.items()
    assert isinstance(line["time"], int)
    assert isinstance(line["ms"], float)


@pytest.mark.parametrize(
    ("method", "url", "status"),
    [
        ("GET", "/api/health", "200"),
        ("GET", "/api/nothing", "404"),
        ("POST", "/api/auth/login", "400"),
        ("GET", "/api/projects", "401"),
        ("PUT", "/api/projects", "405"),
        ("OPTIONS", "/api/projects", "200"),
    ],
)
def test_so_is_one_of_nobody_and_one_that_fails(
    start: Start, method: str, url: str, status: str
) -> None:
    log = start()

    log.client.open(url, method=method)

    match = LINE.fullmatch(log.line())
    assert match
    assert (match["method"], match["path"], match["status"]) == (method, url, status)
    assert match["user"] == "-"


def test_who_lacks_a_scope_is_known_nevertheless(start: Start) -> None:
    log = start()
    script = log.ana.with_scopes("works:read")
    log.text()

    script.get("/api/projects")

    line = log.line()
    assert " 403 " in line
    assert f"user={log.ana.user['id']}" in line


def test_only_warnings_means_no_lines(start: Start) -> None:
    log = start(log_level="WARNING")

    log.ana.get("/api/projects")

    assert log.text() == ""


def speak_secrets(client: FlaskClient, ana: Person) -> list[str]:
    """Use every secret there is in every place there is; returns them all."""
    project = ana.new_project()
    media = f"{ana.new_work(project)}/media/audio"
    body = {"projectId": project.rpartition("/")[2]}
    media_token = ana.post("/api/media-tokens", json=body).json["token"]
    login = {"email": "ana@example.com", "password": PASSWORD}
    refresh = client.post("/api/auth/login", json=login).json["refreshToken"]
    api_token = ana.with_scopes("works:read").token
    client.post("/api/auth/login", json={**login, "password": "a wrong password"})
    client.post("/api/auth/login", data='{"password": "a cut-off password"')
    client.post("/api/auth/register", json={"email": "no", "password": "a new password"})
    client.post("/api/auth/refresh", json={"refreshToken": refresh})
    for token in (ana.token, media_token, api_token, refresh):
        for url in (media, "/api/projects", "/api/nothing", "/api/auth/me"):
            client.get(f"{url}?token={token}&a=b")
            client.get(url, headers={"Authorization": f"Bearer {token}"})
            client.get(url, headers={"Authorization": token})
    passwords = [PASSWORD, "a wrong password", "a cut-off password", "a new password"]
    return [ana.token, media_token, api_token, refresh, *passwords]


def check_silence(text: str, secrets: list[str]) -> None:
    """That no secret is told, nor what follows the well-known beginning of a token."""
    assert text.count("/api/projects") > 5
    assert not [secret for secret in secrets if secret in text]
    assert "eyJ" not in text
    assert "vg_" not in text


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_no_token_and_no_password_is_told(start: Start, log_format: str) -> None:
    log = start(log_level="DEBUG", log_format=log_format)

    secrets = speak_secrets(log.client, log.ana)

    check_silence(log.text(), secrets)


@pytest.mark.parametrize("harm", HARMFUL)
@pytest.mark.parametrize("log_format", ["text", "json"])
def test_a_path_forges_no_line(start: Start, log_format: str, harm: str) -> None:
    log = start(log_format=log_format)

    log.client.get(f"/api/nothing{harm}2026-01-01 00:00:00.000 INFO    GET /forged 200")

    text = log.text()
    assert text.isascii()
    assert text.removesuffix("\n").isprintable()
    assert len(text.splitlines()) == 1


def test_an_unexpected_failure_is_told_with_its_traceback_under_the_request_id(
    start: Start,
) -> None:
    log = start()
    path = spoil_a_work(log)

    answer = log.ana.put(path, json={"name": "New"})

    assert answer.status_code == 500
    request_id = answer.headers["X-Request-Id"]
    error, *traceback, line = log.text().splitlines()
    assert re.fullmatch(rf".* ERROR   unexpected failure id={request_id}", error)
    assert traceback[0].startswith("Traceback")
    assert line.endswith(f"id={request_id}")


def test_so_it_is_in_json_in_one_line(start: Start) -> None:
    log = start(log_format="json")
    path = spoil_a_work(log)

    answer = log.ana.put(path, json={"name": "New"})

    failure, _ = [orjson.loads(line) for line in log.text().splitlines()]
    assert failure["level"] == "ERROR"
    assert failure["request_id"] == answer.headers["X-Request-Id"]
    assert failure["traceback"].startswith("Traceback")


def spoil_a_work(log: Log) -> str:
    """A work whose document is a JSON object, but no work."""
    path = log.ana.new_work(log.ana.new_project())
    settings: Settings = log.client.application.extensions["services"].settings
    (settings.data_dir / path.removeprefix("/api/") / "work.json").write_text("{}")
    log.text()
    return path
