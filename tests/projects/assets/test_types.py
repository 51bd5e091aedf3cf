"""Media types of assets: as declared by the client and as detected from the content."""

import io

import pytest
from PIL import Image

from tests.projects.assets import fonts
from tests.works.media import AVIF, DISGUISED, HEIC, HTML, SVG, TELEPHONE, file_part, multipart

SAMPLES = [
    ("image.png", "image/png"),
    ("image.jpg", "image/jpeg"),
    ("image.webp", "image/webp"),
    ("image.gif", "image/gif"),
    ("video.mp4", "video/mp4"),
    ("video.webm", "video/webm"),
    ("audio.mp3", "audio/mpeg"),
    ("audio.wav", "audio/wav"),
    pytest.param("video.mov", "video/quicktime", marks=pytest.mark.thorough),
    pytest.param("video.avi", "video/x-msvideo", marks=pytest.mark.thorough),
    pytest.param("audio.m4a", "audio/mp4", marks=pytest.mark.thorough),
    pytest.param("audio.ogg", "audio/ogg", marks=pytest.mark.thorough),
]
FONTS = [
    (fonts.truetype, "font/ttf"),
    (fonts.opentype, "font/otf"),
    (fonts.woff, "font/woff"),
    (fonts.woff2, "font/woff2"),
]
UNDECLARED = ["", "application/octet-stream"]


@pytest.mark.parametrize(("name", "media_type"), SAMPLES)
def test_asset_is_served_with_the_declared_or_detected_type(ana, assets, samples, name, media_type):
    for declared in (media_type, ""):
        part = file_part("file", (samples / name).read_bytes(), declared, name)

        answer = ana.post(assets, **multipart(part))

        assert answer.status_code == 201, answer.text
        assert answer.json["mimeType"] == media_type
        assert answer.json["type"] == media_type.partition("/")[0]
        file = ana.get(answer.json["url"])
        assert file.data == (samples / name).read_bytes()
        assert file.content_type == media_type


def test_type_that_says_nothing_is_detected(ana, assets, samples):
    data = (samples / "image.png").read_bytes()
    part = file_part("file", data, "application/octet-stream", "image.png")

    assert ana.post(assets, **multipart(part)).json["mimeType"] == "image/png"


@pytest.mark.parametrize(("font", "media_type"), FONTS)
def test_font_is_served_with_the_declared_or_detected_type(ana, assets, font, media_type):
    for declared in (media_type, *UNDECLARED):
        answer = ana.post(assets, **multipart(file_part("file", font(), declared, "a-font")))

        assert answer.status_code == 201, answer.text
        assert answer.json["mimeType"] == media_type
        assert answer.json["type"] == "font"
        assert not answer.json.keys() & {"width", "height", "duration", "thumbnail"}
        file = ana.get(answer.json["url"])
        assert (file.data, file.content_type) == (font(), media_type)


@pytest.mark.parametrize(
    ("font", "declared", "media_type"),
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
def test_aliases_of_font_types_are_accepted(ana, assets, font, declared, media_type):
    answer = ana.post(assets, **multipart(file_part("file", font(), declared)))

    assert answer.status_code == 201, answer.text
    assert answer.json["mimeType"] == media_type


@pytest.mark.parametrize("content", DISGUISED.values(), ids=DISGUISED)
def test_asset_that_is_neither_media_nor_a_font_returns_415(ana, assets, stored_files, content):
    for declared in ("image/png", "video/mp4", "audio/mpeg", "font/woff2", *UNDECLARED):
        answer = ana.post(assets, **multipart(file_part("file", content, declared, "photo.png")))

        assert answer.status_code == 415, (declared, answer.text)
        assert answer.json["error"] == "Unsupported media type"
    assert stored_files() == []


@pytest.mark.parametrize("declared", ["image/avif", "image/jpeg", "", "application/octet-stream"])
def test_avif_is_told_what_to_become(ana, assets, declared):
    answer = ana.post(assets, **multipart(file_part("file", AVIF, declared, "photo.avif")))

    assert answer.status_code == 415
    assert answer.json["details"] == "AVIF is not supported; save it as JPEG or PNG."


@pytest.mark.parametrize("declared", ["image/heic", "image/heif", ""])
def test_heic_of_a_telephone_becomes_an_upright_jpeg(ana, assets, declared):
    answer = ana.post(assets, **multipart(file_part("file", TELEPHONE, declared, "IMG_7.HEIC")))

    assert answer.status_code == 201, answer.text
    asset = answer.json
    assert asset["mimeType"] == "image/jpeg"
    assert (asset["filename"], asset["name"]) == ("IMG_7.jpg", "IMG_7.jpg")
    assert (asset["width"], asset["height"]) == (140, 200)
    stored = ana.get(asset["url"])
    assert (stored.mimetype, len(stored.data)) == ("image/jpeg", asset["size"])
    with Image.open(io.BytesIO(stored.data)) as photo:
        corners = [photo.getpixel((x, y)) for y in (10, 190) for x in (10, 130)]
    assert [tuple(round(level / 255) for level in corner) for corner in corners] == [
        (0, 0, 1),
        (1, 0, 0),
        (1, 1, 0),
        (0, 1, 0),
    ]


def test_damaged_heic_is_told_what_to_become(ana, assets, stored_files):
    answer = ana.post(assets, **multipart(file_part("file", HEIC, "image/heic", "photo.heic")))

    assert answer.status_code == 415
    assert answer.json["details"] == "The HEIC photo cannot be read; save it as JPEG or PNG."
    assert stored_files() == []


@pytest.mark.parametrize(
    "declared",
    ["image/svg+xml", "text/html", "application/xhtml+xml", "text/css", "application/pdf"],
)
def test_asset_with_a_declared_type_of_active_content_returns_415(
    ana, assets, samples, stored_files, declared
):
    for content in (SVG, HTML, (samples / "image.png").read_bytes()):
        answer = ana.post(assets, **multipart(file_part("file", content, declared, "logo.svg")))

        assert answer.status_code == 415
        assert declared in answer.json["details"]
    assert stored_files() == []


@pytest.mark.parametrize(
    ("font", "declared"),
    [
        (fonts.woff, "font/woff2"),
        (fonts.woff2, "font/woff"),
        (fonts.truetype, "font/woff"),
        (fonts.truetype, "image/png"),
        (fonts.woff, "font/ttf"),
    ],
)
def test_font_of_another_format_than_declared_returns_415(ana, assets, font, declared):
    answer = ana.post(assets, **multipart(file_part("file", font(), declared)))

    assert answer.status_code == 415


@pytest.mark.parametrize("declared", ["font/ttf", *UNDECLARED])
def test_font_in_a_media_slot_of_a_work_returns_415(ana, work, declared):
    answer = ana.put(f"{work}/media/scene/0/image", data=fonts.truetype(), content_type=declared)

    assert answer.status_code == 415
