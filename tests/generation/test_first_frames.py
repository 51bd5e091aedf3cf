"""Sources of the first frame of a clip: paths of the service, data URLs, public URLs."""

import base64

import pytest
from werkzeug.test import TestResponse

from tests.cases import cases
from tests.generation.helpers import sent_pictures, sha256
from tests.media.image_files import huge
from tests.outbound.internet import http
from tests.people import Person

NO_SUCH_IMAGE = {"image_url": "No such image, or it belongs to another user."}


@pytest.fixture
def image(samples):
    return (samples / "image.png").read_bytes()


@pytest.fixture
def scene_image(ana, work, samples):
    """The path of the image of a scene in ana's work."""
    ana.upload(f"{work}/media/scene/3/image", samples / "image.png")
    return f"{work}/media/scene/3/image"


def generate_clip(user: Person, image_url: str) -> TestResponse:
    body = {"prompt": "It swings", "image_url": image_url}
    return user.post("/api/generate/video", json=body)


@cases("origin", {"path": "", "http": "http://localhost", "https": "https://localhost"})
@pytest.mark.parametrize("query", ["", "?token=x", "?v=2#frame"])
def test_first_frame_can_be_a_scene_image(ana, vendors, scene_image, image, origin, query):
    answer = generate_clip(ana, origin + scene_image + query)

    assert answer.status_code == 200, answer.text
    assert sent_pictures(vendors) == [sha256(image)]


def test_first_frame_can_be_an_asset(ana, vendors, project, new_asset, image):
    answer = generate_clip(ana, f"{project}/assets/{new_asset()}")

    assert answer.status_code == 200, answer.text
    assert sent_pictures(vendors) == [sha256(image)]


def test_first_frame_of_another_user_is_rejected_like_a_missing_one(
    ana, ben, vendors, project, scene_image, new_asset
):
    asset = f"{project}/assets/{new_asset()}"

    for url in (scene_image, asset, scene_image.replace("/3/", "/4/"), f"{asset}0"):
        answer = generate_clip(ben, url)
        assert answer.status_code == 400
        assert answer.json["code"] == "invalid_fields"
        assert answer.json["details"] == NO_SUCH_IMAGE

    assert vendors.counts() == []


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/api/projects",
        "/etc/passwd",
        "//shop.example/1.png",
        "{project}/assets/../../../../../etc/passwd",
        "{project}/assets/asset_0/thumbnail",
        "{work}/media/reference",
        "{work}/media/scene/03/image",
        "{work}/media/scene/3/video",
        "{work}/media/scene/3/image/",
    ],
)
def test_first_frame_at_another_path_of_the_service_is_rejected(ana, vendors, project, work, path):
    answer = generate_clip(ana, path.format(project=project, work=work))

    assert answer.status_code == 400
    assert answer.json["details"] == NO_SUCH_IMAGE
    assert vendors.counts() == []


def test_first_frame_requires_the_scope_that_reading_it_requires(
    ana, vendors, project, scene_image, new_asset
):
    asset = f"{project}/assets/{new_asset()}"
    limited = ana.with_scopes("ai:generate")

    answers = [generate_clip(limited, url) for url in (scene_image, asset)]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert [answer.json["required"] for answer in answers] == [["works:read"], ["projects:read"]]
    assert vendors.counts() == []


@pytest.mark.parametrize("sample", ["image.png", "image.jpg", "image.webp"])
def test_first_frame_can_be_a_data_url(ana, vendors, samples, sample):
    data = (samples / sample).read_bytes()
    subtype = {"png": "png", "jpg": "jpeg", "webp": "webp"}[sample.rpartition(".")[2]]

    answer = generate_clip(ana, f"data:image/{subtype};base64,{base64.b64encode(data).decode()}")

    assert answer.status_code == 200, answer.text
    assert sent_pictures(vendors) == [sha256(data)]


