"""Downloading the file and the thumbnail of an asset."""

from pathlib import Path

import pytest


@pytest.fixture
def video(ana, assets, samples):
    """The path of an uploaded video."""
    return str(ana.upload(assets, samples / "video.mp4").json["url"])


@pytest.fixture
def data(samples):
    return (samples / "video.mp4").read_bytes()


def test_asset_response_has_the_headers_that_browsers_need(ana, video, data):
    answer = ana.get(video)

    assert answer.status_code == 200
    assert answer.data == data
    assert answer.content_type == "video/mp4"
    assert answer.headers["Content-Disposition"].startswith('inline; filename="video.mp4"')
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Last-Modified"].endswith("GMT")


@pytest.mark.parametrize("path", ["", "/thumbnail"])
def test_head_asset_returns_the_headers_of_get_without_a_body(ana, video, path):
    get, head = ana.get(video + path), ana.request("HEAD", video + path)

    assert (head.status_code, head.data) == (200, b"")
    for name in ("Content-Length", "Content-Type", "ETag"):
        assert head.headers[name] == get.headers[name]


@pytest.mark.parametrize("path", ["", "/thumbnail"])
def test_range_request_for_an_asset_returns_206_or_416(ana, video, path):
    whole = ana.get(video + path).data

    range_response = ana.get(video + path, headers={"Range": "bytes=10-19"})
    unsatisfiable = ana.get(video + path, headers={"Range": f"bytes={len(whole)}-"})

    assert (range_response.status_code, range_response.data) == (206, whole[10:20])
    assert range_response.headers["Content-Range"] == f"bytes 10-19/{len(whole)}"
    assert unsatisfiable.status_code == 416


@pytest.mark.parametrize("path", ["", "/thumbnail"])
def test_get_asset_with_the_current_etag_returns_304(ana, video, path):
    etag = ana.get(video + path).headers["ETag"]

    answer = ana.get(video + path, headers={"If-None-Match": etag})

    assert (answer.status_code, answer.data) == (304, b"")


@pytest.mark.parametrize("path", ["", "/thumbnail"])
def test_asset_can_be_read_with_a_token_in_the_url(ana, ben, video, path):
    project = {"projectId": video.split("/")[3]}
    media_token = ana.post("/api/media-tokens", json=project).json["token"]
    other_project = {"projectId": Path(ana.new_project()).name}
    other_token = ana.post("/api/media-tokens", json=other_project).json["token"]

    statuses = {
        token: ana.client.get(f"{video}{path}?token={token}", buffered=True).status_code
        for token in (ana.token, media_token, other_token, ben.token, "nonsense")
    }

    assert list(statuses.values()) == [200, 200, 401, 404, 401]


def test_asset_metadata_cannot_be_read_with_a_token_in_the_url(ana, video):
    assert ana.client.get(f"{video}/meta?token={ana.token}").status_code == 401


def test_reading_assets_requires_projects_read_and_changing_them_projects_write(ana, assets, video):
    with_projects_read, without_projects = (
        ana.with_scopes("projects:read"),
        ana.with_scopes("works:read", "works:write"),
    )

    for url in (assets, video, f"{video}/meta", f"{video}/thumbnail"):
        assert with_projects_read.get(url).status_code == 200
        assert without_projects.get(url).status_code == 403
    for person in (with_projects_read, without_projects):
        assert person.post(assets).status_code == 403
        assert person.put(video, json={}).status_code == 403
        assert person.delete(video).status_code == 403
