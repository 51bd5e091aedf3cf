"""Every route, requested with every kind of insufficient credential."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from access.rights import CHANGE
from app import create_app
from console.screens import SCREENS
from schemas.accounts import SCOPES
from schemas.new_jobs import WORK_JOB_KINDS
from tests.accounts.requests import create_token, log_in
from tests.cases import cases
from tests.jobs.helpers import wait_until_finished
from tests.people import PASSWORD, Person
from tests.walk import DEMO, EXPORT_SIZE, REQUIRED_OF_JOBS, PopulatedProject, Route, routes_of
from web.guard import register_guard, requires

PUBLIC = {
    "POST /api/auth/register",
    "GET /api/auth/registration",
    "POST /api/auth/login",
    "POST /api/auth/refresh",
    "POST /api/auth/session",
    "GET /api/invitations/<link_token>/preview",
    "PUT /api/uploads/<link_token>",  # the token of a link, which these check themselves
    "GET /api/downloads/<link_token>",
    "GET /api/files/<link_token>",
    "POST /api/review/<link_token>/guest",
    *(
        f"GET /api/review/<link_token>{path}"
        for path in ("", "/video", "/poster", "/captions.vtt", "/comments")
    ),
    "POST /api/review/<link_token>/comments",
    "PATCH /api/review/<link_token>/comments/<id:comment_id>",
    "DELETE /api/review/<link_token>/comments/<id:comment_id>",
    "POST /api/review/<link_token>/decision",
    "GET /api/health",
    "GET /api/health/ready",
    "GET /api/openapi.json",
    "GET /api/providers",
    "GET /metrics",  # 404 without METRICS_TOKEN, otherwise it checks that token itself
    "GET /api/docs",
    "GET /api-docs",
    "GET /api/docs/<name>",
    "GET /llms.txt",
    *(f"GET /{folder}/<path:name>" for folder in ("docs", "examples", "clients")),
    *(f"GET {path}" for path in SCREENS),
    "GET /review/<review_link>",
    "GET /console/static/<path:name>",
    "GET /console/fonts/<name>",
}

OWN_ORIGIN = {"Origin": "http://localhost"}


@pytest.fixture
def guarded(app, populated):
    """All routes that are not public."""
    return [route for route in populated.routes(app) if as_get(route.name) not in PUBLIC]


@pytest.fixture
def of_each_requirement(guarded):
    """A guarded route of each requirement."""
    routes = {
        (route.scopes, route.alternatives, route.right, route.reads_media): route
        for route in guarded
    }
    return list(routes.values())


def as_get(name: str) -> str:
    """Return a route's name with GET in place of HEAD."""
    return name.replace("HEAD ", "GET ")


def request_each(client: FlaskClient, routes: list[Route], token: str | None) -> dict[str, int]:
    """Request all of these routes; return the statuses by the routes' names."""
    return {route.name: route.request(client, token).status_code for route in routes}


def test_only_these_routes_are_public(app):
    client = app.test_client()

    statuses = request_each(client, list(routes_of(app, {})), None)

    assert {as_get(name) for name, status in statuses.items() if status != 401} == PUBLIC


def test_owner_may_request_every_route(app, populated, guarded):
    """Otherwise the rejections in other tests would prove nothing."""
    ordered = sorted(guarded, key=lambda route: (route.ends_session, route.method == "DELETE"))

    statuses = request_each(populated.owner.client, ordered, populated.owner.token)

    assert len(statuses) > 30
    # Without a body, some requests are invalid and others conflict with the state. An invitation
    # is declined before it is accepted.
    assert set(statuses.values()) <= {200, 201, 204, 400, 409, 410}


@pytest.mark.parametrize(
    "token", [None, "", "nonsense", "a.b.c", "vg_" + "x" * 43, "vg_", "null", "x" * 4000]
)
def test_missing_or_malformed_token_returns_401(app, populated, guarded, token):
    before = populated.state()

    statuses = request_each(app.test_client(), guarded, token)

    assert set(statuses.values()) == {401}
    assert populated.state() == before


@cases("name", {"expired": "accessToken", "for refreshing": "refreshToken"})
def test_other_token_returns_401(app, settings, populated, guarded, name):
    expiring = create_app(replace(settings, jwt_expires_in=-1)).test_client()
    credentials = {"email": populated.owner.user["email"], "password": PASSWORD}
    token = expiring.post("/api/auth/login", json=credentials).json[name]
    before = populated.state()

    statuses = request_each(app.test_client(), guarded, token)

    assert set(statuses.values()) == {401}
    assert populated.state() == before


