"""Assets that are there: listed, shown, changed, deleted; and what other packages ask of them."""

from pathlib import Path
from typing import Any

import pytest

from assets import service
from config import Settings
from storage.errors import NotFoundError
from storage.store import Store
from tests.assets.conftest import Files
from tests.people import Person

FILES = {"image": "image.png", "video": "video.mp4", "audio": "audio.mp3"}


@pytest.fixture
def made(ana: Person, assets: str, samples: Path) -> dict[str, Any]:
    """One asset of each of three types, by its type."""
    return {kind: ana.upload(assets, samples / name).json for kind, name in FILES.items()}


def test_an_empty_list(ana: Person, assets: str) -> None:
    assert ana.show(assets) == {"assets": [], "totalSize": 0, "count": 0}


@pytest.mark.usefixtures("ticking_clock")
def test_all_are_listed_newest_first(ana: Person, assets: str, made: dict[str, Any]) -> None:
    ana.put(made["video"]["url"], json={"name": "Changed last"})

    listed = ana.show(assets)

    ids = [asset["id"] for asset in listed["assets"]]
    assert ids == [made[kind]["id"] for kind in ("video", "audio", "image")]
    assert listed["count"] == 3
    assert listed["totalSize"] == sum(asset["size"] for asset in made.values())
    assert listed["assets"][1] == made["audio"]


@pytest.mark.parametrize("kind", [*FILES, "font"])
def test_those_of_one_type(ana: Person, assets: str, made: dict[str, Any], kind: str) -> None:
    listed = ana.show(f"{assets}?type={kind}")

    wanted = [made[kind]] if kind in made else []
    assert listed["assets"] == wanted
    assert listed["count"] == len(wanted)
    assert listed["totalSize"] == sum(asset["size"] for asset in wanted)


@pytest.mark.parametrize("kind", ["", "Image", "svg", "image,video"])
def test_of_no_such_type_is_400(ana: Person, assets: str, kind: str) -> None:
    answer = ana.get(f"{assets}?type={kind}")

    assert answer.status_code == 400
    assert answer.json["details"].keys() == {"type"}


def test_a_damaged_asset_is_left_out_of_the_list(
    ana: Person, assets: str, made: dict[str, Any], settings: Settings
) -> None:
    home = settings.data_dir / made["audio"]["url"].removeprefix("/api/")
    (home / "asset.json").write_text("{}")

    kinds = [asset["type"] for asset in ana.show(assets)["assets"]]

    assert sorted(kinds) == ["image", "video"]


def test_showing_is_conditional(ana: Person, asset: str) -> None:
    etag = ana.get(f"{asset}/meta").headers["ETag"]

    answer = ana.get(f"{asset}/meta", headers={"If-None-Match": etag})

    assert answer.status_code == 304


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_what_is_given_is_changed_and_the_rest_kept(ana: Person, asset: str, method: str) -> None:
    before = ana.show(f"{asset}/meta")

    changes: list[dict[str, Any]] = [
        {"name": "The lamp"},
        {"tags": ["a", "b"]},
        {"description": "From the side"},
        {},
    ]
    for change in changes:
        answer = ana.request(method, asset, json=change)

        assert answer.status_code == 200
        assert answer.json["updatedAt"] > before["updatedAt"]
        assert answer.json == {**before, **change, "updatedAt": answer.json["updatedAt"]}
        before = answer.json
    assert ana.show(f"{asset}/meta") == before


def test_null_takes_away(ana: Person, asset: str) -> None:
    ana.put(asset, json={"name": "The lamp", "tags": ["a"], "description": "x"})

    changed = ana.put(asset, json={"name": None, "tags": None, "description": None}).json

    assert changed["name"] == changed["filename"] == "image.png"
    assert not changed.keys() & {"tags", "description"}


