"""Making links by a request: what they open, for how long, and what ends them."""

from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from sharing.links import service
from storage.clock import now_ms
from tests.accounts.requests import create_token
from tests.applications import create_app
from tests.people import Person
from works.slots import slot_of_path

LINKS = "/api/links"
ORIGIN = "http://localhost"
DAY = 86_400

Json = dict[str, Any]


@pytest.fixture
def ana(populated):
    return populated.owner


@pytest.fixture
def ids(populated):
    """What a link to the export names."""
    _, _, _, project_id, _, work_id, _, export_id = populated.export.split("/")
    return {"projectId": project_id, "workId": work_id, "exportId": export_id}


@pytest.fixture
def export(ids):
    """The body of a request for a link to the export."""
    return {"kind": "export", **ids}


def path_of(made: Json) -> str:
    assert made["url"].startswith(f"{ORIGIN}/api/")
    return str(made["url"]).removeprefix(ORIGIN)


def make(person: Person, body: Json) -> str:
    """Make a link; return its path."""
    return path_of(person.create(LINKS, body))


def test_link_opens_what_it_names(client, ana, populated, ids, export):
    in_work = {"kind": "media", "projectId": ids["projectId"], "workId": ids["workId"]}
    asset_id = populated.asset.rpartition("/")[2]
    asset = {"kind": "media", "projectId": ids["projectId"], "assetId": asset_id}
    media = [f"scene/0/{part}" for part in ("image", "video", "voice")]
    bodies = {
        populated.export: export,
        populated.asset: asset,
        **{f"{populated.work}/media/{each}": {**in_work, "media": each} for each in media},
    }

    for address, body in bodies.items():
        by_link = client.get(make(ana, body), buffered=True)
        own = ana.get(address)
        assert (by_link.status_code, by_link.data) == (200, own.data), address
        assert by_link.headers["ETag"] == own.headers["ETag"]


def test_response_says_what_the_list_says_and_the_address(ana, export):
    made = ana.create(LINKS, {**export, "expiresIn": 3600})

    listed = ana.show(LINKS)["links"][0]
    assert made == {key: listed[key] for key in made if key != "url"} | {"url": made["url"]}
    assert listed["expiresAt"] - listed["createdAt"] == 3_600_000


@pytest.mark.parametrize(
    ("given", "seconds"), [({}, DAY), ({"expiresIn": 60}, 60), ({"expiresIn": 30 * DAY}, 30 * DAY)]
)
def test_life_of_a_link(ana, export, given, seconds):
    before = now_ms()
    made = ana.create(LINKS, {**export, **given})

    assert before <= made["expiresAt"] - 1000 * seconds <= now_ms()


def test_link_for_an_upload_makes_an_asset_with_the_name(client, ana, ids, samples):
    body = {"kind": "upload", "projectId": ids["projectId"], "workId": ids["workId"]}
    made = ana.create(LINKS, {**body, "name": "lamp.jpg"})

    asset = client.put(path_of(made), data=(samples / "image.jpg").read_bytes()).json

    assert (asset["id"], asset["name"]) == (made["target"]["assetId"], "lamp.jpg")


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"kind": "page"}, "kind", "Must be one of: upload, export, media."),
        ({"kind": None}, "kind", "Must not be null."),
        ({"projectId": "../x"}, "projectId", "Must be an ID: at most 64 letters"),
        ({"exportId": ...}, "exportId", "Required."),
        ({"assetId": "asset_1"}, "assetId", "Not for a link of kind export."),
        ({"name": "x"}, "name", "Not for a link of kind export."),
        ({"expiresIn": 59}, "expiresIn", "Must be greater than or equal to 60 and less than"),
        ({"expiresIn": 30 * DAY + 1}, "expiresIn", "Must be greater than or equal to 60"),
        ({"expiresIn": "1d"}, "expiresIn", "Must be an integer."),
        ({"kind": "media", "exportId": ..., "workId": ...}, "assetId", "Required."),
        ({"kind": "media", "exportId": ...}, "media", "Required."),
        ({"kind": "media", "exportId": ..., "media": "scene/0"}, "media", "Must be scene/<index>"),
        (
            {"kind": "media", "exportId": ..., "assetId": "asset_1", "media": "audio"},
            *("assetId", "Not with `media`"),
        ),
        ({"kind": "upload", "workId": ...}, "exportId", "Not for a link of kind upload."),
    ],
)
def test_bad_field_is_named(ana, export, change, field, message):
    body = {name: value for name, value in {**export, **change}.items() if value is not ...}

    answer = ana.post(LINKS, json=body)

    assert answer.status_code == 400
    assert answer.json["details"][field].startswith(message)


