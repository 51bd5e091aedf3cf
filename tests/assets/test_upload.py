"""Uploading assets: the file, what the form says of it, and what is left of those refused."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assets.uploads import sanitize_filename
from config import Settings
from tests.applications import create_app
from tests.assets.conftest import Files
from tests.people import Person
from tests.works.media import Part, file_part, multipart, text_part


@pytest.fixture
def image(samples: Path) -> Part:
    """The part of a form that holds an image."""
    return file_part("file", (samples / "image.png").read_bytes(), "image/png", "lamp.png")


def test_a_form(ana: Person, assets: str, image: Part) -> None:
    fields = {"name": "The lamp", "tags": '["product", "lamp"]', "description": "From the side ✓"}
    parts = [text_part(name, text.encode()) for name, text in fields.items()]

    answer = ana.post(assets, **multipart(*parts, image))

    assert answer.status_code == 201, answer.text
    made = answer.json
    url = f"{assets}/{made['id']}"
    times = {"createdAt": made["createdAt"], "updatedAt": made["createdAt"]}
    assert made == {
        "id": made["id"],
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
        **times,
        "url": url,
    }
    assert made["id"].startswith("asset_")
    assert ana.get(f"{url}/meta").data == answer.data
    assert ana.get(url).data == image[1]


def test_the_file_alone_will_do(ana: Person, assets: str, image: Part) -> None:
    made = ana.post(assets, **multipart(image)).json

    assert (made["name"], made["filename"]) == ("lamp.png", "lamp.png")
    assert not made.keys() & {"tags", "description", "duration"}


@pytest.mark.parametrize("last", [False, True])
def test_fields_may_stand_before_or_after_the_file(
    ana: Person, assets: str, image: Part, last: bool
) -> None:
    name = text_part("name", b"The lamp")

    made = ana.post(assets, **multipart(*([image, name] if last else [name, image]))).json

    assert made["name"] == "The lamp"


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
def test_tags(
    ana: Person, assets: str, image: Part, given: list[str], tags: list[str] | None
) -> None:
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
def test_a_wrong_field_is_named(
    ana: Person, assets: str, image: Part, files: Files, name: str, text: str, field: str
) -> None:
    answer = ana.post(assets, **multipart(text_part(name, text.encode()), image))

    assert answer.status_code == 400
    assert answer.json["error"] == "Validation error"
    assert answer.json["details"].keys() == {field}
    assert files() == []


def test_text_that_is_not_utf8_is_refused(ana: Person, assets: str, image: Part) -> None:
    answer = ana.post(assets, **multipart(text_part("description", b"caf\xe9"), image))

    assert answer.status_code == 400
    assert answer.json["details"] == "description is not UTF-8."


@pytest.mark.parametrize("count", [1, 40])
def test_text_has_an_end(ana: Person, assets: str, image: Part, files: Files, count: int) -> None:
    parts = [text_part("description", b"x" * (66_000 // count))] * count

    answer = ana.post(assets, **multipart(*parts, image))

    assert answer.status_code == 413
    assert "64 KB" in answer.json["details"]
    assert files() == []


@pytest.mark.parametrize(
    ("given", "kept"),
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
def test_a_file_name_is_cleaned(given: str, kept: str) -> None:
    assert sanitize_filename(given) == kept


@pytest.mark.parametrize("filename", ["a/b/", "/", "\\", "\t"])
def test_a_file_without_a_name_gets_one(
    ana: Person, assets: str, image: Part, filename: str
) -> None:
    made = ana.post(assets, **multipart(file_part("file", image[1], "", filename))).json

    assert (made["name"], made["filename"]) == ("file.png", "file.png")


def test_the_raw_body(ana: Person, assets: str, image: Part) -> None:
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
def test_without_a_file_it_is_asked_for(
    ana: Person, assets: str, files: Files, body: dict[str, Any]
) -> None:
    answer = ana.post(assets, **body)

    assert answer.status_code == 400
    assert answer.json["error"] in {"No file uploaded", "Malformed multipart body"}
    assert files() == []


def test_over_the_limit_is_413(settings: Settings, samples: Path) -> None:
    small = create_app(replace(settings, max_asset_mb=1, max_upload_mb=9))
    ana = Person.register(small.test_client(), "eva@example.com")
    assets = f"{ana.new_project()}/assets"
    image = (samples / "image.png").read_bytes()

    for size, status in (((1 << 20) - len(image), 201), ((1 << 20) - len(image) + 1, 413)):
        part = file_part("file", image + bytes(size), "image/png")

        assert ana.post(assets, **multipart(part)).status_code == status
    assert ana.get(assets).json["count"] == 1


def test_to_a_project_that_is_not_ones_own_is_404(
    ben: Person, ana: Person, assets: str, image: Part
) -> None:
    assert ben.post(assets, **multipart(image)).status_code == 404
    assert ana.post("/api/projects/proj_0/assets", **multipart(image)).status_code == 404


def test_what_is_stored_is_what_is_served(ana: Person, asset: str, settings: Settings) -> None:
    document = settings.data_dir / asset.removeprefix("/api/") / "asset.json"

    answer = ana.get(f"{asset}/meta")

    assert answer.data == document.read_bytes()
    assert json.loads(answer.data)["id"] == Path(asset).name
