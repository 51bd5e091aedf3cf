"""The cast of a project: creating, reading, listing, changing and deleting its members."""

import unicodedata

import pytest

from storage.clock import now_ms
from tests.simultaneous import at_once

MINA = {
    "name": "Mina",
    "kind": "person",
    "description": "A woman of forty with short grey hair",
    "voice": "voice_1",
}


@pytest.fixture
def cast(project):
    """The path of the cast of the project."""
    return f"{project}/cast"


@pytest.fixture
def pictures(ana, project, samples):
    """The ids of two images of the project."""
    files = (samples / name for name in ("image.png", "image.jpg"))
    return [ana.upload(f"{project}/assets", file).json["id"] for file in files]


def test_new_member_has_the_given_fields(ana, project, cast, pictures):
    before = now_ms()

    created = ana.create(cast, {**MINA, "assetIds": pictures, "colour": "red"})

    assert {**created, **MINA, "assetIds": pictures} == created
    assert list(created) == [
        *("id", "projectId", "name", "kind", "description", "assetIds", "voice"),
        *("createdAt", "updatedAt"),
    ]
    assert created["id"].startswith("cast_")
    assert created["projectId"] == project.rpartition("/")[2]
    assert before <= created["createdAt"] == created["updatedAt"] <= now_ms()
    assert ana.show(f"{cast}/{created['id']}") == created


def test_optional_fields_have_defaults(ana, cast):
    created = ana.create(cast, {"name": "Lamp", "kind": "product", "assetIds": None})

    assert (created["description"], created["assetIds"], created["voice"]) == ("", [], None)


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"name": ""}, "name"),
        ({"name": "  "}, "name"),
        ({"name": None}, "name"),
        ({"kind": "animal"}, "kind"),
        ({"kind": None}, "kind"),
        ({"description": "x" * 2001}, "description"),
        ({"assetIds": "asset_1"}, "assetIds"),
        ({"assetIds": ["../x"]}, "assetIds.0"),
        ({"assetIds": ["asset_none"]}, "assetIds.0"),
        ({"assetIds": [f"asset_{number}" for number in range(7)]}, "assetIds"),
        ({"assetIds": ["asset_1", "asset_1"]}, "assetIds"),
    ],
)
def test_invalid_field_is_named_and_nothing_is_created(ana, cast, fields, path):
    response = ana.post(cast, json={**MINA, **fields})

    assert response.status_code == 400
    assert list(response.json["details"]) == [path]
    assert ana.show(cast) == {"cast": [], "count": 0}


def test_what_is_no_image_is_refused_by_its_name(ana, project, cast, samples):
    audio = ana.upload(f"{project}/assets", samples / "audio.mp3").json["id"]

    response = ana.post(cast, json={**MINA, "assetIds": [audio]})

    assert response.json["details"] == {"assetIds.0": "'audio.mp3' is no image."}


def test_name_is_there_once_in_a_project(ana, project, cast):
    zoe = unicodedata.normalize("NFC", "Zo\u00e9")
    first = ana.create(cast, {"name": unicodedata.normalize("NFD", zoe), "kind": "person"})
    mina = ana.create(cast, MINA)
    assert first["name"] == zoe

    again = ana.post(cast, json={"name": f" {zoe} ", "kind": "place"})
    renamed = ana.patch(f"{cast}/{mina['id']}", json={"name": zoe})

    for response in (again, renamed):
        assert response.status_code == 409
        assert response.json["code"] == "already_exists"
        assert zoe in response.json["details"]
    assert ana.patch(f"{cast}/{first['id']}", json={"name": zoe}).status_code == 200
    assert ana.create(f"{ana.new_project()}/cast", {"name": zoe, "kind": "person"})


def test_one_of_two_simultaneous_members_gets_the_name(ana, cast):
    responses = at_once([lambda: ana.post(cast, json=MINA)] * 4)

    assert sorted(response.status_code for response in responses) == [201, 409, 409, 409]


def test_update_keeps_what_it_does_not_name_and_null_resets(ana, cast, pictures):
    created = ana.create(cast, {**MINA, "assetIds": pictures})
    path = f"{cast}/{created['id']}"

    changed = ana.patch(path, json={"assetIds": pictures[::-1], "name": None}).json
    reset = ana.put(path, json={"description": None, "voice": None, "assetIds": None}).json

    assert changed == {**created, "assetIds": pictures[::-1], "updatedAt": changed["updatedAt"]}
    assert changed["updatedAt"] > created["updatedAt"]
    empty = {"description": "", "voice": None, "assetIds": []}
    assert reset == {**changed, **empty, "updatedAt": reset["updatedAt"]}


def test_list_has_the_latest_first(ana, cast):
    mina, lamp = (ana.create(cast, {"name": name, "kind": "person"}) for name in ("Mina", "Lamp"))
    mina = ana.patch(f"{cast}/{mina['id']}", json={"description": "Tall"}).json

    assert ana.show(cast) == {"cast": [mina, lamp], "count": 2}


def test_cast_is_complete_with_a_hundred_members(ana, cast):
    for number in range(100):
        ana.create(cast, {"name": f"Extra {number}", "kind": "person"})

    response = ana.post(cast, json=MINA)

    assert response.status_code == 409
    assert response.json["code"] == "limit_reached"


def test_deleted_member_is_gone_and_its_images_stay(ana, project, cast, pictures):
    path = f"{cast}/{ana.create(cast, {**MINA, 'assetIds': pictures})['id']}"

    assert ana.delete(path).status_code == 204
    assert ana.get(path).status_code == 404
    assert ana.show(f"{project}/assets")["count"] == 2
    assert ana.create(cast, MINA)


def test_uses_name_works_and_their_scenes(ana, ben, project, cast):
    mina, lamp = (ana.create(cast, {**MINA, "name": name})["id"] for name in ("Mina", "Lamp"))
    assert ana.show(f"{cast}/{mina}/uses") == {"works": []}
    scenes = [
        {"scene_index": index, "cast": [*members, lamp]}
        for index, members in ((4, [mina]), (0, []), (2, [mina]))
    ]
    ana.post(f"{project}/works", json={"name": "Unused"})
    teaser = ana.post(f"{project}/works", json={"name": "Teaser"}).json["id"]
    ana.patch(f"{project}/works/{teaser}", json={"scenes": scenes})

    uses = ana.show(f"{cast}/{mina}/uses")

    assert uses == {"works": [{"id": teaser, "name": "Teaser", "scenes": [4, 2]}]}
    assert ben.get(f"{cast}/{mina}/uses").status_code == 404
    assert ana.get(f"{cast}/{mina}0/uses").status_code == 404
    assert ana.with_scopes("projects:read").get(f"{cast}/{mina}/uses").status_code == 403


def test_member_stays_when_its_image_is_deleted(ana, project, cast, pictures):
    path = f"{cast}/{ana.create(cast, {**MINA, 'assetIds': pictures})['id']}"

    assert ana.delete(f"{project}/assets/{pictures[0]}").status_code == 204

    assert ana.show(path)["assetIds"] == pictures
    assert ana.patch(path, json={"description": "Tall"}).status_code == 200
