"""Uploading a file by a link: it becomes an asset, once."""

from functools import partial
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from projects.assets import uploads as asset_uploads
from storage.errors import DiskFullError
from tests.people import Person
from tests.simultaneous import at_once
from tests.works.media import file_part, multipart

ALLOWED = {"OPTIONS", "PUT"}

pytestmark = pytest.mark.settings(max_asset_mb=1, user_quota_mb=1)


@pytest.fixture
def image(samples):
    return (samples / "image.jpg").read_bytes()


@pytest.fixture
def other_image(samples):
    return (samples / "image.png").read_bytes()


def put(client: FlaskClient, path: str, data: bytes, **kwargs: Any) -> TestResponse:
    """Send a file as `curl -T` does: without a content type."""
    return client.put(path, data=data, **kwargs)


def assets_of(ana: Person, project: str) -> list[Any]:
    assets: list[Any] = ana.show(f"{project}/assets")["assets"]
    return assets


def test_file_becomes_an_asset_as_if_it_was_uploaded_with_a_token(
    client, ana, project, upload_link, samples
):
    link = upload_link(name="lamp.jpg")

    answer = put(client, link.path, (samples / "image.jpg").read_bytes())

    assert answer.status_code == 201, answer.text
    [asset] = assets_of(ana, project)
    assert asset == answer.json == ana.show(f"{asset['url']}/meta")
    expected = ana.upload(f"{project}/assets", samples / "image.jpg").json
    own = {"id", "url", "thumbnail", "createdAt", "updatedAt", "name", "filename"}
    assert {**asset, **{key: expected[key] for key in own}} == expected
    assert (asset["name"], asset["filename"]) == ("lamp.jpg", "lamp.jpg")
    assert ana.get(asset["url"]).data == (samples / "image.jpg").read_bytes()
    assert ana.get(asset["thumbnail"]).status_code == 200


def test_form_is_accepted_and_its_file_name_used_if_the_link_has_none(client, upload_link, image):
    form = multipart(file_part("file", image, "image/jpeg", "from-the-form.jpg"))

    answers = [client.put(upload_link(name=name).path, **form) for name in (None, "lamp.jpg")]

    assert [answer.json["name"] for answer in answers] == ["from-the-form.jpg", "lamp.jpg"]


def test_image_is_selected_for_the_work_of_the_link(client, ana, work, upload_link, image):
    link = upload_link(work_id=work.rpartition("/")[2])

    answers = [put(client, link.path, image) for _ in range(2)]

    stored = ana.show(work)
    assert stored["selectedAssetIds"] == [answers[0].json["id"]]
    assert stored["assetUsageMode"] == "reference"
    ana.save(work, {"selectedAssetIds": []})
    assert put(client, link.path, image).status_code == 201
    assert ana.show(work)["selectedAssetIds"] == [], "a repetition changes nothing"


def test_sound_is_not_selected_and_a_deleted_work_is_no_failure(
    client, ana, work, upload_link, image, samples
):
    links = [upload_link(work_id=work.rpartition("/")[2]) for _ in range(2)]

    sound = put(client, links[0].path, (samples / "audio.mp3").read_bytes())
    assert sound.status_code == 201
    assert ana.show(work)["selectedAssetIds"] == []
    ana.delete(work)

    assert put(client, links[1].path, image).status_code == 201


def test_same_file_again_returns_the_same_asset_and_another_one_410(
    client, ana, project, upload_link, image, other_image
):
    link = upload_link()
    first = put(client, link.path, image)

    again = put(client, link.path, image)
    others = [
        put(client, link.path, other_image),
        put(client, link.path, image[:-1] + b"x"),  # of the same size
        client.put(link.path, **multipart(file_part("file", other_image, "image/png", "x.png"))),
    ]

    assert (again.status_code, again.json) == (201, first.json)
    for answer in others:
        assert (answer.status_code, answer.json["error"]) == (410, "This link was used")
        assert first.json["id"] in answer.json["details"]
    assert [each["id"] for each in assets_of(ana, project)] == [first.json["id"]]


