"""What can be an asset: by what it is called, and by its first bytes."""

from pathlib import Path

import pytest

from tests.assets import fonts
from tests.assets.conftest import Files
from tests.people import Person
from tests.works.media import DISGUISED, HTML, SVG, file_part, multipart

SAMPLES = [
    ("image.png", "image/png"),
    ("image.jpg", "image/jpeg"),
    ("image.webp", "image/webp"),
    ("image.gif", "image/gif"),
    ("video.mp4", "video/mp4"),
    ("video.webm", "video/webm"),
    ("video.mov", "video/quicktime"),
    ("video.avi", "video/x-msvideo"),
    ("audio.mp3", "audio/mpeg"),
    ("audio.m4a", "audio/mp4"),
    ("audio.wav", "audio/wav"),
    ("audio.ogg", "audio/ogg"),
]
FONTS = [
    (fonts.truetype, "font/ttf"),
    (fonts.opentype, "font/otf"),
    (fonts.woff, "font/woff"),
    (fonts.woff2, "font/woff2"),
]
UNTOLD = ["", "application/octet-stream"]


@pytest.mark.parametrize(("name", "kind"), SAMPLES)
def test_a_file_is_served_as_what_it_was_called(
    ana: Person, assets: str, samples: Path, name: str, kind: str
) -> None:
    for told in (kind, *UNTOLD):
        part = file_part("file", (samples / name).read_bytes(), told, name)

        answer = ana.post(assets, **multipart(part))

        assert answer.status_code == 201, answer.text
        assert answer.json["mimeType"] == kind
        assert answer.json["type"] == kind.partition("/")[0]
        file = ana.get(answer.json["url"])
        assert file.data == (samples / name).read_bytes()
        assert file.content_type == kind


@pytest.mark.parametrize(("font", "kind"), FONTS)
def test_a_font(ana: Person, assets: str, font: fonts.Font, kind: str) -> None:
    for told in (kind, *UNTOLD):
        answer = ana.post(assets, **multipart(file_part("file", font(), told, "a-font")))

        assert answer.status_code == 201, answer.text
        assert answer.json["mimeType"] == kind
        assert answer.json["type"] == "font"
        assert not answer.json.keys() & {"width", "height", "duration", "thumbnail"}
        file = ana.get(answer.json["url"])
        assert (file.data, file.content_type) == (font(), kind)


@pytest.mark.parametrize(
    ("font", "told", "kind"),
    [
        (fonts.truetype, "application/x-font-ttf", "font/ttf"),
        (fonts.truetype, "application/font-sfnt", "font/ttf"),
        (fonts.truetype, "font/sfnt", "font/ttf"),
        (fonts.truetype, "font/otf", "font/otf"),
        (fonts.opentype, "font/ttf", "font/ttf"),
        (fonts.opentype, "application/vnd.ms-opentype", "font/otf"),
        (fonts.opentype, "application/x-font-opentype", "font/otf"),
        (fonts.woff, "application/font-woff", "font/woff"),
        (fonts.woff, "application/x-font-woff", "font/woff"),
        (fonts.woff2, "application/font-woff2", "font/woff2"),
    ],
)
def test_other_names_of_font_types_are_understood(
    ana: Person, assets: str, font: fonts.Font, told: str, kind: str
) -> None:
    answer = ana.post(assets, **multipart(file_part("file", font(), told)))

    assert answer.status_code == 201, answer.text
    assert answer.json["mimeType"] == kind


@pytest.mark.parametrize("content", DISGUISED.values(), ids=DISGUISED)
@pytest.mark.parametrize("told", ["image/png", "video/mp4", "audio/mpeg", "font/woff2", *UNTOLD])
def test_a_file_in_disguise_is_refused(
    ana: Person, assets: str, files: Files, content: bytes, told: str
) -> None:
    answer = ana.post(assets, **multipart(file_part("file", content, told, "photo.png")))

    assert answer.status_code == 415, answer.text
    assert answer.json["error"] == "Unsupported media type"
    assert files() == []


@pytest.mark.parametrize(
    "told", ["image/svg+xml", "text/html", "application/xhtml+xml", "text/css", "application/pdf"]
)
def test_what_browsers_would_run_is_refused(
    ana: Person, assets: str, samples: Path, files: Files, told: str
) -> None:
    for content in (SVG, HTML, (samples / "image.png").read_bytes()):
        answer = ana.post(assets, **multipart(file_part("file", content, told, "logo.svg")))

        assert answer.status_code == 415
        assert told in answer.json["details"]
    assert files() == []


@pytest.mark.parametrize(
    ("font", "told"),
    [
        (fonts.woff, "font/woff2"),
        (fonts.woff2, "font/woff"),
        (fonts.truetype, "font/woff"),
        (fonts.truetype, "image/png"),
        (fonts.woff, "font/ttf"),
    ],
)
def test_a_font_of_another_format_is_refused(
    ana: Person, assets: str, font: fonts.Font, told: str
) -> None:
    answer = ana.post(assets, **multipart(file_part("file", font(), told)))

    assert answer.status_code == 415


@pytest.mark.parametrize("told", ["font/ttf", *UNTOLD])
def test_works_take_no_fonts(ana: Person, work: str, told: str) -> None:
    answer = ana.put(f"{work}/media/scene/0/image", data=fonts.truetype(), content_type=told)

    assert answer.status_code == 415
