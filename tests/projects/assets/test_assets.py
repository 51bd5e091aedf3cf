"""Listing, reading, updating and deleting assets; the functions for other packages."""

from pathlib import Path
from typing import Any

import pytest

from projects.assets import service
from storage.errors import NotFoundError

SAMPLE_FILES = {"image": "image.png", "video": "video.mp4", "audio": "audio.mp3"}


@pytest.fixture
def created(ana, assets, samples):
    """Uploaded assets by type: an image, a video and an audio file."""
    return {
        asset_type: ana.upload(assets, samples / name).json
        for asset_type, name in SAMPLE_FILES.items()
    }


def test_asset_list_of_a_new_project_is_empty(ana, assets):
    assert ana.show(assets) == {"assets": [], "totalSize": 0, "count": 0}


@pytest.mark.usefixtures("ticking_clock")
def test_asset_list_is_newest_first_with_count_and_total_size(ana, assets, created):
    ana.put(created["video"]["url"], json={"name": "Changed last"})

    listed = ana.show(assets)

    ids = [asset["id"] for asset in listed["assets"]]
    assert ids == [created[asset_type]["id"] for asset_type in ("video", "audio", "image")]
    assert listed["count"] == 3
    assert listed["totalSize"] == sum(asset["size"] for asset in created.values())
    assert listed["assets"][1] == created["audio"]


def test_asset_list_can_be_filtered_by_type(ana, assets, created):
    for asset_type in (*SAMPLE_FILES, "font"):
        listed = ana.show(f"{assets}?type={asset_type}")

        expected = [created[asset_type]] if asset_type in created else []
        assert listed["assets"] == expected
        assert listed["count"] == len(expected)
        assert listed["totalSize"] == sum(asset["size"] for asset in expected)


@pytest.mark.parametrize("asset_type", ["", "Image", "svg", "image,video"])
def test_asset_list_of_an_unknown_type_returns_400(ana, assets, asset_type):
    answer = ana.get(f"{assets}?type={asset_type}")

    assert answer.status_code == 400
    assert answer.json["details"].keys() == {"type"}


def test_asset_list_omits_damaged_documents(ana, assets, created, settings):
    directory = settings.data_dir / created["audio"]["url"].removeprefix("/api/")
    (directory / "asset.json").write_text("{}")

    asset_types = [asset["type"] for asset in ana.show(assets)["assets"]]

    assert sorted(asset_types) == ["image", "video"]


def test_get_asset_metadata_with_the_current_etag_returns_304(ana, asset):
    etag = ana.get(f"{asset}/meta").headers["ETag"]

    answer = ana.get(f"{asset}/meta", headers={"If-None-Match": etag})

    assert answer.status_code == 304


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_updating_an_asset_changes_the_given_field_and_keeps_the_others(ana, asset, method):
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


def test_null_resets_the_name_and_removes_optional_fields_of_an_asset(ana, asset):
    ana.put(asset, json={"name": "The lamp", "tags": ["a"], "description": "x"})

    changed = ana.put(asset, json={"name": None, "tags": None, "description": None}).json

    assert changed["name"] == changed["filename"] == "image.png"
    assert not changed.keys() & {"tags", "description"}


def test_read_only_fields_of_an_asset_are_ignored(ana, asset):
    before = ana.show(f"{asset}/meta")
    read_only = {"type": "font", "size": 1, "url": "/x", "thumbnail": "/x", "mimeType": "text/html"}

    after = ana.put(asset, json={**before, **read_only, "createdAt": 1, "filename": "x"}).json

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
def test_updating_an_asset_with_an_invalid_field_returns_400_with_its_path(ana, asset, body, field):
    before = ana.get(f"{asset}/meta").data

    answer = ana.put(asset, json=body)

    assert answer.status_code == 400
    assert answer.json["details"].keys() == {field}
    assert ana.get(f"{asset}/meta").data == before


@pytest.mark.parametrize("key", ["id", "projectId"])
def test_updating_an_asset_with_another_id_returns_400(ana, asset, key):
    answer = ana.put(asset, json={key: "another", "name": "x"})

    assert answer.status_code == 400
    assert answer.json["error"] == "ID mismatch"


def test_deleted_asset_returns_404_and_leaves_no_files(ana, assets, asset, stored_files):
    assert stored_files() == ["file.png", "thumbnail.webp"]

    assert ana.delete(asset).status_code == 204

    assert stored_files() == []
    assert ana.show(assets)["count"] == 0
    for url in (asset, f"{asset}/meta", f"{asset}/thumbnail"):
        assert ana.get(url).status_code == 404
    assert ana.delete(asset).status_code == ana.put(asset, json={}).status_code == 404


def test_asset_used_by_a_work_can_be_deleted(ana, project, asset):
    work = ana.new_work(project, selectedAssetIds=[Path(asset).name])

    assert ana.delete(asset).status_code == 204

    assert ana.show(work)["selectedAssetIds"] == [Path(asset).name]


def test_deleting_a_project_deletes_its_assets(ana, project, asset, settings):
    assert ana.delete(project).status_code == 204

    assert ana.get(f"{asset}/meta").status_code == 404
    assert not (settings.data_dir / project.removeprefix("/api/")).exists()


def test_asset_in_the_url_of_another_project_or_of_another_user_returns_404(ana, ben, asset):
    other_url = f"{ana.new_project()}/assets/{Path(asset).name}"

    for person, asset_url in ((ana, other_url), (ben, asset)):
        for path in (asset_url, f"{asset_url}/meta", f"{asset_url}/thumbnail"):
            assert person.get(path).status_code == 404
        assert person.put(asset_url, json={}).status_code == 404
        assert person.delete(asset_url).status_code == 404
    assert ana.get(asset).status_code == 200


def test_service_functions_return_and_describe_an_asset(ana, project, asset, store, samples):
    ids = (Path(project).name, Path(asset).name)

    described = service.set_description(store, *ids, "A test card")

    assert described.values["description"] == "A test card"
    assert service.document(store, *ids) == ana.show(f"{asset}/meta") == described.values
    opened = service.open_file(store, *ids)
    with opened.file as file:
        assert file.read() == (samples / "image.png").read_bytes()
    assert opened.media_type == "image/png"


def test_service_functions_report_missing_assets(asset, project, store):
    project_id, asset_id = Path(project).name, Path(asset).name

    asset_ids = ["asset_0", asset_id, "..", "asset_0", ""]

    assert service.missing(store, project_id, asset_ids) == ["asset_0", "..", ""]
    for unknown in ("asset_0", "..", ""):
        with pytest.raises(NotFoundError):
            service.document(store, project_id, unknown)
        with pytest.raises(NotFoundError):
            service.open_file(store, project_id, unknown)
        with pytest.raises(NotFoundError):
            service.set_description(store, project_id, unknown, "x")
