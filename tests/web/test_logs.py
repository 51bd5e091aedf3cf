"""Log output: one line per request, as text or JSON, without tokens and passwords."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient

from settings.config import Settings
from tests import nginx, programs
from tests.applications import create_app
from tests.people import PASSWORD, Person
from tests.service import free_port
from tests.web.raw_http import send_raw

LINE = re.compile(
    r"(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}) INFO    (?P<method>[A-Z]+) (?P<path>.+)"
    r" (?P<status>\d{3}) (?P<ms>\d+\.\d) ms user=(?P<user>\S+) id=(?P<request_id>\S+)"
)
TOKEN = "abcDEFghijKLMnopqr_s-7"  # like that of a link
# Characters that end a line, control a terminal or change the direction of text.
UNPRINTABLE = ("%0a", "%0d%0a", "%e2%80%a8", "%c2%85", "%0b", "%1b[2J", "%08", "%e2%80%ae", "%00")


class Log:
    """The log of an application, whose text is returned once."""

    def __init__(self, settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
        self.client = create_app(settings).test_client()
        self.ana = Person.register(self.client, "ana@example.com")
        self._capsys = capsys
        self.text()

    def text(self) -> str:
        """Return what was logged since the last call."""
        return self._capsys.readouterr().err

    def line(self) -> str:
        """Return the only line that was logged since the last call."""
        [line] = self.text().splitlines()
        return line


Start = Callable[..., Log]


@pytest.fixture
def start(settings, capsys):
    """Create an application with these settings; return its log."""
    return lambda **changes: Log(replace(settings, **{"log_level": "INFO", **changes}), capsys)


def test_request_is_logged_as_one_line(start):
    log = start()
    response = log.ana.get("/api/projects")

    match = LINE.fullmatch(log.line())
    assert match
    assert match["method"] == "GET"
    assert match["path"] == "/api/projects"
    assert match["status"] == "200"
    assert match["user"] == log.ana.user["id"]
    assert match["request_id"] == response.headers["X-Request-Id"]
    assert 0 <= float(match["ms"]) < 60_000


def test_request_is_logged_as_one_json_object(start):
    log = start(log_format="json")
    response = log.ana.get("/api/projects")

    line: dict[str, Any] = orjson.loads(log.line())
    assert {
        "level": "INFO",
        "method": "GET",
        "path": "/api/projects",
        "status": 200,
        "user": log.ana.user["id"],
        "request_id": response.headers["X-Request-Id"],
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
def test_anonymous_and_failing_requests_are_logged(start, method, url, status):
    log = start()

    log.client.open(url, method=method)

    match = LINE.fullmatch(log.line())
    assert match
    assert (match["method"], match["path"], match["status"]) == (method, url, status)
    assert match["user"] == "-"


def test_log_contains_the_user_if_a_scope_is_missing(start):
    log = start()
    script = log.ana.with_scopes("works:read")
    log.text()

    script.get("/api/projects")

    line = log.line()
    assert " 403 " in line
    assert f"user={log.ana.user['id']}" in line


def test_requests_are_not_logged_at_level_warning(start):
    log = start(log_level="WARNING")

    log.ana.get("/api/projects")

    assert log.text() == ""


def send_secrets(client: FlaskClient, ana: Person) -> list[str]:
    """Send all kinds of secrets in all places of requests; return the secrets."""
    project = ana.new_project()
    media = f"{ana.new_work(project)}/media/audio"
    body = {"projectId": project.rpartition("/")[2]}
    media_token = ana.post("/api/media-tokens", json=body).json["token"]
    login = {"email": "ana@example.com", "password": PASSWORD}
    refresh = client.post("/api/auth/login", json=login).json["refreshToken"]
    api_token = ana.with_scopes("works:read").token
    client.post("/api/auth/login", json={**login, "password": "a wrong password"})
    client.post("/api/auth/login", data='{"password": "a truncated password"')
    client.post("/api/auth/register", json={"email": "no", "password": "a new password"})
    client.post("/api/auth/refresh", json={"refreshToken": refresh})
    for token in (ana.token, media_token, api_token, refresh):
        for url in (media, "/api/projects", "/api/nothing", "/api/auth/me"):
            client.get(f"{url}?token={token}&a=b")
            client.get(url, headers={"Authorization": f"Bearer {token}"})
            client.get(url, headers={"Authorization": token})
    passwords = [PASSWORD, "a wrong password", "a truncated password", "a new password"]
    return [ana.token, media_token, api_token, refresh, *passwords]


def check_no_secrets(text: str, secrets: list[str]) -> None:
    """Check that a log contains no secret and no beginning of a token."""
    assert text.count("/api/projects") > 5
    assert not [secret for secret in secrets if secret in text]
    assert "eyJ" not in text
    assert "vg_" not in text


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_tokens_and_passwords_are_not_logged(start, log_format):
    log = start(log_level="DEBUG", log_format=log_format)

    secrets = send_secrets(log.client, log.ana)

    check_no_secrets(log.text(), secrets)


@pytest.mark.parametrize(
    "path",
    [
        *("/api/uploads/", "/api/downloads/", "/api/files/", "/api/review/", "/api/invitations/"),
        *("/review/", "/invitations/"),
    ],
)
@pytest.mark.parametrize("rest", ["secret", "secret/secret", "/secret", "secret%0a", "%73ecret"])
def test_tokens_of_links_are_not_logged(start, path, rest):
    log = start(log_level="DEBUG")

    for method in ("PUT", "GET", "HEAD", "POST", "OPTIONS"):
        log.client.open(f"{path}{rest}?a=secret", method=method)

        match = LINE.fullmatch(log.line())
        assert match
        assert match["path"] == f"{path}***"


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/API/REVIEW/{}",
            "/Review/{}",
            "/api//review//{}",
            "/api/review/%20{}",
            "/api/review/&{}",
        ),
        *("/api/review/x%26{}", "/api%2freview%2f{}", "/api%252Freview%252F{}", "/api/%72eview/{}"),
        *(
            "/api/%2572eview/{}",
            "/api/%25252572eview/{}",
            "/api%5creview%5c{}",
            "/api/review/{}%0ax",
        ),
        *(
            "/api/reviews/{}",
            "/{}",
            "/{}xyz",
            "/API/Uploads/{}",
            "/files/{}",
            "/api/x/Downloads/{}",
        ),
    ],
)
def test_tokens_in_misspelled_addresses_of_links_are_not_logged(start, path):
    log = start(log_level="DEBUG")

    log.client.get(path.format(TOKEN))

    match = LINE.fullmatch(log.line())
    assert match
    assert TOKEN not in match["path"]
    assert match["path"].endswith("***")


@programs.needs("nginx")
def test_tokens_of_links_are_not_in_the_logs_of_the_documented_nginx(tmp_path):
    port = free_port()
    site = nginx.documented_site(port, free_port())  # of a service that does not answer
    paths = ("/api/review/{}", "/API/Review/{}/video", "//api//uploads/{}", "/api/%66iles/{}?x")
    with nginx.running(tmp_path, site, port):
        for path in ("/api/works", *(path.format(TOKEN) for path in paths)):
            asked = f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
            assert send_raw(port, asked.encode()).status == 502

    logged = [(tmp_path / name).read_text() for name in ("access.log", "error.log")]
    assert all("/api/works" in text and TOKEN not in text for text in logged)


@pytest.mark.parametrize("characters", UNPRINTABLE)
@pytest.mark.parametrize("log_format", ["text", "json"])
def test_path_cannot_forge_a_log_line(start, log_format, characters):
    log = start(log_format=log_format)

    log.client.get(f"/api/nothing{characters}2026-01-01 00:00:00.000 INFO    GET /forged 200")

    text = log.text()
    assert text.isascii()
    assert text.removesuffix("\n").isprintable()
    assert len(text.splitlines()) == 1


def test_unexpected_error_is_logged_with_traceback_and_request_id(start):
    log = start()
    path = new_damaged_work(log)

    response = log.ana.put(path, json={"name": "New"})

    assert response.status_code == 500
    request_id = response.headers["X-Request-Id"]
    error, *traceback, line = log.text().splitlines()
    assert re.fullmatch(rf".* ERROR   unexpected failure id={request_id}", error)
    assert traceback[0].startswith("Traceback")
    assert line.endswith(f"id={request_id}")


def test_unexpected_error_is_logged_as_one_json_object(start):
    log = start(log_format="json")
    path = new_damaged_work(log)

    response = log.ana.put(path, json={"name": "New"})

    failure, _ = [orjson.loads(line) for line in log.text().splitlines()]
    assert failure["level"] == "ERROR"
    assert failure["request_id"] == response.headers["X-Request-Id"]
    assert failure["traceback"].startswith("Traceback")


def new_damaged_work(log: Log) -> str:
    """Create a work, and replace its document by an empty object; return the work's path."""
    path = log.ana.new_work(log.ana.new_project())
    settings: Settings = log.client.application.extensions["services"].settings
    (settings.data_dir / path.removeprefix("/api/") / "work.json").write_text("{}")
    log.text()
    return path