@pytest.mark.parametrize(
    "change",
    [
        {"exportId": "export_2"},
        {"workId": "work_2"},
        {"projectId": "proj_2"},
        {"kind": "media", "exportId": ..., "media": "scene/7/video"},
        {"kind": "media", "exportId": ..., "workId": ..., "assetId": "asset_2"},
        {"kind": "upload", "exportId": ..., "workId": "work_2"},
    ],
)
def test_what_does_not_exist_gets_no_link(ana, export, change):
    body = {name: value for name, value in {**export, **change}.items() if value is not ...}

    assert ana.post(LINKS, json=body).status_code == 404


def test_what_another_user_has_gets_no_link(ben, export):
    assert ben.post(LINKS, json=export).status_code == 404


@pytest.mark.parametrize(
    ("change", "scopes"),
    [
        ({}, ["works:read"]),
        ({"kind": "media", "exportId": ..., "media": "scene/0/image"}, ["works:read"]),
        ({"kind": "upload", "exportId": ..., "workId": ...}, ["projects:write"]),
        ({"kind": "upload", "exportId": ...}, ["projects:write", "works:write"]),
    ],
)
def test_scopes_of_a_token(ana, export, change, scopes):
    body = {name: value for name, value in {**export, **change}.items() if value is not ...}

    assert ana.with_scopes(*scopes).post(LINKS, json=body).status_code == 201
    refused = ana.with_scopes("projects:read", *scopes[:-1]).post(LINKS, json=body)
    assert (refused.status_code, refused.json["required"]) == (403, scopes[-1:])


def open_guessed(client: FlaskClient, path: str, **_: Any) -> int:
    guess = path[:-1] + ("A" if path[-1] != "A" else "B")
    return client.get(guess).status_code


def open_elsewhere(client: FlaskClient, path: str, **_: Any) -> int:
    return client.get(path.replace("downloads", "files")).status_code


def open_revoked(client: FlaskClient, path: str, ana: Person) -> int:
    assert ana.delete(f"{LINKS}/{ana.show(LINKS)['links'][0]['id']}").status_code == 204
    return client.get(path).status_code


def open_after_logout(client: FlaskClient, path: str, ana: Person) -> int:
    assert ana.post("/api/auth/logout").status_code == 204
    return client.get(path).status_code


def open_after_a_new_password(client: FlaskClient, path: str, ana: Person) -> int:
    passwords = {"current": "correct horse battery", "new": "staple battery horse"}
    assert ana.post("/api/auth/password", json=passwords).status_code == 204
    return client.get(path).status_code


@pytest.mark.parametrize(
    "open_link",
    [open_guessed, open_elsewhere, open_revoked, open_after_logout, open_after_a_new_password],
)
def test_link_that_opens_nothing_is_not_found(client, ana, export, open_link):
    path = make(ana, export)
    assert client.get(path, buffered=True).status_code == 200

    assert open_link(client=client, path=path, ana=ana) == 404


def test_expired_link_opens_nothing(client, ana, export, monkeypatch):
    path = make(ana, {**export, "expiresIn": 60})
    monkeypatch.setattr(service, "now_ms", lambda: now_ms() + 60_001)

    assert client.get(path).status_code == 410


def test_links_of_sessions_end_when_the_key_changes_that_signs_them(settings, ana, export):
    token = create_token(ana, "works:read")["token"]
    paths = [make(person, export) for person in (ana, Person(ana.client, token, ana.user))]

    changed = create_app(replace(settings, jwt_secret="another key of some length"))

    opened = [changed.test_client().get(path, buffered=True) for path in paths]
    assert [answer.status_code for answer in opened] == [404, 200]


@pytest.mark.parametrize(
    ("path", "slot"),
    [
        ("scene/0/video", "scene-0-video"),
        ("scene/999/voice", "scene-999-voice"),
        ("audio", "audio"),
        ("reference", "reference"),
        ("scene/1000/video", None),
        ("scene-0-video", None),
        ("scene/0/takes", None),
        ("", None),
    ],
)
def test_slot_of_a_path(path, slot):
    found = slot_of_path(path)

    assert (found and found.name) == slot
