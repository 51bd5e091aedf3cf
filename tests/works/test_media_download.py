"""Downloads: what a player, a browser and a download manager ask for."""

import os
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from config import Settings
from tests.people import Person
from tests.works.media import SLOTS, Kind

OLD = '"1-2-3"'


@pytest.fixture
def data(samples: Path) -> bytes:
    return (samples / "video.mp4").read_bytes()


@pytest.fixture
def url(ana: Person, work: str, data: bytes) -> str:
    """Where an uploaded reference video is served."""
    assert ana.put(f"{work}/media/reference", data=data).status_code == 200
    return f"{work}/media/reference"


def get(person: Person, url: str, **headers: str) -> TestResponse:
    return person.get(url, headers={name.replace("_", "-"): headers[name] for name in headers})


@pytest.mark.parametrize("slot", SLOTS)
def test_carries_what_a_browser_needs(ana: Person, work: str, samples: Path, slot: Kind) -> None:
    path, sample = f"{work}/{slot.path}", samples / slot.sample
    ana.upload(path, sample, slot.part, slot.type)

    answer = ana.get(path)

    assert answer.status_code == 200
    assert answer.data == sample.read_bytes()
    assert answer.headers["Content-Type"] == slot.type
    assert answer.headers["Content-Length"] == str(sample.stat().st_size)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["ETag"].startswith('"')
    assert answer.headers["Last-Modified"].endswith("GMT")
    assert "public" not in answer.headers["Cache-Control"]


@pytest.mark.parametrize("slot", SLOTS)
def test_of_an_empty_slot_is_404(ana: Person, work: str, slot: Kind) -> None:
    answer = ana.get(f"{work}/{slot.path}")

    assert answer.status_code == 404
    assert answer.json["error"] == "Not found"


def test_head_answers_as_get_does_without_the_body(ana: Person, url: str) -> None:
    read, head = ana.get(url), ana.request("HEAD", url)

    assert head.status_code == 200
    assert head.data == b""
    own = {"X-Request-Id", "Date"}
    assert {k: v for k, v in head.headers if k not in own} == {
        k: v for k, v in read.headers if k not in own
    }


