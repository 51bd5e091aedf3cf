"""Every failure has one shape, `{"error": "<short message>", "details": …}`, and its status."""

import re
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from config import Settings
from storage import errors as storage_errors
from tests.applications import create_app
from tests.failures import CASES, FailureContext
from tests.people import Person
from tests.service import Service
from web import errors

HEADERS = {401: "WWW-Authenticate", 405: "Allow", 416: "Content-Range", 429: "Retry-After"}


@pytest.fixture
def context(settings: Settings, samples: Path, monkeypatch: pytest.MonkeyPatch) -> FailureContext:
    app = create_app(replace(settings, max_json_mb=1, max_upload_mb=1, log_level="CRITICAL"))
    ana = Person.register(app.test_client(), "ana@example.com")
    project = ana.new_project()
    context = FailureContext(app, ana, project, ana.new_work(project), samples, monkeypatch)
    assert ana.upload(context.image, samples / "image.png").status_code == 200
    return context


def check_shape(status: int, headers: Any, data: bytes) -> None:
    """The one shape of an error body."""
    body = orjson.loads(data)
    assert headers["Content-Type"] == "application/json"
    assert re.fullmatch("[0-9a-f]{16}", headers["X-Request-Id"])
    assert isinstance(body["error"], str)
    assert 0 < len(body["error"]) < 80
    scopes = {"required", "granted"} if status == 403 else set()
    assert body.keys() <= {"error", "details"} | scopes
    assert body.get("details", "…"), "details are left out where there are none"
    assert isinstance(body.get("details", ""), str | dict | list)


@pytest.mark.parametrize("name", CASES)
def test_every_failure_has_one_shape(context: FailureContext, name: str) -> None:
    status, fail = CASES[name]

    answer = fail(context)

    assert answer.status_code == status, answer.text
    check_shape(status, answer.headers, answer.data)
    assert HEADERS.get(status, "X-Request-Id") in answer.headers
    for internal in ("Traceback", "Error(", "KeyError", str(context.data)):
        assert internal not in answer.text


def test_every_status_is_among_them() -> None:
    """All but 408, for which a client has to stall: see reliability/."""
    statuses = {400, 401, 403, 404, 405, 409, 412, 413, 415, 416, 429, 500, 503, 507}

    assert {status for status, _ in CASES.values()} == statuses


def test_every_exception_of_storage_has_an_answer() -> None:
    for exception in storage_errors.StorageError.__subclasses__():
        assert exception in errors._STORAGE_RESPONSES


@pytest.mark.parametrize(
    "name", ["something unexpected", "a full disk", "a disk that is read-only"]
)
def test_a_failure_of_the_server_names_the_request(context: FailureContext, name: str) -> None:
    answer = CASES[name][1](context)

    assert answer.headers["X-Request-Id"] in answer.json["details"]


def test_details_name_each_field_by_its_path(context: FailureContext) -> None:
    body = {
        "name": "",
        "resolution": {"width": 0, "height": "tall"},
        "scenes": [{"scene_index": 0}, {"scene_index": "one", "duration_seconds": -1}],
    }

    answer = context.ana.put(context.work, json=body)

    assert answer.json["error"] == "Validation error"
    assert answer.json["details"].keys() == {
        "name",
        "resolution.width",
        "resolution.height",
        "scenes.1.scene_index",
        "scenes.1.duration_seconds",
    }
    assert all(isinstance(message, str) for message in answer.json["details"].values())


def test_a_stale_save_gets_the_work_as_it_is(context: FailureContext) -> None:
    answer = CASES["a work that has changed"][1](context)

    assert answer.json["details"] == context.ana.get(context.work).json


def test_a_head_that_fails_has_no_body(context: FailureContext) -> None:
    answer = context.ana.request("HEAD", f"{context.work}/media/audio")

    assert (answer.status_code, answer.data) == (404, b"")


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One real service for all that is not HTTP: it does not get as far as the data."""
    service = Service(tmp_path_factory.mktemp("real") / "data")
    service.start()
    yield service
    service.stop()


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"GET /api/health HTTP/9.9\r\n\r\n", 400),
        (b"GET nothing HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"GET /api/health HTTP/1.1\r\nno header\r\n\r\n", 400),
        (b"GET /%b HTTP/1.1\r\nHost: x\r\n\r\n" % (b"x" * 9000), 414),
        (b"GET / HTTP/1.1\r\nHost: x\r\nLong: %b\r\n\r\n" % (b"x" * 9000), 431),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: brotli\r\n\r\n", 501),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),  # a TLS handshake
    ],
)
def test_what_is_not_http_gets_the_same_shape(
    real: Service, request_bytes: bytes, status: int
) -> None:
    with socket.create_connection(("127.0.0.1", real.port), timeout=10) as connection:
        connection.sendall(request_bytes)
        with connection.makefile("rb") as file:
            head, _, body = file.read().partition(b"\r\n\r\n")

    first, *lines = head.decode().split("\r\n")
    assert int(first.split()[1]) == status
    check_shape(status, dict(line.split(": ", 1) for line in lines), body)
