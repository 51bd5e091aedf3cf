"""What holds for all requests and answers: bodies, slashes, request ids, other origins."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from config import Settings
from tests.applications import create_app
from tests.people import PASSWORD, Person
from tests.walk import PopulatedProject

EDITOR = "https://edit.example"


@pytest.mark.parametrize("body", [b"", b" \r\n\t "])
@pytest.mark.parametrize(
    "kind", [None, "application/json", "text/plain", "application/octet-stream"]
)
def test_a_missing_body_means_an_empty_object(ana: Person, body: bytes, kind: str | None) -> None:
    answer = ana.post("/api/projects", data=body, content_type=kind)

    assert answer.status_code == 201
    assert answer.json["name"] == "Untitled project"


def test_a_missing_body_is_validated_like_any_other(client: FlaskClient) -> None:
    answer = client.post("/api/auth/login")

    assert answer.status_code == 400
    assert answer.json["details"].keys() == {"email", "password"}


@pytest.mark.parametrize("kind", [None, "text/plain", "application/x-www-form-urlencoded"])
def test_a_json_body_is_taken_whatever_it_is_called(ana: Person, kind: str | None) -> None:
    """The last is what curl calls what is given with `-d`."""
    answer = ana.post("/api/projects", data='{"name": "Lamps"}', content_type=kind)

    assert answer.status_code == 201
    assert answer.json["name"] == "Lamps"


@pytest.mark.parametrize("body", ["[]", '[{"name": "Lamps"}]', '"text"', "5", "null", "true"])
def test_json_that_is_no_object_is_400(ana: Person, work: str, body: str) -> None:
    for answer in (ana.post("/api/projects", data=body), ana.put(work, data=body)):
        assert answer.status_code == 400
        assert answer.json["error"] == "Body is not a JSON object"


@pytest.mark.parametrize("text", ["Ünïcode ✓ 影片 🎬", 'quo"tes\\', "\u2028", "x" * 100_000])
def test_texts_come_back_as_they_were(ana: Person, text: str) -> None:
    project = ana.new_project(knowledge=text)

    assert ana.get(project).json["knowledge"] == text


def test_a_trailing_slash_changes_nothing(app: Flask, ana: Person, samples: Path) -> None:
    populated = PopulatedProject(ana, samples)

    for route in populated.routes(app):
        if route.reads:
            with_slash = ana.request(route.method, route.url.rstrip("/") + "/")
            without = ana.request(route.method, route.url.rstrip("/"))
            assert with_slash.status_code == without.status_code, route.name
            if "/health" not in route.rule:  # which tells the time
                assert with_slash.data == without.data, route.name


def test_a_trailing_slash_loses_no_body(client: FlaskClient, ana: Person) -> None:
    project = ana.post("/api/projects/", json={"name": "Lamps"})
    work = ana.post(f"/api/projects/{project.json['id']}/works/", json={"name": "One"})
    login = {"email": "ana@example.com", "password": PASSWORD}

    assert (project.status_code, project.json["name"]) == (201, "Lamps")
    assert (work.status_code, work.json["name"]) == (201, "One")
    assert client.post("/api/auth/login/", json=login).status_code == 200


def test_every_answer_has_a_request_id_of_its_own(client: FlaskClient) -> None:
    urls = ["/api/health", "/api/nothing", "/api/projects", "/api/docs", "/api/openapi.json"] * 2

    ids = [client.get(url, buffered=True).headers["X-Request-Id"] for url in urls]

    assert all(re.fullmatch("[0-9a-f]{16}", each) for each in ids)
    assert len(set(ids)) == len(ids)


def test_a_request_id_that_a_proxy_gives_is_kept(client: FlaskClient) -> None:
    answer = client.get("/api/health", headers={"X-Request-Id": "nginx-1a.2b_3c"})

    assert answer.headers["X-Request-Id"] == "nginx-1a.2b_3c"


@pytest.mark.parametrize("given", ["", "x" * 65, "a b", "a;b", "ü", "<b>"])
def test_a_request_id_that_could_do_harm_is_not(client: FlaskClient, given: str) -> None:
    answer = client.get("/api/health", headers={"X-Request-Id": given})

    assert re.fullmatch("[0-9a-f]{16}", answer.headers["X-Request-Id"])


def preflight(client: FlaskClient, url: str, origin: str = EDITOR, method: str = "PUT") -> Any:
    return client.options(
        url,
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": "authorization, content-type, if-match, x-api-key",
        },
    )


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_a_browser_may_ask_from_any_origin(client: FlaskClient, method: str) -> None:
    answer = preflight(client, "/api/projects/proj_0/works/work_0", method=method)

    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert method in answer.headers["Access-Control-Allow-Methods"]
    for header in ("authorization", "content-type", "if-match", "x-api-key"):
        assert header in answer.headers["Access-Control-Allow-Headers"].lower()


def test_a_page_elsewhere_may_read_answers_and_errors(client: FlaskClient, ana: Person) -> None:
    for answer in (
        ana.get("/api/projects", headers={"Origin": EDITOR}),
        client.get("/api/projects", headers={"Origin": EDITOR}),
        client.get("/api/nothing", headers={"Origin": EDITOR}),
    ):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        exposed = answer.headers["Access-Control-Expose-Headers"]
        assert {"ETag", "Link", "X-Request-Id", "Content-Range", "Retry-After"} <= set(
            exposed.split(", ")
        )


def test_no_credentials_are_taken_from_cookies(client: FlaskClient, ana: Person) -> None:
    """So that `*` does no harm."""
    client.set_cookie("token", ana.token)
    answer = client.get("/api/projects", headers={"Origin": EDITOR})

    assert answer.status_code == 401
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "Set-Cookie" not in answer.headers


def test_who_asks_from_nowhere_gets_no_cors_headers(client: FlaskClient) -> None:
    assert "Access-Control-Allow-Origin" not in client.get("/api/health").headers


def test_origins_can_be_named(settings: Settings) -> None:
    named = replace(settings, cors_origins=(EDITOR, "http://localhost:5173"))
    client = create_app(named).test_client()

    for origin in named.cors_origins:
        answer = preflight(client, "/api/projects", origin)
        assert answer.headers["Access-Control-Allow-Origin"] == origin
        assert "Origin" in answer.headers["Vary"]


@pytest.mark.parametrize(
    "origin", ["https://evil.example", f"{EDITOR}.evil.example", "http://edit.example", "null"]
)
def test_other_origins_than_those_named_get_nothing(settings: Settings, origin: str) -> None:
    client = create_app(replace(settings, cors_origins=(EDITOR,))).test_client()

    for answer in (
        preflight(client, "/api/projects", origin),
        client.get("/api/health", headers={"Origin": origin}),
    ):
        assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]
