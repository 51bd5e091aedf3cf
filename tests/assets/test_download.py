"""The file of an asset and its thumbnail, as browsers and players ask for them."""

from pathlib import Path

import pytest

from tests.people import Person


@pytest.fixture
def video(ana: Person, assets: str, samples: Path) -> str:
    """The path of a video among the assets."""
    return str(ana.upload(assets, samples / "video.mp4").json["url"])


@pytest.fixture
def data(samples: Path) -> bytes:
    return (samples / "video.mp4").read_bytes()


def test_carries_what_a_browser_needs(ana: Person, video: str, data: bytes) -> None:
    answer = ana.get(video)

    assert answer.status_code == 200
    assert answer.data == data
    assert answer.content_type == "video/mp4"
    assert answer.headers["Content-Disposition"] == 'inline; filename="file.mp4"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Last-Modified"].endswith("GMT")


@pytest.mark.parametrize("path", ["", "/thumbnail"])
def test_head(ana: Person, video: str, path: str) -> None:
    read, head = ana.get(video + path), ana.request("HEAD", video + path)

    assert (head.status_code, head.data) == (200, b"")
    for name in ("Content-Length", "Content-Type", "ETag"):
        assert head.headers[name] == read.headers[name]


@pytest.mark.parametrize("path", ["", "/thumbnail"])
def test_ranges(ana: Person, video: str, path: str) -> None:
    whole = ana.get(video + path).data

    part = ana.get(video + path, headers={"Range": "bytes=10-19"})
    beyond = ana.get(video + path, headers={"Range": f"bytes={len(whole)}-"})

    assert (part.status_code, part.data) == (206, whole[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(whole)}"
    assert beyond.status_code == 416


@pytest.mark.parametrize("path", ["", "/thumbnail"])
def test_who_has_it_gets_304(ana: Person, video: str, path: str) -> None:
    etag = ana.get(video + path).headers["ETag"]

    answer = ana.get(video + path, headers={"If-None-Match": etag})

    assert (answer.status_code, answer.data) == (304, b"")


@pytest.mark.parametrize("path", ["", "/thumbnail"])
def test_the_token_may_be_in_the_address(ana: Person, ben: Person, video: str, path: str) -> None:
    project = {"projectId": video.split("/")[3]}
    media_token = ana.post("/api/media-tokens", json=project).json["token"]
    elsewhere = {"projectId": Path(ana.new_project()).name}
    other_token = ana.post("/api/media-tokens", json=elsewhere).json["token"]

    statuses = {
        token: ana.client.get(f"{video}{path}?token={token}", buffered=True).status_code
        for token in (ana.token, media_token, other_token, ben.token, "nonsense")
    }

    assert list(statuses.values()) == [200, 200, 401, 404, 401]


def test_what_is_known_of_it_needs_a_real_token(ana: Person, video: str) -> None:
    assert ana.client.get(f"{video}/meta?token={ana.token}").status_code == 401


def test_scopes(ana: Person, assets: str, video: str) -> None:
    reader, other = ana.with_scopes("projects:read"), ana.with_scopes("works:read", "works:write")

    for url in (assets, video, f"{video}/meta", f"{video}/thumbnail"):
        assert reader.get(url).status_code == 200
        assert other.get(url).status_code == 403
    for writing in (reader, other):
        assert writing.post(assets).status_code == 403
        assert writing.put(video, json={}).status_code == 403
        assert writing.delete(video).status_code == 403
