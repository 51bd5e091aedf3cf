"""Uploads: how files come in, and what is left of those that do not come in whole."""

from pathlib import Path
from typing import Any

import pytest

from tests.people import Person
from tests.works.conftest import Files
from tests.works.media import AUDIO, HTML, IMAGE, SLOTS, Kind, file_part, multipart, text_part


def expected(work: str, slot: Kind) -> dict[str, Any]:
    return {"ok": True, "audioUrl" if slot is AUDIO else "url": f"{work}/{slot.path}"}


@pytest.mark.parametrize("slot", SLOTS)
def test_a_multipart_part(ana: Person, work: str, samples: Path, slot: Kind) -> None:
    url = f"{work}/{slot.path}"

    answer = ana.upload(url, samples / slot.sample, slot.part, slot.type)

    assert answer.status_code == 200, answer.text
    assert answer.json == expected(work, slot)
    assert ana.get(url).data == (samples / slot.sample).read_bytes()


@pytest.mark.parametrize("method", ["PUT", "POST"])
@pytest.mark.parametrize("slot", SLOTS)
def test_the_raw_body(ana: Person, work: str, samples: Path, slot: Kind, method: str) -> None:
    url, data = f"{work}/{slot.path}", (samples / slot.sample).read_bytes()

    answer = ana.request(method, url, data=data, content_type=slot.type)

    assert answer.status_code == 200, answer.text
    assert answer.json == expected(work, slot)
    assert ana.get(url).data == data
    assert ana.get(url).content_type == slot.type


@pytest.mark.parametrize(
    "filename", ["blob", "clip", "clip.txt", "../../../etc/passwd", "a/b.png", "視頻", '\\".mp4']
)
def test_the_file_name_does_not_matter(
    ana: Person, work: str, samples: Path, files: Files, filename: str
) -> None:
    part = file_part("video", (samples / "video.mp4").read_bytes(), "video/mp4", filename)

    answer = ana.post(f"{work}/media/reference", **multipart(part))

    assert answer.status_code == 200, answer.text
    assert files() == ["reference.mp4"]


@pytest.mark.parametrize("slot", SLOTS)
def test_a_single_part_under_another_name_is_taken(
    ana: Person, work: str, samples: Path, slot: Kind
) -> None:
    answer = ana.upload(f"{work}/{slot.path}", samples / slot.sample, "upload", slot.type)

    assert answer.status_code == 200, answer.text


def test_the_expected_part_is_taken_wherever_it_stands(
    ana: Person, work: str, samples: Path
) -> None:
    data, url = (samples / "video.mp4").read_bytes(), f"{work}/media/reference"
    wanted = file_part("video", data, "video/mp4")
    other = file_part("thumbnail", (samples / "image.png").read_bytes(), "image/png")

    again = file_part("video", b"a second one of that name", "video/mp4")

    for parts in [(wanted, other), (other, wanted), (other, wanted, other), (wanted, again)]:
        answer = ana.post(url, **multipart(*parts))

        assert answer.status_code == 200, answer.text
        assert ana.get(url).data == data


def test_text_fields_beside_the_file_are_ignored(ana: Person, work: str, samples: Path) -> None:
    data, url = (samples / "image.png").read_bytes(), f"{work}/{IMAGE.path}"
    mode, text = text_part("mode", b"style_transfer"), text_part("file", b"not a file")

    answer = ana.post(url, **multipart(mode, text, file_part("file", data, "image/png"), mode))

    assert answer.status_code == 200, answer.text
    assert ana.get(url).data == data


@pytest.mark.parametrize("slot", SLOTS)
def test_without_a_file_the_expected_part_is_named(
    ana: Person, work: str, samples: Path, slot: Kind, files: Files
) -> None:
    data = (samples / slot.sample).read_bytes()
    bodies: list[dict[str, Any]] = [
        multipart(file_part("one", data), file_part("two", data)),
        multipart(text_part(slot.part, b"no file")),
        multipart(file_part(slot.part, b"", filename="")),
        multipart(),
        {},
    ]
    for body in bodies:
        answer = ana.post(f"{work}/{slot.path}", **body)

        assert answer.status_code == 400, answer.text
        assert f"`{slot.part}`" in answer.json["details"]
    assert files() == []


@pytest.mark.parametrize(
    "body",
    [
        {"data": b"", "content_type": "video/mp4"},
        multipart(file_part("video", b"", "video/mp4", "clip.mp4")),
    ],
)
def test_an_empty_file_is_refused(
    ana: Person, work: str, files: Files, body: dict[str, Any]
) -> None:
    answer = ana.post(f"{work}/media/reference", **body)

    assert answer.status_code == 400
    assert answer.json["error"] == "No file uploaded"
    assert files() == []


