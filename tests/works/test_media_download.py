"""Downloading media: headers, ranges and conditional requests."""

import os
from email.utils import formatdate
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.people import Person
from tests.works.media import each_slot

STALE = '"1-2-3"'


@pytest.fixture
def data(samples):
    return (samples / "video.mp4").read_bytes()


@pytest.fixture
def url(ana, work, data):
    """The URL of an uploaded reference video."""
    assert ana.put(f"{work}/media/reference", data=data).status_code == 200
    return f"{work}/media/reference"


def get(person: Person, url: str, **headers: str) -> TestResponse:
    """Send a GET request with these headers, named with underscores."""
    return person.get(url, headers={name.replace("_", "-"): headers[name] for name in headers})


@each_slot
def test_media_response_has_the_headers_that_browsers_need(ana, work, samples, slot):
    path, sample = f"{work}/{slot.path}", samples / slot.sample
    ana.upload(path, sample, slot.part, slot.media_type)

    answer = ana.get(path)

    assert answer.status_code == 200
    assert answer.data == sample.read_bytes()
    assert answer.headers["Content-Type"] == slot.media_type
    assert answer.headers["Content-Length"] == str(sample.stat().st_size)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["ETag"].startswith('"')
    assert answer.headers["Last-Modified"].endswith("GMT")
    assert "public" not in answer.headers["Cache-Control"]


@each_slot
def test_empty_media_slot_returns_404(ana, work, slot):
    answer = ana.get(f"{work}/{slot.path}")

    assert answer.status_code == 404
    assert answer.json["error"] == "Not found"


def test_head_media_returns_the_headers_of_get_without_a_body(ana, url):
    got, head = ana.get(url), ana.request("HEAD", url)

    assert head.status_code == 200
    assert head.data == b""
    own = {"X-Request-Id", "Date"}
    assert {k: v for k, v in head.headers if k not in own} == {
        k: v for k, v in got.headers if k not in own
    }


@pytest.mark.parametrize(
    ("requested", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-99", 0, 100),
        ("bytes=100-199", 100, 200),
        ("bytes=100-", 100, None),
        ("bytes=0-", 0, None),
        ("bytes=-100", -100, None),
        ("bytes=-1", -1, None),
        ("bytes=100-99999999", 100, None),
        ("bytes=-99999999", 0, None),
        ("bytes = 5-9", 5, 10),
    ],
)
def test_range_request_returns_206_with_the_requested_bytes(ana, url, data, requested, start, end):
    first, stop, _ = slice(start, end).indices(len(data))

    answer = get(ana, url, Range=requested)

    assert answer.status_code == 206
    assert answer.data == data[start:end]
    assert answer.headers["Content-Range"] == f"bytes {first}-{stop - 1}/{len(data)}"
    assert answer.headers["Content-Length"] == str(stop - first)
    assert answer.headers["Content-Type"] == "video/mp4"
    assert answer.headers["ETag"] == ana.get(url).headers["ETag"]


def test_range_request_for_the_last_byte_returns_it(ana, url, data):
    answer = get(ana, url, Range=f"bytes={len(data) - 1}-")

    assert answer.status_code == 206
    assert answer.data == data[-1:]


@pytest.mark.parametrize(
    "requested",
    ["bytes={0}-", "bytes={0}-{0}", "bytes=9999999-99999999", "bytes=-0", "bytes=9-5", "bytes=a-b"],
)
def test_unsatisfiable_or_invalid_range_returns_416(ana, url, data, requested):
    answer = get(ana, url, Range=requested.format(len(data)))

    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{len(data)}"
    assert answer.json.keys() == {"error", "code", "details"}


@pytest.mark.parametrize("requested", ["bytes=0-9,20-29", "bytes=0-0,-1", "scenes=0-1", "lines=5-"])
def test_multiple_ranges_and_unknown_units_return_the_whole_file(ana, url, data, requested):
    answer = get(ana, url, Range=requested)

    assert answer.status_code == 200
    assert answer.data == data


def test_consecutive_ranges_add_up_to_the_file(ana, url, data):
    step = 1000
    parts = [
        get(ana, url, Range=f"bytes={start}-{start + step - 1}").data
        for start in range(0, len(data), step)
    ]

    assert b"".join(parts) == data


