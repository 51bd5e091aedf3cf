"""Error responses: status, headers and the body `{"error": "<short message>", "code": …}`."""

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, TypeVar

import orjson
import pytest
from werkzeug.test import TestResponse

from errors import ServiceError
from jobs import failures
from outbound.addresses import OutboundError
from schemas.error_codes import ERROR_CODES
from storage import errors as storage_errors
from storage.files import access
from tests.applications import create_app
from tests.cases import cases
from tests.people import Person
from tests.storage.failing import fail_with
from tests.web.failures import CASES, FailureContext
from tests.web.raw_http import send_raw
from web import errors

HEADERS = {401: "WWW-Authenticate", 405: "Allow", 416: "Content-Range", 429: "Retry-After"}


@pytest.fixture
def context(settings, samples, monkeypatch):
    app = create_app(replace(settings, max_json_mb=1, max_upload_mb=1, log_level="CRITICAL"))
    ana = Person.register(app.test_client(), "ana@example.com")
    project = ana.new_project()
    context = FailureContext(app, ana, project, ana.new_work(project), samples, monkeypatch)
    assert ana.upload(context.image, samples / "image.png").status_code == 200
    return context


def check_error(status: int, headers: Any, data: bytes) -> None:
    """Check the headers and the body that all error responses have in common."""
    body = orjson.loads(data)
    assert headers["Content-Type"] == "application/json"
    assert re.fullmatch("[0-9a-f]{16}", headers["X-Request-Id"])
    assert isinstance(body["error"], str)
    assert ERROR_CODES[body["code"]].status == status
    assert 0 < len(body["error"]) < 80
    scopes = {"required", "granted"} if status == 403 else set()
    assert body.keys() <= {"error", "code", "details"} | scopes
    assert body.get("details", "…"), "empty details are omitted"
    assert isinstance(body.get("details", ""), str | dict | list)


@pytest.mark.parametrize("name", CASES)
def test_failure_returns_its_status_and_an_error_body(context, name):
    status, fail = CASES[name]

    response = fail(context)

    assert response.status_code == status, response.text
    check_error(status, response.headers, response.data)
    assert HEADERS.get(status, "X-Request-Id") in response.headers
    for internal in ("Traceback", "Error(", "KeyError", str(context.data_dir)):
        assert internal not in response.text


def test_cases_cover_every_error_status():
    """All but 408, which is tested in reliability/: it takes a client that stalls."""
    statuses = {400, 401, 403, 404, 405, 409, 410, 412, 413, 415, 416, 429, 500, 503, 507}

    assert {status for status, _ in CASES.values()} == statuses


E = TypeVar("E", bound=Exception)


def kinds_of(base: type[E]) -> Iterator[type[E]]:
    """Yield all classes below an exception."""
    for kind in base.__subclasses__():
        yield kind
        yield from kinds_of(kind)


def test_every_storage_error_has_a_response():
    for kind in kinds_of(storage_errors.StorageError):
        assert kind in errors._STORAGE_MESSAGES
        assert kind.code in ERROR_CODES


def test_every_kind_of_error_has_a_status_which_failed_jobs_store():
    abstract = OutboundError
    for kind in {*kinds_of(ServiceError)} - {abstract}:
        assert failures.code_of(kind) == ERROR_CODES[kind.code].status, kind


@pytest.mark.parametrize("number", sorted(storage_errors.UNAVAILABLE))
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_file_system_that_fails_for_the_moment_is_asked_again_later(
    context, monkeypatch, method, number
):
    """Some of these errors look like those of a client that has disconnected."""
    fail_with(monkeypatch, context.data_dir, number)

    response = context.ana.request(method, context.work, json={"name": "New"})

    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")


@pytest.mark.parametrize("name", ["an unexpected error", "a full disk", "a read-only disk"])
def test_details_of_a_server_error_contain_the_request_id(context, name):
    response = CASES[name][1](context)

    assert response.headers["X-Request-Id"] in response.json["details"]


def test_details_of_a_validation_error_are_keyed_by_field_path(context):
    body = {
        "name": "",
        "resolution": {"width": 0, "height": "tall"},
        "scenes": [{"scene_index": 0}, {"scene_index": "one", "duration_seconds": -1}],
    }

    response = context.ana.put(context.work, json=body)

    assert response.json["error"] == "Validation error"
    assert response.json["details"].keys() == {
        "name",
        "resolution.width",
        "resolution.height",
        "scenes.1.scene_index",
        "scenes.1.duration_seconds",
    }
    assert all(isinstance(message, str) for message in response.json["details"].values())


def test_saving_with_a_stale_etag_returns_the_current_work(context):
    response = CASES["a stale ETag"][1](context)

    assert response.json["details"] == context.ana.get(context.work).json


def test_failing_head_request_has_no_body(context):
    response = context.ana.request("HEAD", f"{context.work}/media/audio")

    assert (response.status_code, response.data) == (404, b"")