@pytest.mark.parametrize(
    ("asked", "start", "end"),
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
def test_a_range(
    ana: Person, url: str, data: bytes, asked: str, start: int, end: int | None
) -> None:
    first, stop, _ = slice(start, end).indices(len(data))

    answer = get(ana, url, Range=asked)

    assert answer.status_code == 206
    assert answer.data == data[start:end]
    assert answer.headers["Content-Range"] == f"bytes {first}-{stop - 1}/{len(data)}"
    assert answer.headers["Content-Length"] == str(stop - first)
    assert answer.headers["Content-Type"] == "video/mp4"
    assert answer.headers["ETag"] == ana.get(url).headers["ETag"]


def test_the_last_byte(ana: Person, url: str, data: bytes) -> None:
    answer = get(ana, url, Range=f"bytes={len(data) - 1}-")

    assert answer.status_code == 206
    assert answer.data == data[-1:]


@pytest.mark.parametrize(
    "asked",
    ["bytes={0}-", "bytes={0}-{0}", "bytes=9999999-99999999", "bytes=-0", "bytes=9-5", "bytes=a-b"],
)
def test_a_range_that_is_not_there_is_416(ana: Person, url: str, data: bytes, asked: str) -> None:
    answer = get(ana, url, Range=asked.format(len(data)))

    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{len(data)}"
    assert answer.json.keys() == {"error", "details"}


@pytest.mark.parametrize("asked", ["bytes=0-9,20-29", "bytes=0-0,-1", "scenes=0-1", "lines=5-"])
def test_several_ranges_and_other_units_get_the_whole_file(
    ana: Person, url: str, data: bytes, asked: str
) -> None:
    answer = get(ana, url, Range=asked)

    assert answer.status_code == 200
    assert answer.data == data


def test_all_ranges_together_are_the_file(ana: Person, url: str, data: bytes) -> None:
    step = 1000
    parts = [
        get(ana, url, Range=f"bytes={start}-{start + step - 1}").data
        for start in range(0, len(data), step)
    ]

    assert b"".join(parts) == data


def test_a_range_of_the_version_that_one_has(ana: Person, url: str, data: bytes) -> None:
    current = ana.get(url).headers

    for condition in (current["ETag"], current["Last-Modified"]):
        answer = get(ana, url, Range="bytes=5-9", If_Range=condition)

        assert answer.status_code == 206
        assert answer.data == data[5:10]


@pytest.mark.parametrize("condition", [OLD, "Thu, 01 Jan 1970 00:00:00 GMT", "nonsense"])
def test_a_range_of_another_version_gets_the_whole_file(
    ana: Person, url: str, data: bytes, condition: str
) -> None:
    for asked in ("bytes=5-9", "bytes=99999999-"):
        answer = get(ana, url, Range=asked, If_Range=condition)

        assert answer.status_code == 200
        assert answer.data == data


@pytest.mark.parametrize("condition", ["{}", "W/{}", OLD + ", {}", "*"])
@pytest.mark.parametrize("others", [{}, {"Range": "bytes=0-9"}, {"Range": "bytes=99999999-"}])
def test_who_has_the_file_gets_304(
    ana: Person, url: str, condition: str, others: dict[str, str]
) -> None:
    current = ana.get(url).headers["ETag"]

    answer = get(ana, url, If_None_Match=condition.format(current), **others)

    assert answer.status_code == 304
    assert answer.data == b""
    assert answer.headers["ETag"] == current


def test_who_has_a_file_as_new_gets_304(ana: Person, url: str, data: bytes) -> None:
    written = ana.get(url).headers["Last-Modified"]

    assert get(ana, url, If_Modified_Since=written).status_code == 304
    assert get(ana, url, If_Modified_Since=formatdate(10**10, usegmt=True)).status_code == 304
    assert get(ana, url, If_Modified_Since=formatdate(0, usegmt=True)).data == data


def test_the_entity_tag_counts_more_than_the_date(ana: Person, url: str, data: bytes) -> None:
    written = ana.get(url).headers["Last-Modified"]

    answer = get(ana, url, If_None_Match=OLD, If_Modified_Since=written)

    assert answer.status_code == 200
    assert answer.data == data


def test_another_version_than_expected_is_412(ana: Person, url: str) -> None:
    current = ana.get(url).headers["ETag"]

    assert get(ana, url, If_Match=current).status_code == 200
    assert get(ana, url, If_Match="*").status_code == 200
    refused = get(ana, url, If_Match=OLD)
    assert refused.status_code == 412
    assert refused.json.keys() == {"error", "details"}


def test_a_new_upload_has_another_etag(ana: Person, url: str, data: bytes) -> None:
    tags = [ana.get(url).headers["ETag"]]
    for _ in range(3):
        ana.put(url, data=data)

        answer = get(ana, url, If_None_Match=tags[-1], Range="bytes=0-9", If_Range=tags[-1])

        assert answer.status_code == 200
        assert answer.data == data
        tags.append(answer.headers["ETag"])
    assert tags[-1] != tags[-2]


def test_the_etag_stays_while_the_work_changes(ana: Person, work: str, url: str) -> None:
    before = ana.get(url).headers["ETag"]

    ana.put(work, json={"name": "New"})

    assert ana.get(url).headers["ETag"] == before


@pytest.mark.parametrize("slot", SLOTS)
def test_the_token_may_be_in_the_address(
    ana: Person, ben: Person, work: str, samples: Path, slot: Kind
) -> None:
    path = f"{work}/{slot.path}"
    ana.upload(path, samples / slot.sample, slot.part)
    anyone = ana.client

    assert anyone.get(f"{path}?token={ana.token}", buffered=True).status_code == 200
    assert anyone.head(f"{path}?token={ana.token}").status_code == 200
    assert anyone.get(f"{path}?token={ben.token}").status_code == 404
    assert anyone.get(f"{path}?token=nonsense").status_code == 401
    assert anyone.get(path).status_code == 401


def test_needs_the_scope_to_read(ana: Person, url: str) -> None:
    assert ana.with_scopes("works:write").get(url).status_code == 403
    assert ana.with_scopes("works:read").get(url).status_code == 200


def test_of_two_files_that_a_crash_left_the_newer_is_served(
    ana: Person, settings: Settings, url: str, samples: Path
) -> None:
    home = settings.data_dir / url.removeprefix("/api/").removesuffix("/reference")
    newer = (samples / "video.webm").read_bytes()
    (home / "reference.webm").write_bytes(newer)
    os.utime(home / "reference.mp4", (1, 1))

    answer: Any = ana.get(url)

    assert answer.data == newer
    assert answer.content_type == "video/webm"
