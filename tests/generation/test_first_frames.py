"""Where the first frame of a clip may be: here, in the address itself, on the public internet."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.generation.scenes import digest
from tests.media.image_files import huge
from tests.outbound.internet import Internet, http
from tests.people import Person
from tests.vendors import Vendors

NOT_HERE = {"image_url": "No such image, or it belongs to another user."}


@pytest.fixture
def image(samples: Path) -> bytes:
    return (samples / "image.png").read_bytes()


@pytest.fixture
def scene_image(ana: Person, work: str, samples: Path) -> str:
    """The path of a scene's image of ana's."""
    ana.upload(f"{work}/media/scene/3/image", samples / "image.png")
    return f"{work}/media/scene/3/image"


def clip_of(person: Person, image_url: str, **headers: str) -> Any:
    body = {"prompt": "It swings", "image_url": image_url}
    return person.post("/api/generate/video", json=body, headers=headers)


def shown_to(vendors: Vendors) -> list[str]:
    """The digests of the pictures that the vendors got."""
    return [picture for call in vendors.counts() for picture in call["pictures"]]


@pytest.mark.parametrize(
    "before", ["", "http://localhost", "https://localhost"], ids=["path", "http", "https"]
)
@pytest.mark.parametrize("after", ["", "?token=x", "?v=2#frame"])
def test_a_scenes_image(
    ana: Person, vendors: Vendors, scene_image: str, image: bytes, before: str, after: str
) -> None:
    answer = clip_of(ana, before + scene_image + after)

    assert answer.status_code == 200, answer.text
    assert shown_to(vendors) == [digest(image)]


def test_an_asset(
    ana: Person, vendors: Vendors, project: str, new_asset: Callable[..., str], image: bytes
) -> None:
    answer = clip_of(ana, f"{project}/assets/{new_asset()}")

    assert answer.status_code == 200, answer.text
    assert shown_to(vendors) == [digest(image)]


def test_what_is_another_users_is_as_if_it_were_not_there(
    ana: Person,
    ben: Person,
    vendors: Vendors,
    project: str,
    scene_image: str,
    new_asset: Callable[..., str],
) -> None:
    asset = f"{project}/assets/{new_asset()}"

    for url in (scene_image, asset, scene_image.replace("/3/", "/4/"), f"{asset}0"):
        answer = clip_of(ben, url)
        assert answer.status_code == 400
        assert answer.json == {"error": "Validation error", "details": NOT_HERE}

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
def test_other_paths_of_the_service_are_no_images(
    ana: Person, vendors: Vendors, project: str, work: str, path: str
) -> None:
    answer = clip_of(ana, path.format(project=project, work=work))

    assert answer.status_code == 400
    assert answer.json["details"] == NOT_HERE
    assert vendors.counts() == []


def test_a_token_sees_no_more_this_way_than_by_get(
    ana: Person, vendors: Vendors, project: str, scene_image: str, new_asset: Callable[..., str]
) -> None:
    asset = f"{project}/assets/{new_asset()}"
    script = ana.with_scopes("ai:generate")

    answers = [clip_of(script, url) for url in (scene_image, asset)]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert [answer.json["required"] for answer in answers] == [["works:read"], ["projects:read"]]
    assert vendors.counts() == []


@pytest.mark.parametrize("sample", ["image.png", "image.jpg", "image.webp"])
def test_a_data_url(ana: Person, vendors: Vendors, samples: Path, sample: str) -> None:
    data = (samples / sample).read_bytes()
    kind = {"png": "png", "jpg": "jpeg", "webp": "webp"}[sample.rpartition(".")[2]]

    answer = clip_of(ana, f"data:image/{kind};base64,{base64.b64encode(data).decode()}")

    assert answer.status_code == 200, answer.text
    assert shown_to(vendors) == [digest(data)]


@pytest.mark.parametrize("head", ["data:;base64,", "data:image/png;charset=x;base64,"])
def test_what_its_head_does_not_say_the_first_bytes_do(
    ana: Person, vendors: Vendors, image: bytes, head: str
) -> None:
    assert clip_of(ana, head + base64.b64encode(image).decode()).status_code == 200

    assert shown_to(vendors) == [digest(image)]


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
def test_a_data_url_that_holds_no_image_is_refused(
    ana: Person, vendors: Vendors, url: str, status: int
) -> None:
    answer = clip_of(ana, url)

    assert answer.status_code == status, answer.text
    assert vendors.counts() == []


@pytest.mark.filterwarnings("ignore:Image size")  # as in the service, where it is no error
@pytest.mark.parametrize("size", [(9_500, 9_500), (13_000, 13_000)])
def test_an_image_of_too_many_pixels_is_refused_wherever_it_is(
    ana: Person, vendors: Vendors, internet: Internet, scene_image: str, size: tuple[int, int]
) -> None:
    data = huge(*size)
    server = internet.serve(http(data, content_type="image/png"))
    ana.put(scene_image, data=data, content_type="image/png")

    for url in (
        scene_image,
        f"data:image/png;base64,{base64.b64encode(data).decode()}",
        f"http://shop.example:{server.port}/lamp.png",
    ):
        answer = clip_of(ana, url)
        assert answer.status_code == 400, answer.text
        assert answer.json["details"] == {
            "image_url": "The image is too large: at most 89 million pixels are taken."
        }

    assert vendors.counts() == []


@pytest.mark.parametrize("kind", ["image/png", "application/octet-stream", ""])
def test_a_public_address(
    ana: Person, vendors: Vendors, internet: Internet, image: bytes, kind: str
) -> None:
    server = internet.serve(http(image, content_type=kind))

    answer = clip_of(ana, f"http://shop.example:{server.port}/lamp.png?size=2")

    assert answer.status_code == 200, answer.text
    assert shown_to(vendors) == [digest(image)]
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
def test_a_public_address_without_an_image_is_refused(
    ana: Person, vendors: Vendors, internet: Internet, response: bytes, status: int
) -> None:
    server = internet.serve(response)

    answer = clip_of(ana, f"http://shop.example:{server.port}/lamp.png")

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
def test_a_private_address_is_refused(
    ana: Person, vendors: Vendors, internet: Internet, image: bytes, url: str
) -> None:
    server = internet.serve(http(image), "127.0.0.1")
    internet.name("2130706433", ["127.0.0.1"])

    answer = clip_of(ana, url.format(port=server.port))

    assert answer.status_code == 400, answer.text
    assert answer.json["error"] == "Address refused"
    assert server.requests == []
    assert vendors.counts() == []
