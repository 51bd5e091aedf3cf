"""Media tokens: short-lived tokens for URLs that read the media of one project."""

import time
from dataclasses import replace

import pytest
from werkzeug.test import TestResponse

from settings.tuning import Tuning
from tests.accounts.requests import create_token
from tests.applications import create_app
from tests.people import Person

URL = "/api/media-tokens"


@pytest.fixture
def viewer(ana, project):
    """A user with a media token of ana's project."""
    return Person(ana.client, media_token(ana, project), ana.user)


@pytest.fixture
def image(ana, work, samples):
    """The URL of an image in ana's work."""
    url = f"{work}/media/scene/0/image"
    assert ana.upload(url, samples / "image.png").status_code == 200
    return url


def request_token(person: Person, project: str) -> TestResponse:
    return person.post(URL, json={"projectId": project.rpartition("/")[2]})


def media_token(person: Person, project: str) -> str:
    response = request_token(person, project)
    assert response.status_code == 201, response.text
    return str(response.json["token"])


def test_media_token_is_returned_with_its_project_and_expiry(ana, project):
    response = request_token(ana, project)

    assert response.status_code == 201
    assert response.json.keys() == {"token", "projectId", "expiresAt"}
    assert project.endswith(response.json["projectId"])
    minutes = (response.json["expiresAt"] / 1000 - time.time()) / 60
    assert 14 < minutes <= 15


def test_media_token_in_the_url_reads_media(client, ana, project, image, samples):
    token = media_token(ana, project)

    response = client.get(f"{image}?token={token}", buffered=True)

    assert response.status_code == 200
    assert response.data == (samples / "image.png").read_bytes()
    assert client.head(f"{image}?token={token}").status_code == 200


def test_media_token_in_the_header_reads_media(viewer, image):
    assert viewer.get(image).status_code == 200


def test_media_token_does_not_read_another_project(ana, image):
    token = media_token(ana, ana.new_project())

    assert ana.client.get(f"{image}?token={token}").status_code == 401


def test_media_token_cannot_change_media(ana, viewer, image, samples):
    assert viewer.upload(image, samples / "image.jpg").status_code == 403
    assert viewer.delete(image).status_code == 403
    assert ana.get(image).data == (samples / "image.png").read_bytes()


@pytest.mark.parametrize("url", ["/api/auth/me", "/api/tokens", "/api/projects"])
def test_media_token_is_rejected_by_other_routes(viewer, url):
    assert viewer.get(url).status_code == 401


def test_media_token_reads_neither_the_project_nor_its_works(viewer, project, work):
    assert viewer.get(project).status_code == 401
    assert viewer.get(f"{project}/works").status_code == 401
    assert viewer.get(work).status_code == 401


def test_media_token_cannot_create_tokens(ana, viewer, project):
    assert request_token(viewer, project).status_code == 401
    body = {"name": "more", "scopes": ["works:read"]}
    assert viewer.post("/api/tokens", json=body).status_code == 401
    body = {"refreshToken": viewer.token}
    assert ana.client.post("/api/auth/refresh", json=body).status_code == 401


def test_media_token_has_no_more_scopes_than_its_creator(ana, project, image):
    writer, reader = ana.with_scopes("works:write"), ana.with_scopes("works:read")

    def status(person: Person) -> int:
        url = f"{image}?token={media_token(person, project)}"
        return ana.client.get(url, buffered=True).status_code

    assert status(writer) == 403
    assert status(reader) == 200


def test_media_token_for_another_users_project_returns_404(ben, project):
    assert request_token(ben, project).status_code == 404


@pytest.mark.parametrize("project_id", ["../users", "", "a/b", "x" * 65, "proj_1\n", None, 7])
def test_media_token_for_an_invalid_project_id_returns_400(ana, project_id):
    response = ana.post(URL, json={"projectId": project_id})

    assert response.status_code == 400
    assert list(response.json["details"]) == ["projectId"]


def test_expired_media_token_returns_401(settings, ana, project, image):
    expiring = create_app(replace(settings, tuning=Tuning(media_token=-1))).test_client()
    token = media_token(Person(expiring, ana.token, ana.user), project)

    response = ana.client.get(f"{image}?token={token}")

    assert response.status_code == 401
    assert response.json == {"error": "Token has expired", "code": "token_expired"}


def test_media_token_of_a_deleted_project_returns_404(ana, project, image):
    token = media_token(ana, project)

    ana.delete(project)

    assert ana.client.get(f"{image}?token={token}").status_code == 404


def test_media_token_ends_with_the_session_that_created_it(client, ana, project, image):
    token = media_token(ana, project)
    ana.post("/api/auth/logout")

    assert client.get(f"{image}?token={token}").status_code == 401


def test_media_token_ends_with_the_api_token_that_created_it(client, ana, project, image):
    created = create_token(ana, "works:read")
    token = media_token(Person(client, created["token"], ana.user), project)
    assert client.get(f"{image}?token={token}", buffered=True).status_code == 200
    ana.delete(f"/api/tokens/{created['meta']['id']}")

    assert client.get(f"{image}?token={token}").status_code == 401
