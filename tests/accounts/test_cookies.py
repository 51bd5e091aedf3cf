"""Sessions of browsers: the refresh token and the right to read media are cookies (decision 16)."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from accounts import sessions
from storage.clock import now_ms
from tests.applications import create_app
from tests.people import PASSWORD, Person

OWN = {"Origin": "http://localhost"}
SESSION, LOGIN = "/api/auth/session", "/api/auth/login"
REFRESH, MEDIA = "vidworks_refresh", "vidworks_media"
CREDENTIALS = {"email": "ana@example.com", "password": PASSWORD, "cookie": True}


def log_in(client: FlaskClient, **headers: str) -> TestResponse:
    return client.post(LOGIN, json=CREDENTIALS, headers={**OWN, **headers})


def refresh(client: FlaskClient) -> TestResponse:
    return client.post(SESSION, headers=OWN)


def cookie(client: FlaskClient, name: str) -> str | None:
    found = client.get_cookie(name, path=SESSION if name == REFRESH else "/api")
    return found.value if found else None


@pytest.fixture
def page(app, ana):
    """Ana in a browser: a client with cookies."""
    client = app.test_client()
    response = log_in(client)
    assert response.status_code == 200, response.text
    return Person(client, response.json["accessToken"], ana.user)


@pytest.fixture
def image(ana, work, samples):
    url = f"{work}/media/scene/0/image"
    assert ana.upload(url, samples / "image.png").status_code == 200
    return url


def test_login_with_cookie_keeps_the_refresh_token_out_of_the_body(client, ana):
    response = log_in(client)

    assert response.json.keys() == {"user", "accessToken"}
    refresh, media = sorted(response.headers.getlist("Set-Cookie"), reverse=True)
    assert refresh.startswith(f"{REFRESH}=ey")
    assert refresh.endswith("; Max-Age=2592000; HttpOnly; Path=/api/auth/session; SameSite=Strict")
    assert media.startswith(f"{MEDIA}=ey")
    assert media.endswith("; Max-Age=604800; HttpOnly; Path=/api; SameSite=Strict")


def test_registration_with_cookie_starts_a_session(client):
    account = {**CREDENTIALS, "name": "Ana"}
    response = client.post("/api/auth/register", json=account, headers=OWN)

    assert response.status_code == 201
    assert response.json.keys() == {"user", "accessToken"}
    assert refresh(client).json["user"] == response.json["user"]


def test_cookies_are_secure_over_https(settings, ana):
    client = create_app(replace(settings, trusted_proxies=1)).test_client()
    forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "vid.example:8443"}

    response = log_in(client, **forwarded, Origin="https://vid.example:8443")

    assert response.status_code == 200, response.text
    assert all("; Secure;" in each for each in response.headers.getlist("Set-Cookie"))


def test_session_continues_with_its_cookie_alone(page):
    response = refresh(page.client)

    assert response.status_code == 200
    assert response.json.keys() == {"user", "accessToken"}
    assert response.json["user"] == page.user
    assert len(response.headers.getlist("Set-Cookie")) == 2
    page.token = response.json["accessToken"]
    assert page.show("/api/auth/me") == page.user
    assert refresh(page.client).status_code == 200


def test_refresh_cookie_that_is_used_again_ends_the_session(page, monkeypatch):
    stolen = cookie(page.client, REFRESH)
    assert stolen
    assert refresh(page.client).status_code == 200
    monkeypatch.setattr(sessions, "now_ms", lambda: now_ms() + sessions.GRACE_MS + 1)
    page.client.set_cookie(REFRESH, stolen, path=SESSION)

    response = refresh(page.client)

    assert response.status_code == 401
    assert page.get("/api/auth/me").status_code == 401
    assert (cookie(page.client, REFRESH), cookie(page.client, MEDIA)) == (None, None)


@pytest.mark.parametrize("kind", ["none", "access", "media", "nonsense"])
def test_session_does_not_continue_without_a_refresh_token(page, kind):
    values = {"access": page.token, "media": cookie(page.client, MEDIA), "nonsense": "ß"}
    page.client.delete_cookie(REFRESH, path=SESSION)
    if kind in values:
        page.client.set_cookie(REFRESH, values[kind] or "", path=SESSION)

    response = refresh(page.client)

    assert response.status_code == 401
    assert all("Max-Age=0" in each for each in response.headers.getlist("Set-Cookie"))


ORIGINS: dict[str, dict[str, str]] = {
    "none": {},
    "opaque": {"Origin": "null"},
    "another host": {"Origin": "http://evil.example"},
    "another port": {"Origin": "http://localhost:5173"},
    "another scheme": {"Origin": "https://localhost"},
    "what a client claims": {"Origin": "http://evil.example", "X-Forwarded-Host": "evil.example"},
}


@pytest.mark.parametrize("origin", ORIGINS)
def test_other_origins_get_and_use_no_cookies(page, origin):
    headers = ORIGINS[origin]
    account = {**CREDENTIALS, "name": "Ben", "email": "ben@example.com"}
    before = cookie(page.client, REFRESH)

    responses = [
        page.client.post(SESSION, headers=headers),
        page.client.post(LOGIN, json=CREDENTIALS, headers=headers),
        page.client.post("/api/auth/register", json=account, headers=headers),
    ]

    for response in responses:
        assert response.status_code == 403
        assert response.json["error"] == "Cookies are for this service's own pages"
        assert "Set-Cookie" not in response.headers
    assert cookie(page.client, REFRESH) == before
    assert refresh(page.client).status_code == 200, "it was not used"


def test_media_of_another_user_is_not_found(app, client, ben, image):
    stranger = app.test_client()
    assert log_in_as(stranger, "ben@example.com").status_code == 200

    assert stranger.get(image).status_code == 404
    assert client.get(image).status_code == 401


def log_in_as(client: FlaskClient, email: str) -> TestResponse:
    return client.post(LOGIN, json={**CREDENTIALS, "email": email}, headers=OWN)


@pytest.mark.parametrize(
    ("site", "status"),
    [("same-origin", 200), ("none", 200), ("same-site", 401), ("cross-site", 401)],
)
def test_media_cookie_is_for_own_pages(page, image, site, status):
    response = page.client.get(image, headers={"Sec-Fetch-Site": site}, buffered=True)

    assert response.status_code == status


@pytest.mark.parametrize("query", ["?token=", "?token=nonsense"])
def test_media_cookie_does_not_replace_an_invalid_token(page, image, query):
    assert page.client.get(image + query).status_code == 401
    assert page.client.get(image, headers={"Authorization": "Bearer x"}).status_code == 401


def test_token_of_the_media_cookie_is_valid_in_the_cookie_only(page, image):
    token = cookie(page.client, MEDIA)
    client = page.client.application.test_client()

    assert client.get(f"{image}?token={token}").status_code == 401
    assert Person(client, str(token), page.user).get(image).status_code == 401
    body = {"refreshToken": token}
    assert client.post("/api/auth/refresh", json=body).status_code == 401


def test_other_tokens_are_not_valid_in_the_media_cookie(page, project, image):
    body = {"projectId": project.rpartition("/")[2]}
    media_token = page.post("/api/media-tokens", json=body).json["token"]
    for token in (page.token, media_token, page.with_scopes("works:read").token):
        page.client.set_cookie(MEDIA, token, path="/api")
        assert page.client.get(image).status_code == 401


@pytest.mark.parametrize("body", [{}, {"everywhere": True}])
def test_logout_ends_and_deletes_the_cookies(page, image, body):
    tokens = {name: cookie(page.client, name) for name in (REFRESH, MEDIA)}
    assert page.client.get(image, buffered=True).status_code == 200

    assert page.post("/api/auth/logout", json=body).status_code == 204

    assert (cookie(page.client, REFRESH), cookie(page.client, MEDIA)) == (None, None)
    page.client.set_cookie(MEDIA, tokens[MEDIA] or "", path="/api")
    assert page.client.get(image).status_code == 401
    page.client.set_cookie(REFRESH, tokens[REFRESH] or "", path=SESSION)
    assert refresh(page.client).status_code == 401
