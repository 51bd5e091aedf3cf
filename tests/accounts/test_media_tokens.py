"""Media tokens: to be put into URLs, good for reading the media of one project for some minutes."""

import time
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from accounts import authentication
from config import Settings
from tests.applications import create_app
from tests.people import Person

URL = "/api/media-tokens"


@pytest.fixture
def image(ana: Person, work: str, samples: Path) -> str:
    """The URL of an image in ana's work."""
    url = f"{work}/media/scene/0/image"
    assert ana.upload(url, samples / "image.png").status_code == 200
    return url


def ask(person: Person, project: str) -> TestResponse:
    return person.post(URL, json={"projectId": project.rpartition("/")[2]})


def token_for(person: Person, project: str) -> str:
    answer = ask(person, project)
    assert answer.status_code == 201, answer.text
    return str(answer.json["token"])


def test_says_what_it_is_good_for_and_until_when(ana: Person, project: str) -> None:
    answer = ask(ana, project)

    assert answer.status_code == 201
    assert answer.json.keys() == {"token", "projectId", "expiresAt"}
    assert project.endswith(answer.json["projectId"])
    minutes = (answer.json["expiresAt"] / 1000 - time.time()) / 60
    assert 14 < minutes <= 15


def test_opens_media_from_a_url(
    client: FlaskClient, ana: Person, project: str, image: str, samples: Path
) -> None:
    token = token_for(ana, project)

    answer = client.get(f"{image}?token={token}", buffered=True)

    assert answer.status_code == 200
    assert answer.data == (samples / "image.png").read_bytes()
    assert client.head(f"{image}?token={token}").status_code == 200


def test_will_do_in_the_header_as_well(ana: Person, project: str, image: str) -> None:
    viewer = Person(ana.client, token_for(ana, project), ana.user)

    assert viewer.get(image).status_code == 200


def test_opens_no_other_project(ana: Person, image: str) -> None:
    token = token_for(ana, ana.new_project())

    assert ana.client.get(f"{image}?token={token}").status_code == 401


def test_changes_nothing(ana: Person, project: str, image: str, samples: Path) -> None:
    viewer = Person(ana.client, token_for(ana, project), ana.user)

    assert viewer.upload(image, samples / "image.jpg").status_code == 403
    assert viewer.delete(image).status_code == 403
    assert ana.get(image).data == (samples / "image.png").read_bytes()


@pytest.mark.parametrize("url", ["/api/auth/me", "/api/tokens", "/api/projects"])
def test_opens_nothing_but_media(ana: Person, project: str, url: str) -> None:
    viewer = Person(ana.client, token_for(ana, project), ana.user)

    assert viewer.get(url).status_code == 401


def test_opens_neither_the_project_nor_its_works(ana: Person, project: str, work: str) -> None:
    viewer = Person(ana.client, token_for(ana, project), ana.user)

    assert viewer.get(project).status_code == 401
    assert viewer.get(f"{project}/works").status_code == 401
    assert viewer.get(work).status_code == 401


def test_makes_no_further_tokens(ana: Person, project: str) -> None:
    viewer = Person(ana.client, token_for(ana, project), ana.user)

    assert ask(viewer, project).status_code == 401
    body = {"name": "more", "scopes": ["works:read"]}
    assert viewer.post("/api/tokens", json=body).status_code == 401
    body = {"refreshToken": viewer.token}
    assert ana.client.post("/api/auth/refresh", json=body).status_code == 401


def test_has_no_more_rights_than_whoever_made_it(ana: Person, project: str, image: str) -> None:
    writer, reader = ana.with_scopes("works:write"), ana.with_scopes("works:read")

    def status(person: Person) -> int:
        url = f"{image}?token={token_for(person, project)}"
        return ana.client.get(url, buffered=True).status_code

    assert status(writer) == 403
    assert status(reader) == 200


def test_is_not_given_for_another_users_project(ben: Person, project: str) -> None:
    assert ask(ben, project).status_code == 404


@pytest.mark.parametrize("project_id", ["../users", "", "a/b", "x" * 65, "proj_1\n", None, 7])
def test_an_id_that_is_none_is_400(ana: Person, project_id: object) -> None:
    answer = ana.post(URL, json={"projectId": project_id})

    assert answer.status_code == 400
    assert list(answer.json["details"]) == ["projectId"]


def test_is_401_once_it_has_expired(
    settings: Settings, ana: Person, project: str, image: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(authentication, "_MEDIA_SECONDS", -1)
    past = create_app(settings).test_client()
    token = token_for(Person(past, ana.token, ana.user), project)

    answer = ana.client.get(f"{image}?token={token}")

    assert answer.status_code == 401
    assert answer.json == {"error": "Token has expired"}


def test_is_of_no_use_once_the_project_is_gone(ana: Person, project: str, image: str) -> None:
    token = token_for(ana, project)

    ana.delete(project)

    assert ana.client.get(f"{image}?token={token}").status_code == 404