FORM = "multipart/form-data; boundary=b"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "multipart/form-data"),
        (b"--b\r\n", "multipart/form-data; boundary="),
        (b"--b--\r\n", "multipart/form-data; boundary=" + "b" * 500),
        (b"--\xc3\xa9--\r\n", "multipart/form-data; boundary=\xe9"),
        (b"", FORM),
        (b"garbage", FORM),
        (bytes(range(256)) * 50, FORM),
        (b"--b\r\nno header\r\n\r\nx\r\n--b--\r\n", FORM),
        (b"--b\r\n" + b"A: a\r\n" * 5000 + b"\r\nx\r\n--b--", FORM),
        (b"--b\r\nA: " + b"a" * 50_000 + b"\r\n\r\n--b--", FORM),
        (b"--b\r\nContent-Disposition: \xff\xfe\r\n\r\nx\r\n--b--", FORM),
        (b"--b\r\n\r\nx\r\n" * 500 + b"--b--", FORM),
    ],
    ids=lambda value: repr(value[:40]),
)
def test_a_malformed_multipart_body_is_refused(
    ana: Person, work: str, files: Files, data: bytes, kind: str
) -> None:
    answer = ana.post(f"{work}/media/reference", data=data, content_type=kind)

    assert answer.status_code == 400, answer.text
    assert answer.json.keys() == {"error", "details"}
    assert files() == []


@pytest.mark.parametrize("end", [-4, -6, -500, 200, 40])
def test_a_multipart_body_that_ends_early_is_refused(
    ana: Person, work: str, samples: Path, files: Files, end: int
) -> None:
    body = multipart(file_part("video", (samples / "video.mp4").read_bytes(), "video/mp4"))

    answer = ana.post(f"{work}/media/reference", **{**body, "data": body["data"][:end]})

    assert answer.status_code == 400, answer.text
    assert files() == []


@pytest.mark.parametrize("end", [b"", b"\r\nmore" * 9, b"\r\n--b0undary\r\n\r\nmore"])
def test_what_follows_a_multipart_body_is_ignored(
    ana: Person, work: str, samples: Path, end: bytes
) -> None:
    data, url = (samples / "video.mp4").read_bytes(), f"{work}/media/reference"
    body = multipart(file_part("video", data, "video/mp4"))

    answer = ana.post(url, **{**body, "data": body["data"].removesuffix(b"\r\n") + end})

    assert answer.status_code == 200, answer.text
    assert ana.get(url).data == data


@pytest.mark.parametrize("slot", SLOTS)
def test_a_refused_upload_leaves_the_earlier_file(
    ana: Person, work: str, samples: Path, files: Files, slot: Kind
) -> None:
    url, sample = f"{work}/{slot.path}", samples / slot.sample
    ana.upload(url, sample, slot.part)
    before, present = ana.get(work).data, files()

    for body in (multipart(), multipart(file_part(slot.part, HTML, slot.type))):
        assert ana.post(url, **body).status_code in (400, 415)

    assert ana.get(url).data == sample.read_bytes()
    assert ana.get(work).data == before
    assert files() == present


@pytest.mark.parametrize("slot", SLOTS)
def test_deleted_is_gone(ana: Person, work: str, samples: Path, files: Files, slot: Kind) -> None:
    url = f"{work}/{slot.path}"
    ana.upload(url, samples / slot.sample, slot.part)

    answer = ana.delete(url)

    assert answer.status_code == 204
    assert answer.data == b""
    assert ana.get(url).status_code == ana.request("HEAD", url).status_code == 404
    assert ana.delete(url).status_code == 404
    assert files() == []


INDEXES = ["-1", "1000", "01", "1.0", "0x1", "1e1", "a", "%D9%A1", "%EF%BC%91", "+1", "1%00"]


@pytest.mark.parametrize("index", [*INDEXES, "%20", "9" * 5000, "..", "%2e%2e"])
def test_a_scene_index_is_a_plain_number_below_1000(
    ana: Person, work: str, samples: Path, files: Files, index: str
) -> None:
    data = (samples / "image.png").read_bytes()
    for method in ("POST", "PUT", "GET", "HEAD", "DELETE"):
        answer = ana.request(method, f"{work}/media/scene/{index}/image", data=data)

        assert answer.status_code == 400
    assert files() == []


def test_the_last_scene_is_number_999(ana: Person, work: str, samples: Path) -> None:
    answer = ana.upload(f"{work}/media/scene/999/image", samples / "image.png")

    assert answer.status_code == 200


@pytest.mark.parametrize("slot", SLOTS)
def test_to_a_work_that_is_not_there_or_not_ones_own_is_404(
    ana: Person, ben: Person, project: str, work: str, samples: Path, slot: Kind
) -> None:
    sample = samples / slot.sample

    assert ana.upload(f"{project}/works/work_none/{slot.path}", sample).status_code == 404
    assert ben.upload(f"{work}/{slot.path}", sample).status_code == 404
    assert ben.delete(f"{work}/{slot.path}").status_code == 404


@pytest.mark.parametrize("slot", SLOTS)
def test_needs_the_scope_to_write(ana: Person, work: str, samples: Path, slot: Kind) -> None:
    reader, url = ana.with_scopes("works:read"), f"{work}/{slot.path}"

    assert reader.upload(url, samples / slot.sample).status_code == 403
    assert reader.delete(url).status_code == 403
    assert ana.client.put(f"{url}?token={ana.token}", data=b"x").status_code == 401
