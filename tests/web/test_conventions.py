"""Conventions of all requests and responses: bodies, trailing slashes, request ids, CORS."""

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.applications import create_app
from tests.people import PASSWORD

EDITOR = "https://edit.example"


@pytest.mark.parametrize("body", [b"", b" \r\n\t "])
@pytest.mark.parametrize(
    "media_type", [None, "application/json", "text/plain", "application/octet-stream"]
)
def test_missing_body_means_an_empty_object(ana, body, media_type):
    response = ana.post("/api/projects", data=body, content_type=media_type)

    assert response.status_code == 201
    assert response.json["name"] == "Untitled project"


def test_missing_body_is_validated_like_an_empty_object(client):
    response = client.post("/api/auth/login")

    assert response.status_code == 400
    assert response.json["details"].keys() == {"email", "password"}


@pytest.mark.parametrize("media_type", [None, "text/plain", "application/x-www-form-urlencoded"])
def test_json_body_is_accepted_with_any_content_type(ana, media_type):
    """The last one is what `curl -d` sends."""
    response = ana.post("/api/projects", data='{"name": "Lamps"}', content_type=media_type)

    assert response.status_code == 201
    assert response.json["name"] == "Lamps"


@pytest.mark.parametrize("body", ["[]", '[{"name": "Lamps"}]', '"text"', "5", "null", "true"])
def test_json_body_that_is_not_an_object_returns_400(ana, work, body):
    for response in (ana.post("/api/projects", data=body), ana.put(work, data=body)):
        assert response.status_code == 400
        assert response.json["error"] == "Body is not a JSON object"


@pytest.mark.parametrize("text", ["Ünïcode ✓ 影片 🎬", 'quo"tes\\', "\u2028", "x" * 100_000])
def test_text_is_returned_unchanged(ana, text):
    project = ana.new_project(knowledge=text)

    assert ana.get(project).json["knowledge"] == text


def test_trailing_slash_does_not_change_the_response(app, populated):
    owner = populated.owner
    for route in populated.routes(app):
        if route.reads and not route.is_endless:
            with_slash = owner.request(route.method, route.url.rstrip("/") + "/")
            without = owner.request(route.method, route.url.rstrip("/"))
            assert with_slash.status_code == without.status_code, route.name
            if "/health" not in route.rule:  # its body contains the time
                assert with_slash.data == without.data, route.name


def test_trailing_slash_keeps_the_request_body(client, ana):
    project = ana.post("/api/projects/", json={"name": "Lamps"})
    work = ana.post(f"/api/projects/{project.json['id']}/works/", json={"name": "One"})
    login = {"email": "ana@example.com", "password": PASSWORD}

    assert (project.status_code, project.json["name"]) == (201, "Lamps")
    assert (work.status_code, work.json["name"]) == (201, "One")
    assert client.post("/api/auth/login/", json=login).status_code == 200


def test_every_response_has_a_unique_request_id(client):
    urls = ["/api/health", "/api/nothing", "/api/projects", "/api/docs", "/api/openapi.json"] * 2

    ids = [client.get(url, buffered=True).headers["X-Request-Id"] for url in urls]

    assert all(re.fullmatch("[0-9a-f]{16}", request_id) for request_id in ids)
    assert len(set(ids)) == len(ids)


def test_request_id_of_a_proxy_is_kept(client):
    response = client.get("/api/health", headers={"X-Request-Id": "nginx-1a.2b_3c"})

    assert response.headers["X-Request-Id"] == "nginx-1a.2b_3c"


@pytest.mark.parametrize("request_id", ["", "x" * 65, "a b", "a;b", "ü", "<b>"])
def test_invalid_request_id_is_replaced(client, request_id):
    response = client.get("/api/health", headers={"X-Request-Id": request_id})

    assert re.fullmatch("[0-9a-f]{16}", response.headers["X-Request-Id"])