def test_if_range_with_the_current_version_returns_the_range(ana, url, data):
    current = ana.get(url).headers

    for condition in (current["ETag"], current["Last-Modified"]):
        answer = get(ana, url, Range="bytes=5-9", If_Range=condition)

        assert answer.status_code == 206
        assert answer.data == data[5:10]


@pytest.mark.parametrize("condition", [STALE, "Thu, 01 Jan 1970 00:00:00 GMT", "nonsense"])
def test_if_range_with_another_version_returns_the_whole_file(ana, url, data, condition):
    for requested in ("bytes=5-9", "bytes=99999999-"):
        answer = get(ana, url, Range=requested, If_Range=condition)

        assert answer.status_code == 200
        assert answer.data == data


@pytest.mark.parametrize("condition", ["{}", "W/{}", STALE + ", {}", "*"])
@pytest.mark.parametrize("others", [{}, {"Range": "bytes=0-9"}, {"Range": "bytes=99999999-"}])
def test_get_media_with_the_current_etag_returns_304(ana, url, condition, others):
    current = ana.get(url).headers["ETag"]

    answer = get(ana, url, If_None_Match=condition.format(current), **others)

    assert answer.status_code == 304
    assert answer.data == b""
    assert answer.headers["ETag"] == current


def test_get_media_not_modified_since_a_date_returns_304(ana, url, data):
    last_modified = ana.get(url).headers["Last-Modified"]

    assert get(ana, url, If_Modified_Since=last_modified).status_code == 304
    assert get(ana, url, If_Modified_Since=formatdate(10**10, usegmt=True)).status_code == 304
    assert get(ana, url, If_Modified_Since=formatdate(0, usegmt=True)).data == data


def test_if_none_match_takes_precedence_over_if_modified_since(ana, url, data):
    last_modified = ana.get(url).headers["Last-Modified"]

    answer = get(ana, url, If_None_Match=STALE, If_Modified_Since=last_modified)

    assert answer.status_code == 200
    assert answer.data == data


def test_get_media_with_a_stale_if_match_returns_412(ana, url):
    current = ana.get(url).headers["ETag"]

    assert get(ana, url, If_Match=current).status_code == 200
    assert get(ana, url, If_Match="*").status_code == 200
    rejected = get(ana, url, If_Match=STALE)
    assert rejected.status_code == 412
    assert rejected.json.keys() == {"error", "code", "details"}


def test_each_upload_has_a_new_etag(ana, url, data):
    etags = [ana.get(url).headers["ETag"]]
    for _ in range(3):
        ana.put(url, data=data)

        answer = get(ana, url, If_None_Match=etags[-1], Range="bytes=0-9", If_Range=etags[-1])

        assert answer.status_code == 200
        assert answer.data == data
        etags.append(answer.headers["ETag"])
    assert etags[-1] != etags[-2]


def test_etag_of_media_stays_the_same_when_the_work_changes(ana, work, url):
    before = ana.get(url).headers["ETag"]

    ana.put(work, json={"name": "New"})

    assert ana.get(url).headers["ETag"] == before


@each_slot
def test_media_can_be_read_with_a_token_in_the_url(ana, ben, work, samples, slot):
    path = f"{work}/{slot.path}"
    ana.upload(path, samples / slot.sample, slot.part)
    anonymous = ana.client

    assert anonymous.get(f"{path}?token={ana.token}", buffered=True).status_code == 200
    assert anonymous.head(f"{path}?token={ana.token}").status_code == 200
    assert anonymous.get(f"{path}?token={ben.token}").status_code == 404
    assert anonymous.get(f"{path}?token=nonsense").status_code == 401
    assert anonymous.get(path).status_code == 401


def test_reading_media_requires_works_read(ana, url):
    assert ana.with_scopes("works:write").get(url).status_code == 403
    assert ana.with_scopes("works:read").get(url).status_code == 200


def test_newer_of_two_files_left_in_a_slot_by_a_crash_is_served(ana, settings, url, samples):
    directory = settings.data_dir / url.removeprefix("/api/").removesuffix("/reference")
    newer = (samples / "video.webm").read_bytes()
    (directory / "reference.webm").write_bytes(newer)
    os.utime(directory / "reference.mp4", (1, 1))

    answer: Any = ana.get(url)

    assert answer.data == newer
    assert answer.content_type == "video/webm"