def log_out(person: Person, **body: Any) -> None:
    assert person.post("/api/auth/logout", json=body).status_code == 204


def run(app: Flask, *args: str, stdin: str = "") -> None:
    assert app.test_cli_runner().invoke(args=args, input=stdin).exit_code == 0


ENDINGS: dict[str, Callable[[Flask, Person], None]] = {
    "logout": lambda app, person: log_out(person),
    "logout everywhere": lambda app, person: log_out(person, everywhere=True),
    "users logout": lambda app, person: run(app, "users", "logout", person.user["email"]),
    "users disable": lambda app, person: run(app, "users", "disable", person.user["email"]),
    "users password": lambda app, person: run(
        app, "users", "password", person.user["email"], "--password-stdin", stdin=PASSWORD
    ),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_tokens_of_an_ended_session_return_401(app, populated, of_each_requirement, ending):
    pair, owner = log_in(app.test_client()).json, populated.owner
    person = Person(app.test_client(), pair["accessToken"], owner.user)
    refreshed = person.post("/api/auth/refresh", json={"refreshToken": pair["refreshToken"]}).json
    tokens = [*pair_of(pair), *pair_of(refreshed), new_media_token(person, populated.project)]
    assert {guarded_status(app, populated, token) for token in (tokens[0], tokens[2])} == {200}
    before = populated.state()

    ENDINGS[ending](app, person)

    assert_401_everywhere(app, of_each_requirement, tokens)
    if ending == "users disable":
        run(app, "users", "enable", person.user["email"])
    owner.token = log_in(app.test_client()).json["accessToken"]
    assert populated.state() == before


def test_tokens_created_with_a_revoked_api_token_return_401(app, populated, guarded):
    before, owner = populated.state(), populated.owner
    created = create_token(owner, *SCOPES)
    parent = Person(owner.client, created["token"], owner.user)
    child = parent.with_scopes(*SCOPES)
    family = [parent, child, child.with_scopes(*SCOPES)]
    tokens = [person.token for person in family]
    tokens += [new_media_token(person, populated.project) for person in family]
    assert {guarded_status(app, populated, person.token) for person in family} == {200}

    assert owner.delete(f"/api/tokens/{created['meta']['id']}").status_code == 204

    assert_401_everywhere(app, guarded, tokens)
    assert populated.state() == before


def pair_of(response: Any) -> tuple[str, str]:
    return response["accessToken"], response["refreshToken"]


def new_media_token(person: Person, project: str) -> str:
    body = {"projectId": project.rpartition("/")[2]}
    return str(person.create("/api/media-tokens", body)["token"])


def guarded_status(app: Flask, populated: PopulatedProject, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return app.test_client().get(populated.work, headers=headers).status_code


def assert_401_everywhere(app: Flask, routes: list[Route], tokens: list[str]) -> None:
    """Assert that these routes reject these tokens, in the header and in the query."""
    client = app.test_client()
    media = [route for route in routes if route.reads_media]
    for token in tokens:
        assert set(request_each(client, routes, token).values()) == {401}
        in_query = {route.request(client, None, f"?token={token}").status_code for route in media}
        assert in_query == {401}
        body = {"refreshToken": token}
        assert client.post("/api/auth/refresh", json=body).status_code == 401


@pytest.mark.parametrize("given", ["media token", "cookie", "token in the query"])
def test_what_is_for_media_reads_media_and_nothing_else(app, populated, guarded, given):
    page, token, query = app.test_client(), None, ""
    if given == "media token":
        token = new_media_token(populated.owner, populated.project)
    elif given == "cookie":
        login = {"email": populated.owner.user["email"], "password": PASSWORD, "cookie": True}
        assert page.post("/api/auth/login", json=login, headers=OWN_ORIGIN).status_code == 200
    else:
        query = f"?token={populated.owner.token}"
    before = populated.state()

    statuses = {route.name: route.request(page, token, query).status_code for route in guarded}

    media = {route.name for route in guarded if route.reads_media}
    assert len(media) == 44
    assert {statuses.pop(name) for name in media} == {200}
    assert set(statuses.values()) == ({401, 403} if given == "media token" else {401})
    assert populated.state() == before


def test_data_of_another_user_outside_of_projects_returns_404(app, populated, guarded, ben):
    """For what is in projects, see the matrix: tests/access/."""
    routes = [
        route
        for route in guarded
        if "<" in route.rule and route.right is None and "<id:provider>" not in route.rule
    ]
    before = populated.state()

    statuses = request_each(ben.client, routes, ben.token)

    assert set(statuses.values()) == {404}
    assert populated.state() == before


@pytest.mark.parametrize("missing", SCOPES)
def test_single_missing_scope_returns_403(app, populated, guarded, missing):
    others = [scope for scope in SCOPES if scope != missing]
    script = populated.owner.with_scopes(*others)
    before = populated.state()

    for route in guarded:
        if missing in route.scopes:
            response = route.request(script.client, script.token)
            assert response.status_code == 403, route.name
            if route.method != "HEAD":
                assert response.json == {
                    "error": "Insufficient permissions",
                    "code": "missing_scope",
                    "required": list(route.scopes),
                    "granted": sorted(others),
                }

    assert populated.state() == before


@pytest.mark.parametrize(
    ("kind", "needed", "other"),
    [
        ("analysis", "ai:analyze", "ai:generate"),
        ("export", "works:write", "ai:generate"),
        ("scenario", "ai:generate", "works:write"),
        ("scene", "ai:generate", "works:write"),
        ("scenes", "ai:generate", "works:write"),
        ("music", "ai:generate", "works:write"),
    ],
)
def test_starting_a_job_requires_the_scope_of_its_kind(populated, kind, needed, other):
    body = {"kind": kind, "sceneIndex": 0}
    others = [scope for scope in SCOPES if scope != needed]

    refused = post(populated.owner.with_scopes(*others), f"{populated.work}/jobs", body)
    started = post(populated.owner.with_scopes(needed), f"{populated.work}/jobs", body)

    assert other in others
    assert refused.status_code == 403
    assert refused.json["required"] == [needed]
    assert started.status_code == 202, started.text


def test_no_kind_of_job_is_started_without_its_scope(populated):
    needed = {"analysis": "ai:analyze", "transcript": "ai:analyze", "export": "works:write"}
    for kind in WORK_JOB_KINDS:
        scope = needed.get(kind, "ai:generate")
        script = populated.owner.with_scopes(*(each for each in SCOPES if each != scope))
        body = {"kind": kind, "sceneIndex": 0, **REQUIRED_OF_JOBS.get(kind, {})}

        refused = post(script, f"{populated.work}/jobs", body)

        assert refused.status_code == 403, kind
        assert refused.json["required"] == [scope]


@pytest.mark.parametrize("verb", ["cancel", "resume"])
@pytest.mark.parametrize(
    ("kind", "needed"), [("export", "works:write"), ("scenario", "ai:generate")]
)
def test_changing_a_job_requires_the_scope_of_its_kind(populated, verb, kind, needed):
    started = post(populated.owner, f"{populated.work}/jobs", {"kind": kind})
    job = started.headers["Location"]
    assert wait_until_finished(populated.owner, job)["state"] == "succeeded"
    others = [scope for scope in SCOPES if scope != needed]
    before = populated.owner.show(job)

    refused = post(populated.owner.with_scopes(*others), f"{job}/{verb}")
    conflict = post(populated.owner.with_scopes(needed), f"{job}/{verb}")

    assert refused.status_code == 403
    assert refused.json["required"] == [needed]
    assert conflict.status_code == 409  # the job has succeeded
    assert populated.owner.show(job) == before


def test_any_job_route_requires_one_of_the_scopes_of_jobs(populated, guarded):
    script = populated.owner.with_scopes(
        *[scope for scope in SCOPES if scope not in {"ai:analyze", "ai:generate", "works:write"}]
    )
    routes = [route for route in guarded if route.alternatives and "/jobs" in route.rule]

    statuses = request_each(script.client, routes, script.token)

    assert len(statuses) == 5
    assert set(statuses.values()) == {403}


@pytest.mark.parametrize("foreign", ["project", "work"])
def test_export_of_data_of_another_user_returns_404(populated, ben, foreign):
    own = ben.new_work(ben.new_project())
    project, work = (path.rpartition("/")[2] for path in (populated.project, populated.work))
    own_project = own.split("/")[3]
    body = {
        "projectId": project if foreign == "project" else own_project,
        "workId": work,
        "clips": [{"sceneIndex": 0, "position": 0, "end": 0.5}],
        "options": EXPORT_SIZE,
    }
    before = populated.state()

    response = post(ben, "/api/export", body)

    assert response.status_code == 404
    assert populated.state() == before
    assert post(populated.owner, "/api/export", {**body, "projectId": project}).status_code == 200


def post(person: Person, url: str, body: Any = None) -> TestResponse:
    return person.post(url, json=body, headers=DEMO) if body else person.post(url)


def test_single_scope_reads_exactly_the_routes_that_require_only_it(app, populated, guarded):
    for scope in SCOPES:
        script = populated.owner.with_scopes(scope)
        for route in guarded:
            if route.reads and route.scopes:
                allowed = route.request(script.client, script.token).status_code == 200
                assert allowed == (route.scopes == (scope,)), (scope, route.name)


def test_every_project_route_requires_the_scope_of_its_kind(app, populated, guarded):
    """Reading, even by a POST that saves nothing, requires a read scope, writing a write scope.

    What may cost money for a work requires a scope of its own.
    """
    paid = ("/scenario", "/generate/scene/<scene_index>", "/narration/rewrite")
    jobs = ("/jobs", "/cancel", "/resume")
    for route in guarded:
        if route.rule.startswith("/api/projects"):
            if not route.reads and route.rule.endswith(paid):
                assert route.scopes == ("ai:generate",), route.name
                continue
            if not route.reads and route.rule.endswith(jobs):
                assert route.scopes == (), route.name
                assert route.alternatives == ("ai:analyze", "ai:generate", "works:write"), (
                    route.name
                )
                continue
            if "/provider-keys" in route.rule:  # of a session; no API token suffices
                assert route.scopes == (), route.name
                continue
            unsaved = ("/templates/<id:template_id>/apply", "/presence")
            reads = route.reads or route.rule.endswith(unsaved)
            verb = "read" if reads else "write"
            area = "works" if "/works" in route.rule else "projects"
            names_works = (
                ("works:read",) if route.rule.endswith(("/uses", "<id:work_id>/duplicate")) else ()
            )
            assert route.scopes == (f"{area}:{verb}", *names_works), route.name


def test_invalid_header_is_rejected_despite_a_valid_token_in_the_query(app, populated, guarded):
    query = f"?token={populated.owner.token}"
    route = next(route for route in guarded if route.reads_media)

    assert route.request(app.test_client(), "nonsense", query).status_code == 401


def test_options_lists_methods_and_changes_nothing(app, populated, guarded):
    before = populated.state()

    for route in guarded:
        response = app.test_client().options(route.url)
        assert (response.status_code, response.data) == (200, b"")
        assert route.method in response.headers["Allow"]

    assert populated.state() == before


def test_application_with_an_unguarded_route_does_not_start(settings, monkeypatch):
    def add_route_and_register_guard(app: Flask) -> None:
        app.add_url_rule("/api/new", "unguarded", lambda: "public")
        register_guard(app)

    monkeypatch.setattr("app.register_guard", add_route_and_register_guard)

    with pytest.raises(RuntimeError, match="unguarded must either be in PUBLIC or say what it"):
        create_app(settings)


@pytest.mark.parametrize(
    ("rule", "right"),
    [
        ("/api/projects/<id:project_id>/new", None),
        ("/api/projects/<id:project_id>/new", "unknown"),
        ("/api/new", CHANGE),
    ],
)
def test_application_with_a_route_without_the_right_of_its_project_does_not_start(
    settings, monkeypatch, rule, right
):
    def add_route_and_register_guard(app: Flask) -> None:
        @requires("works:write", right=right)
        def view() -> str:
            return ""

        app.add_url_rule(rule, "new", view)
        register_guard(app)

    monkeypatch.setattr("app.register_guard", add_route_and_register_guard)

    with pytest.raises(RuntimeError, match="new must state a right if its address has a project"):
        create_app(settings)


def test_application_with_a_route_both_public_and_guarded_does_not_start(settings, monkeypatch):
    monkeypatch.setattr("web.guard.PUBLIC", frozenset({"project_list.list_projects"}))

    with pytest.raises(RuntimeError, match="must either be in PUBLIC"):
        create_app(settings)