def preflight(
    client: FlaskClient, url: str, origin: str = EDITOR, method: str = "PUT"
) -> TestResponse:
    """Send the request by which a browser asks whether another origin may send one."""
    return client.options(
        url,
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": "authorization, content-type, if-match, x-api-key",
        },
    )


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_cors_preflight_allows_any_origin_by_default(client, method):
    response = preflight(client, "/api/projects/proj_0/works/work_0", method=method)

    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert method in response.headers["Access-Control-Allow-Methods"]
    for header in ("authorization", "content-type", "if-match", "x-api-key"):
        assert header in response.headers["Access-Control-Allow-Headers"].lower()


def test_cors_exposes_headers_of_responses_and_errors(client, ana):
    for response in (
        ana.get("/api/projects", headers={"Origin": EDITOR}),
        client.get("/api/projects", headers={"Origin": EDITOR}),
        client.get("/api/nothing", headers={"Origin": EDITOR}),
    ):
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        exposed = response.headers["Access-Control-Expose-Headers"]
        assert {
            *("ETag", "Link", "Location", "X-Request-Id"),
            *("Content-Disposition", "Content-Range", "Retry-After", "Idempotency-Replayed"),
        } <= set(exposed.split(", "))


def test_cookies_are_not_accepted_as_credentials(client, ana):
    """Otherwise any origin would be a risk."""
    client.set_cookie("token", ana.token)
    response = client.get("/api/projects", headers={"Origin": EDITOR})

    assert response.status_code == 401
    assert "Access-Control-Allow-Credentials" not in response.headers
    assert "Set-Cookie" not in response.headers


def test_request_without_origin_gets_no_cors_headers(client):
    assert "Access-Control-Allow-Origin" not in client.get("/api/health").headers


def test_cors_allows_configured_origins(settings):
    origins = (EDITOR, "http://localhost:5173")
    client = create_app(replace(settings, cors_origins=origins)).test_client()

    for origin in origins:
        response = preflight(client, "/api/projects", origin)
        assert response.headers["Access-Control-Allow-Origin"] == origin
        assert "Origin" in response.headers["Vary"]


@pytest.mark.parametrize(
    "origin", ["https://evil.example", f"{EDITOR}.evil.example", "http://edit.example", "null"]
)
def test_cors_rejects_origins_that_are_not_configured(settings, origin):
    client = create_app(replace(settings, cors_origins=(EDITOR,))).test_client()

    for response in (
        preflight(client, "/api/projects", origin),
        client.get("/api/health", headers={"Origin": origin}),
    ):
        assert not [name for name, _ in response.headers if name.startswith("Access-Control")]


def test_files_of_users_are_kept_by_no_shared_cache_and_not_guessed_at(app, populated):
    routes = [route for route in populated.routes(app) if route.reads_media]

    assert len(routes) > 20
    for route in routes:
        answer = populated.owner.get(route.url)
        assert answer.status_code == 200, route.name
        assert answer.headers["Cache-Control"].startswith("private, "), route.name
        assert answer.headers["X-Content-Type-Options"] == "nosniff", route.name


@pytest.mark.parametrize("path", ["", "/works", "/templates", "/nothing"])
def test_json_of_users_is_kept_by_no_shared_cache(ana, project, path):
    answer = ana.get(f"{project}{path}")

    assert answer.mimetype == "application/json"
    assert answer.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("media_type", [None, "text/plain", "application/x-www-form-urlencoded"])
def test_address_of_a_file_without_the_type_of_json_gets_415_that_names_it(
    ana, project, work, media_type
):
    """The last one is what `curl -d` sends."""
    body = ' {"url": "https://example.com/lamp.jpg"}'
    for url in (f"{project}/assets", f"{work}/media/scene/0/image", "/api/analyze"):
        answer = ana.post(
            url, data=body, content_type=media_type, headers={"x-vision-provider": "demo"}
        )

        assert answer.status_code == 415, answer.text
        assert "`Content-Type: application/json`" in answer.json["details"]