def test_link_whose_asset_was_deleted_makes_no_other_one(client, ana, project, upload_link, image):
    link = upload_link()
    ana.delete(put(client, link.path, image).json["url"])

    answer = put(client, link.path, image)

    assert answer.status_code == 410
    assert "It was deleted since." in answer.json["details"]
    assert assets_of(ana, project) == []


def test_request_that_failed_once_the_asset_was_stored_is_completed_by_the_next_one(
    client, ana, project, work, upload_link, image, monkeypatch
):
    def fail(*_: Any) -> None:
        raise DiskFullError("full")

    link = upload_link(work_id=work.rpartition("/")[2])
    with monkeypatch.context() as patch:
        patch.setattr("sharing.links.uploads.select_asset", fail)
        assert put(client, link.path, image).status_code == 507

    again = put(client, link.path, image)

    assert again.status_code == 201
    assert [each["id"] for each in assets_of(ana, project)] == [again.json["id"]]
    assert ana.show(work)["selectedAssetIds"] == [again.json["id"]]


def test_simultaneous_requests_make_one_asset(app, ana, project, upload_link, image):
    link = upload_link()

    answers = at_once([partial(put, app.test_client(), link.path, image) for _ in range(2)])

    assert [answer.status_code for answer in answers] == [201] * 2
    assert {answer.json["id"] for answer in answers} == {assets_of(ana, project)[0]["id"]}
    assert len(assets_of(ana, project)) == 1


def test_request_whose_asset_another_one_has_just_made_compares_the_files(
    client, ana, project, upload_link, image, other_image, monkeypatch
):
    create = asset_uploads.create

    def create_late(*args: Any) -> Any:
        monkeypatch.setattr(asset_uploads, "create", create)
        assert put(client, link.path, image).status_code == 201
        return create(*args)

    statuses = []
    for data in (image, other_image):
        link = upload_link()
        monkeypatch.setattr(asset_uploads, "create", create_late)
        statuses.append(put(client, link.path, data).status_code)

    assert statuses == [201, 410]
    assert len(assets_of(ana, project)) == 2


def test_failed_upload_can_be_repeated(client, ana, project, upload_link, image):
    link = upload_link()
    longer = {"CONTENT_LENGTH": str(len(image))}

    failures = {
        "cut off": put(client, link.path, image[:100], environ_overrides=longer),
        "empty": put(client, link.path, b""),
        "too large": put(client, link.path, b"\xff\xd8" + bytes(1 << 20)),
        "no media": put(client, link.path, b"MZ" + bytes(100)),
        "of another type": put(client, link.path, image, content_type="image/png"),
    }

    assert {name: answer.status_code for name, answer in failures.items()} == {
        "cut off": 400,
        "empty": 400,
        "too large": 413,
        "no media": 415,
        "of another type": 415,
    }
    assert assets_of(ana, project) == []
    assert put(client, link.path, image).status_code == 201


def test_upload_counts_for_the_quota_of_the_links_user(client, ana, project, upload_link):
    video = b"RIFF\0\0\0\0AVI LIST" + bytes(900_000)  # which looks like one

    answers = [put(client, upload_link().path, video) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 507]
    assert answers[1].json["error"] == "Storage quota used up"
    assert len(assets_of(ana, project)) == 1


def test_only_put_is_allowed(client, upload_link, image):
    link = upload_link()

    for method in ("GET", "POST", "DELETE"):
        answer = client.open(link.path, method=method, data=image)
        assert (answer.status_code, {*answer.headers["Allow"].split(", ")}) == (405, ALLOWED)


def test_nothing_is_left_of_a_refused_upload(client, store, project, upload_link):
    put(client, upload_link().path, b"MZ" + bytes(100))

    directory = store.root / "projects" / project.rpartition("/")[2]
    assert not list(directory.rglob(".tmp-*"))