@cases(
    ("request_bytes", "status"),
    {
        "an unknown HTTP version": (b"GET /api/health HTTP/9.9\r\n\r\n", 400),
        "a target without a slash": (b"GET nothing HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        "a header without a colon": (b"GET /api/health HTTP/1.1\r\nno header\r\n\r\n", 400),
        "a long request line": (b"GET /%b HTTP/1.1\r\nHost: x\r\n\r\n" % (b"x" * 9000), 414),
        "a long header": (b"GET / HTTP/1.1\r\nHost: x\r\nLong: %b\r\n\r\n" % (b"x" * 9000), 431),
        "an unknown transfer encoding": (
            b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: brotli\r\n\r\n",
            501,
        ),
        "a TLS handshake": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
    },
)
def test_malformed_http_request_gets_an_error_body(service, request_bytes, status):
    response = send_raw(service.port, request_bytes)

    assert response.status == status
    check_error(status, response.headers, response.body)


def assert_missing(response: TestResponse, details: str) -> None:
    assert response.json == {"error": "Not found", "code": "not_found", "details": details}


# --- what errors say ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "error", "details"),
    [
        (b"\xef\xbb\xbf{}", "Body is not JSON", "Line 1, column 1: UTF-8 byte order mark"),
        (b'{"name": "\xe4"}', "Body is not JSON", "Byte 10 is not UTF-8."),
        (b'{\n"name": x}', "Body is not JSON", "Line 2, column 9: unexpected character"),
        (b'{"name": "a"', "Body is not JSON", "Line 1, column 13: unexpected end of data."),
        (b'{"x": ' + b"[" * 1000, "Body is not JSON", "It is incomplete."),
        (b'{"x": ' + b"[" * 2000, "Body is nested too deeply", "At most 1,024 levels"),
    ],
)
def test_error_of_a_body_says_what_is_wrong_with_it(context, body, error, details):
    response = context.ana.post("/api/projects", data=body)

    assert (response.status_code, response.json["error"]) == (400, error)
    assert response.json["details"].startswith(details)


@pytest.mark.parametrize("kind", ["multipart/form-data", "application/x-www-form-urlencoded"])
def test_form_instead_of_json_is_named(context, kind):
    response = context.ana.post("/api/projects", data={"name": "Spring"}, content_type=kind)

    details = "A form was sent; JSON is expected: {…}."
    assert (response.status_code, response.json["details"]) == (400, details)


def test_invalid_json_with_the_content_type_of_a_form_is_not_called_a_form(context):
    kind = "application/x-www-form-urlencoded"  # which curl sends with any data

    response = context.ana.post("/api/projects", data=b'{"name": x}', content_type=kind)

    assert response.json["details"].startswith("Line 1, column 10: ")


def test_body_with_too_many_values_returns_413(context):
    body = b'{"x": [%b0]}' % (b"0," * 500_000)

    response = context.ana.put(context.work, data=body)

    assert (response.status_code, response.json["error"]) == (413, "JSON body has too many values")


def test_at_most_100_invalid_fields_are_listed_and_the_others_counted(context):
    timeline = {"editorData": {"textTrack": [{}] * 50}, "textOverlays": {"a": {}}}  # 155 fields

    details = context.ana.put(context.work, json={"editorState": timeline}).json["details"]

    assert len(details) == 101
    assert details.pop("…") == "At least 55 more fields are invalid."
    assert set(details.values()) == {"Required."}


@pytest.mark.parametrize("field", ["id", "projectId"])
def test_id_that_differs_from_the_url_is_named(context, field):
    response = context.ana.put(context.work, json={field: "other_0"})

    expected = context.ana.show(context.work)[field]
    assert response.json == {
        "error": "ID mismatch",
        "code": "id_mismatch",
        "details": {field: f"Must be the URL's, {expected}, or absent."},
    }


@pytest.mark.parametrize(
    ("path", "missing"),
    [
        ("/api/projects/proj_0", "project proj_0"),
        ("/api/projects/proj_0/works/work_0", "project proj_0"),
        ("{project}/works/work_0", "work work_0"),
        ("{project}/works/work_0/jobs/job_0", "job job_0"),
        ("{project}/assets/asset_0/meta", "asset asset_0"),
        ("{project}/templates/tmpl_0", "template tmpl_0"),
        ("{work}/jobs/job_0", "job job_0"),
        ("{work}/media/audio", "file audio"),
        ("/api/jobs/job_0", "job job_0"),
    ],
)
def test_404_says_what_is_missing(context, path, missing):
    url = path.format(project=context.project, work=context.work)

    response = context.ana.get(url)

    assert_missing(response, f"There is no {missing}.")


def test_404_of_scene_media_names_the_scene(context):
    for method, kind in (("GET", "video"), ("DELETE", "video"), ("DELETE", "image")):
        response = context.ana.request(method, f"{context.work}/media/scene/7/{kind}")
        assert_missing(response, f"Scene 7 has no {kind}.")


def test_404_of_a_change_says_what_is_missing(context):
    for method in ("PUT", "PATCH", "DELETE"):
        response = context.ana.request(method, f"{context.project}/works/work_0")
        assert response.json["details"] == "There is no work work_0."
    template = {"templateId": "tmpl_0"}
    response = context.ana.post(f"{context.work}/apply-template", json=template)
    assert response.json["details"] == "There is no template tmpl_0."
    response = context.ana.delete("/api/tokens/token_0")
    assert response.json["details"] == "There is no token token_0."


def test_404_and_405_of_routes_say_what_there_is(context):
    unknown = context.ana.get("/api/nothing")
    wrong_method = context.ana.delete("/api/projects")

    nothing = "There is nothing at /api/nothing; /api/docs lists all endpoints."
    assert unknown.json == {"error": "Not found", "code": "unknown_path", "details": nothing}
    allowed = "Allowed here: GET, HEAD, OPTIONS, POST."
    assert wrong_method.json["details"] == allowed


def test_readiness_forgets_a_file_without_access_although_it_is_asked_often(
    client, app, monkeypatch
):
    now = [time.monotonic()]
    monkeypatch.setattr(access, "time", SimpleNamespace(monotonic=lambda: now[0]))
    app.extensions["services"].store.access.note_denied()

    statuses = []
    for _ in range(3):
        statuses.append(client.get("/api/health/ready").status_code)
        now[0] += 40  # of the 60 seconds for which it is remembered

    assert statuses == [503, 503, 200]
