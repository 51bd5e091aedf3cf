"""Uploading assets: forms with fields, raw bodies, and rejected uploads."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from projects.assets.uploads import sanitize_filename
from tests.applications import create_app
from tests.people import Person
from tests.works.media import file_part, multipart, text_part


@pytest.fixture
def image(samples):
    """The part of a form that contains an image."""
    return file_part("file", (samples / "image.png").read_bytes(), "image/png", "lamp.png")


def test_asset_form_with_all_fields_is_stored(ana, assets, image):
    fields = {"name": "The lamp", "tags": '["product", "lamp"]', "description": "From the side ✓"}
    parts = [text_part(name, text.encode()) for name, text in fields.items()]

    answer = ana.post(assets, **multipart(*parts, image))

    assert answer.status_code == 201, answer.text
    created = answer.json
    url = f"{assets}/{created['id']}"
    timestamps = {"createdAt": created["createdAt"], "updatedAt": created["createdAt"]}
    assert created == {
        "id": created["id"],
        "projectId": assets.split("/")[3],
        "name": "The lamp",
        "type": "image",
        "filename": "lamp.png",
        "mimeType": "image/png",
        "size": len(image[1]),
        "width": 64,
        "height": 64,
        "tags": ["product", "lamp"],
        "thumbnail": f"{url}/thumbnail",
        "description": "From the side ✓",
        **timestamps,
        "url": url,
    }
    assert created["id"].startswith("asset_")
    assert ana.get(f"{url}/meta").data == answer.data
    assert ana.get(url).data == image[1]


def test_asset_form_with_a_file_only_is_stored(ana, assets, image):
    created = ana.post(assets, **multipart(image)).json

    assert (created["name"], created["filename"]) == ("lamp.png", "lamp.png")
    assert not created.keys() & {"tags", "description", "duration"}


@pytest.mark.parametrize("name_last", [False, True], ids=["before", "after"])
def test_form_fields_may_come_before_or_after_the_file(ana, assets, image, name_last):
    name = text_part("name", b"The lamp")

    created = ana.post(assets, **multipart(*([image, name] if name_last else [name, image]))).json

    assert created["name"] == "The lamp"


@pytest.mark.parametrize(
    ("given", "tags"),
    [
        (['["a", "b"]'], ["a", "b"]),
        ([' [ "a,b" ] '], ["a,b"]),
        (["a", "b"], ["a", "b"]),
        (["a"], ["a"]),
        (["a", '["b"]'], ["a", '["b"]']),
        (["ümlaut ✓"], ["ümlaut ✓"]),
        (["", "a"], ["a"]),
        ([""], None),
        (["[]"], None),
        ([], None),
    ],
)
def test_tags_of_an_asset_form_are_json_or_repeated_fields(ana, assets, image, given, tags):
    parts = [text_part("tags", tag.encode()) for tag in given]

    answer = ana.post(assets, **multipart(*parts, image))

    assert answer.status_code == 201, answer.text
    assert answer.json.get("tags") == tags


@pytest.mark.parametrize(
    ("name", "text", "field"),
    [
        ("tags", '["a"', "tags"),
        ("tags", "[1]", "tags.0"),
        ("tags", '["a", null]', "tags.1"),
        ("tags", '["a", ["b"]]', "tags.1"),
        ("tags", '["a", ""]', "tags.1"),
        ("tags", '["\\ud800"]', "tags"),
        ("tags", "x" * 101, "tags.0"),
        ("name", "x" * 501, "name"),
    ],
)
def test_invalid_field_of_an_asset_form_returns_400_with_its_path(
    ana, assets, image, stored_files, name, text, field
):
    answer = ana.post(assets, **multipart(text_part(name, text.encode()), image))

    assert answer.status_code == 400
    assert answer.json["error"] == "Validation error"
    assert answer.json["details"].keys() == {field}
    assert stored_files() == []


def test_form_field_that_is_not_utf8_returns_400(ana, assets, image):
    answer = ana.post(assets, **multipart(text_part("description", b"caf\xe9"), image))

    assert answer.status_code == 400
    assert answer.json["details"] == "description is not UTF-8."


@pytest.mark.parametrize("count", [1, 40])
def test_form_fields_of_more_than_64_kb_return_413(ana, assets, image, stored_files, count):
    parts = [text_part("description", b"x" * (66_000 // count))] * count

    answer = ana.post(assets, **multipart(*parts, image))

    assert answer.status_code == 413
    assert "64 KB" in answer.json["details"]
    assert stored_files() == []


@pytest.mark.parametrize(
    ("filename", "expected"),
    [
        ("lamp.png", "lamp.png"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ana\\lamp.png", "lamp.png"),
        ("/lamp.png", "lamp.png"),
        ("la\x00m\x1bp\r\n.png", "lamp.png"),
        ("\u202egnp.exe", "gnp.exe"),
        ("  Lampe grün 燈 💡.png ", "Lampe grün 燈 💡.png"),
        ("x" * 300 + ".png", "x" * 251 + ".png"),
        ("..", ".."),
        ("a/", ""),
        ("\ud800", ""),
    ],
)
def test_sanitize_filename_removes_directories_and_control_characters(filename, expected):
    assert sanitize_filename(filename) == expected


@pytest.mark.parametrize("filename", ["a/b/", "/", "\\", "\t"])
def test_asset_without_a_file_name_gets_a_default_name(ana, assets, image, filename):
    created = ana.post(assets, **multipart(file_part("file", image[1], "", filename))).json

    assert (created["name"], created["filename"]) == ("file.png", "file.png")


def test_asset_can_be_uploaded_as_a_raw_body(ana, assets, image):
    answer = ana.post(assets, data=image[1], content_type="image/png")

    assert answer.status_code == 201, answer.text
    assert answer.json["filename"] == "file.png"
    assert ana.get(answer.json["url"]).data == image[1]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"data": b"", "content_type": "image/png"},
        {"json": {"name": "The lamp"}, "content_type": "multipart/form-data"},
        multipart(),
        multipart(text_part("name", b"The lamp")),
        multipart(text_part("file", b"no file")),
        multipart(file_part("file", b"")),
        multipart(file_part("one", b"x"), file_part("two", b"x")),
    ],
)
def test_asset_upload_without_a_file_returns_400(ana, assets, stored_files, body):
    answer = ana.post(assets, **body)

    assert answer.status_code == 400
    assert answer.json["error"] in {"No file uploaded", "Malformed multipart body"}
    assert stored_files() == []


def test_asset_over_the_size_limit_returns_413(settings, samples):
    app = create_app(replace(settings, max_asset_mb=1, max_upload_mb=9))
    ana = Person.register(app.test_client(), "eva@example.com")
    assets = f"{ana.new_project()}/assets"
    image = (samples / "image.png").read_bytes()

    for size, status in (((1 << 20) - len(image), 201), ((1 << 20) - len(image) + 1, 413)):
        part = file_part("file", image + bytes(size), "image/png")

        assert ana.post(assets, **multipart(part)).status_code == status
    assert ana.get(assets).json["count"] == 1


def test_asset_upload_to_a_missing_project_or_of_another_user_returns_404(ben, ana, assets, image):
    assert ben.post(assets, **multipart(image)).status_code == 404
    assert ana.post("/api/projects/proj_0/assets", **multipart(image)).status_code == 404


def test_asset_metadata_is_the_stored_document(ana, asset, settings):
    document = settings.data_dir / asset.removeprefix("/api/") / "asset.json"

    answer = ana.get(f"{asset}/meta")

    assert answer.data == document.read_bytes()
    assert json.loads(answer.data)["id"] == Path(asset).name
