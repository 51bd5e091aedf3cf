"""Every route, asked for with every kind of credential that does not suffice."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from config import Settings
from schemas.accounts import SCOPES
from tests.people import PASSWORD, Person
from tests.walk import PopulatedProject, Route, routes_of
from web.guard import register_guard

PUBLIC = {
    "POST /api/auth/register",
    "POST /api/auth/login",
    "POST /api/auth/refresh",
    "GET /api/health",
    "GET /api/health/ready",
    "GET /api/openapi.json",
    "GET /api/providers",
    "GET /api/docs",
    "GET /api-docs",
    "GET /api/docs/<name>",
}


@pytest.fixture
def populated(ana: Person, samples: Path) -> PopulatedProject:
    return PopulatedProject(ana, samples)


@pytest.fixture
def guarded(app: Flask, populated: PopulatedProject) -> list[Route]:
    """All routes but the open ones."""
    return [route for route in populated.routes(app) if as_get(route.name) not in PUBLIC]


def as_get(name: str) -> str:
    """A HEAD is a GET of which no body is sent."""
    return name.replace("HEAD ", "GET ")


def statuses(client: FlaskClient, routes: list[Route], token: str | None) -> dict[str, int]:
    return {route.name: route.ask(client, token).status_code for route in routes}


def test_these_routes_are_open_and_no_others(app: Flask) -> None:
    client = app.test_client()

    answers = statuses(client, list(routes_of(app, {})), None)

    assert {as_get(name) for name, status in answers.items() if status != 401} == PUBLIC


def test_the_owner_gets_in_everywhere(
    app: Flask, populated: PopulatedProject, guarded: list[Route]
) -> None:
    """Or the refusals below would prove nothing."""
    last = [route for route in guarded if route.method == "DELETE"]
    first = [route for route in guarded if route.method != "DELETE"]

    answers = statuses(populated.owner.client, first + last, populated.owner.token)

    assert len(answers) > 30
    # Requests without a body: some are asked for more, or come too late; none is kept out.
    assert set(answers.values()) <= {200, 201, 204, 400, 409}


@pytest.mark.parametrize(
    "token", [None, "", "nonsense", "a.b.c", "vg_" + "x" * 43, "vg_", "null", "x" * 4000]
)
def test_no_token_or_a_broken_one_is_401(
    app: Flask, populated: PopulatedProject, guarded: list[Route], token: str | None
) -> None:
    before = populated.state()

    answers = statuses(app.test_client(), guarded, token)

    assert set(answers.values()) == {401}
    assert populated.state() == before


def test_an_expired_token_is_401(
    app: Flask, settings: Settings, populated: PopulatedProject, guarded: list[Route]
) -> None:
    past = create_app(replace(settings, jwt_expires_in=-1)).test_client()
    credentials = {"email": populated.owner.user["email"], "password": PASSWORD}
    expired = past.post("/api/auth/login", json=credentials).json["accessToken"]
    before = populated.state()

    answers = statuses(app.test_client(), guarded, expired)

    assert set(answers.values()) == {401}
    assert populated.state() == before


def test_a_refresh_token_is_401(
    app: Flask, populated: PopulatedProject, guarded: list[Route]
) -> None:
    credentials = {"email": populated.owner.user["email"], "password": PASSWORD}
    refresh = populated.owner.client.post("/api/auth/login", json=credentials).json["refreshToken"]
    before = populated.state()

    answers = statuses(app.test_client(), guarded, refresh)

    assert set(answers.values()) == {401}
    assert populated.state() == before


def test_a_media_token_reads_media_and_nothing_else(
    app: Flask, populated: PopulatedProject, guarded: list[Route]
) -> None:
    body = {"projectId": populated.project.rpartition("/")[2]}
    token = populated.owner.post("/api/media-tokens", json=body).json["token"]
    before = populated.state()

    answers = statuses(app.test_client(), guarded, token)

    media = {route.name for route in guarded if route.reads_media}
    assert len(media) == 12
    assert {answers.pop(name) for name in media} == {200}
    assert set(answers.values()) == {401, 403}
    assert populated.state() == before


def test_another_users_things_are_404(
    app: Flask, populated: PopulatedProject, guarded: list[Route], ben: Person
) -> None:
    routes = [route for route in guarded if "<" in route.rule]
    before = populated.state()

    answers = statuses(ben.client, routes, ben.token)

    assert set(answers.values()) == {404}
    assert populated.state() == before


@pytest.mark.parametrize("missing", SCOPES)
def test_a_single_missing_scope_is_403(
    app: Flask, populated: PopulatedProject, guarded: list[Route], missing: str
) -> None:
    others = [scope for scope in SCOPES if scope != missing]
    script = populated.owner.with_scopes(*others)
    before = populated.state()

    for route in guarded:
        if missing in route.scopes:
            answer = route.ask(script.client, script.token)
            assert answer.status_code == 403, route.name
            if route.method != "HEAD":
                assert answer.json == {
                    "error": "Insufficient permissions",
                    "required": list(route.scopes),
                    "granted": sorted(others),
                }

    assert populated.state() == before


def test_a_single_scope_opens_the_routes_that_need_it_alone(
    app: Flask, populated: PopulatedProject, guarded: list[Route]
) -> None:
    for scope in SCOPES:
        script = populated.owner.with_scopes(scope)
        for route in guarded:
            if route.reads and route.scopes:
                allowed = route.ask(script.client, script.token).status_code == 200
                assert allowed == (route.scopes == (scope,)), (scope, route.name)


def test_every_project_route_needs_a_scope(
    app: Flask, populated: PopulatedProject, guarded: list[Route]
) -> None:
    """Reading a read scope, all else a write scope; a POST that saves nothing is reading.

    What may cost money for a work needs a scope of its own.
    """
    paid = ("/jobs", "/scenario", "/generate/scene/<scene_index>", "/cancel", "/resume")
    for route in guarded:
        if route.rule.startswith("/api/projects"):
            if not route.reads and route.rule.endswith(paid):
                assert route.scopes == ("ai:generate",), route.name
                continue
            reads = route.reads or route.rule.endswith("/templates/<id:template_id>/apply")
            verb = "read" if reads else "write"
            area = "works" if "/works" in route.rule else "projects"
            assert route.scopes == (f"{area}:{verb}",), route.name


def test_a_token_in_the_query_opens_media_and_nothing_else(
    app: Flask, populated: PopulatedProject, guarded: list[Route]
) -> None:
    before = populated.state()
    client = app.test_client()

    query = f"?token={populated.owner.token}"
    answers = {route.name: route.ask(client, None, query).status_code for route in guarded}

    media = {route.name for route in guarded if route.reads_media}
    assert {answers.pop(name) for name in media} == {200}
    assert set(answers.values()) == {401}
    assert populated.state() == before


def test_a_bad_header_is_not_made_good_by_the_query(
    app: Flask, populated: PopulatedProject, guarded: list[Route]
) -> None:
    query = f"?token={populated.owner.token}"
    [route] = [r for r in guarded if r.reads_media and "audio" in r.rule and r.method == "GET"]

    assert route.ask(app.test_client(), "nonsense", query).status_code == 401


def test_options_says_what_is_there_and_does_nothing(
    app: Flask, populated: PopulatedProject, guarded: list[Route]
) -> None:
    before = populated.state()

    for route in guarded:
        answer = app.test_client().options(route.url)
        assert (answer.status_code, answer.data) == (200, b"")
        assert route.method in answer.headers["Allow"]

    assert populated.state() == before


def test_a_route_that_says_nothing_stops_the_start(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def register_carelessly(app: Flask, *checks: Any) -> None:
        app.add_url_rule("/api/new", "careless", lambda: "everyone's")
        register_guard(app, *checks)

    monkeypatch.setattr("app.register_guard", register_carelessly)

    with pytest.raises(RuntimeError, match="careless must either be in PUBLIC or say what it"):
        create_app(settings)


def test_a_route_that_is_both_open_and_guarded_stops_the_start(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.guard.PUBLIC", frozenset({"projects.list_projects"}))

    with pytest.raises(RuntimeError, match="must either be in PUBLIC"):
        create_app(settings)