@pytest.mark.parametrize("prefix", ["data:;base64,", "data:image/png;charset=x;base64,"])
def test_type_of_a_data_url_is_detected_from_its_content(ana, vendors, image, prefix):
    assert generate_clip(ana, prefix + base64.b64encode(image).decode()).status_code == 200

    assert sent_pictures(vendors) == [sha256(image)]


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("data:", 415),
        ("data:image/png;base64,", 415),
        ("data:image/png;base64,AAAA", 415),
        ("data:image/png;base64,%%%", 400),
        ("data:image/png;base64,AAA", 400),
        ("data:image/png;base64,Ä", 400),
        ("data:image/png,AAAA", 415),
        ("data:text/html;base64,PGh0bWw+", 415),
        ("data:image/svg+xml;base64,PHN2Zz4=", 415),
        ("data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAAC", 415),
    ],
)
def test_data_url_without_a_supported_image_is_rejected(ana, vendors, url, status):
    answer = generate_clip(ana, url)

    assert answer.status_code == status, answer.text
    assert vendors.counts() == []


@pytest.mark.parametrize("size", [(9_500, 9_500), (13_000, 13_000)])
def test_first_frame_with_too_many_pixels_is_rejected_from_any_source(ana, vendors, internet, size):
    data = huge(*size)
    server = internet.serve(http(data, content_type="image/png"))

    for url in (
        f"data:image/png;base64,{base64.b64encode(data).decode()}",
        f"http://shop.example:{server.port}/lamp.png",
    ):
        answer = generate_clip(ana, url)
        assert answer.status_code == 400, answer.text
        assert answer.json["details"] == {
            "image_url": "The image is too large: at most 89 million pixels are taken."
        }

    assert vendors.counts() == []


def test_unreadable_first_frame_that_has_to_be_scaled_down_is_rejected(
    ana, vendors, scene_image, image
):
    """It is larger than Runway accepts, too."""
    ana.put(scene_image, data=image[:60] + bytes(6 << 20), content_type="image/png")

    answer = generate_clip(ana, scene_image)

    assert answer.status_code == 400, answer.text
    assert answer.json["error"] == "The image cannot be read"
    assert "provider" not in answer.json["details"]
    assert vendors.counts() == []


@pytest.mark.parametrize("media_type", ["image/png", "application/octet-stream", ""])
def test_first_frame_can_be_at_a_public_url(ana, vendors, internet, image, media_type):
    server = internet.serve(http(image, content_type=media_type))

    answer = generate_clip(ana, f"http://shop.example:{server.port}/lamp.png?size=2")

    assert answer.status_code == 200, answer.text
    assert sent_pictures(vendors) == [sha256(image)]
    assert server.requests[0].startswith(b"GET /lamp.png?size=2 ")
    assert b"uthorization" not in server.requests[0]


@pytest.mark.parametrize(
    ("response", "status"),
    [
        (http(b"<html>", content_type="text/html"), 415),
        (http(b"<html>", content_type="image/png"), 415),
        (http(b"", "404 Not Found"), 502),
        (http(b"", content_type="image/png"), 415),
        (http(b"", "302 Found", location="http://127.0.0.1:9/x.png"), 400),
        (b"nonsense", 502),
    ],
)
def test_public_url_without_an_image_is_rejected(ana, vendors, internet, response, status):
    server = internet.serve(response)

    answer = generate_clip(ana, f"http://shop.example:{server.port}/lamp.png")

    assert answer.status_code == status, answer.text
    assert vendors.counts() == []


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/lamp.png",
        "http://localhost:{port}/lamp.png",
        "http://localhost.:{port}/lamp.png",
        "http://[::1]:{port}/lamp.png",
        "http://169.254.169.254/latest/meta-data",
        "http://10.0.0.1/lamp.png",
        "http://2130706433:{port}/",
        "ftp://shop.example/lamp.png",
        "file:///etc/passwd",
        "lamp.png",
        "http://",
        "http://user:secret@shop.example/lamp.png",
    ],
)
def test_first_frame_at_a_private_or_invalid_url_is_rejected(ana, vendors, internet, image, url):
    server = internet.serve(http(image), "127.0.0.1")
    internet.name("2130706433", ["127.0.0.1"])

    answer = generate_clip(ana, url.format(port=server.port))

    assert answer.status_code == 400, answer.text
    assert answer.json["error"] == "Address refused"
    assert server.requests == []
    assert vendors.counts() == []