def test_what_is_the_services_cannot_be_changed(ana: Person, asset: str) -> None:
    before = ana.show(f"{asset}/meta")
    others = {"type": "font", "size": 1, "url": "/x", "thumbnail": "/x", "mimeType": "text/html"}

    after = ana.put(asset, json={**before, **others, "createdAt": 1, "filename": "x"}).json

    assert after == {**before, "updatedAt": after["updatedAt"]}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": 5}, "name"),
        ({"tags": "a"}, "tags"),
        ({"tags": ["a", 5]}, "tags.1"),
        ({"tags": {"a": 1}}, "tags"),
        ({"description": []}, "description"),
    ],
)
def test_a_wrong_field_is_named(ana: Person, asset: str, body: dict[str, Any], field: str) -> None:
    before = ana.get(f"{asset}/meta").data

    answer = ana.put(asset, json=body)

    assert answer.status_code == 400
    assert answer.json["details"].keys() == {field}
    assert ana.get(f"{asset}/meta").data == before


@pytest.mark.parametrize("key", ["id", "projectId"])
def test_another_id_is_a_mismatch(ana: Person, asset: str, key: str) -> None:
    answer = ana.put(asset, json={key: "another", "name": "x"})

    assert answer.status_code == 400
    assert answer.json["error"] == "ID mismatch"


def test_deleted_is_gone(ana: Person, assets: str, asset: str, files: Files) -> None:
    assert files() == ["file.png", "thumbnail.webp"]

    assert ana.delete(asset).status_code == 204

    assert files() == []
    assert ana.show(assets)["count"] == 0
    for url in (asset, f"{asset}/meta", f"{asset}/thumbnail"):
        assert ana.get(url).status_code == 404
    assert ana.delete(asset).status_code == ana.put(asset, json={}).status_code == 404


def test_also_one_that_a_work_uses(ana: Person, project: str, asset: str) -> None:
    work = ana.new_work(project, selectedAssetIds=[Path(asset).name])

    assert ana.delete(asset).status_code == 204

    assert ana.show(work)["selectedAssetIds"] == [Path(asset).name]


def test_goes_with_its_project(ana: Person, project: str, asset: str, settings: Settings) -> None:
    assert ana.delete(project).status_code == 204

    assert ana.get(f"{asset}/meta").status_code == 404
    assert not (settings.data_dir / project.removeprefix("/api/")).exists()


def test_an_asset_is_of_one_project(ana: Person, ben: Person, asset: str) -> None:
    elsewhere = f"{ana.new_project()}/assets/{Path(asset).name}"

    for person, url in ((ana, elsewhere), (ben, asset)):
        for path in (url, f"{url}/meta", f"{url}/thumbnail"):
            assert person.get(path).status_code == 404
        assert person.put(url, json={}).status_code == 404
        assert person.delete(url).status_code == 404
    assert ana.get(asset).status_code == 200


def test_what_other_packages_ask(
    ana: Person, project: str, asset: str, store: Store, samples: Path
) -> None:
    ids = (Path(project).name, Path(asset).name)

    shown = service.set_description(store, *ids, "A test card")

    assert shown.values["description"] == "A test card"
    assert service.document(store, *ids) == ana.show(f"{asset}/meta") == shown.values
    opened = service.open_file(store, *ids)
    with opened.file as file:
        assert file.read() == (samples / "image.png").read_bytes()
    assert opened.media_type == "image/png"


def test_what_is_not_there(asset: str, project: str, store: Store) -> None:
    project_id, asset_id = Path(project).name, Path(asset).name

    asked = ["asset_0", asset_id, "..", "asset_0", ""]

    assert service.missing(store, project_id, asked) == ["asset_0", "..", ""]
    for unknown in ("asset_0", "..", ""):
        with pytest.raises(NotFoundError):
            service.document(store, project_id, unknown)
        with pytest.raises(NotFoundError):
            service.open_file(store, project_id, unknown)
        with pytest.raises(NotFoundError):
            service.set_description(store, project_id, unknown, "x")
