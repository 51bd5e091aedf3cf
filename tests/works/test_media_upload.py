"""Uploading and deleting media: multipart and raw bodies, and rejected uploads."""

import gzip
from typing import Any

import pytest

from tests.media.hostile_files import webp_of_one_colour
from tests.works.media import AUDIO, HTML, IMAGE, Slot, each_slot, file_part, multipart, text_part


def response_body(work: str, slot: Slot) -> dict[str, Any]:
    """Return the response to an upload."""
    return {"ok": True, "audioUrl" if slot is AUDIO else "url": f"{work}/{slot.path}"}


@each_slot
def test_multipart_upload_is_stored(ana, work, samples, slot):
    url = f"{work}/{slot.path}"

    answer = ana.upload(url, samples / slot.sample, slot.part, slot.media_type)

    assert answer.status_code == 200, answer.text
    assert answer.json == response_body(work, slot)
    assert ana.get(url).data == (samples / slot.sample).read_bytes()


@pytest.mark.parametrize("method", ["PUT", "POST"])
@each_slot
def test_raw_upload_is_stored(ana, work, samples, slot, method):
    url, data = f"{work}/{slot.path}", (samples / slot.sample).read_bytes()

    answer = ana.request(method, url, data=data, content_type=slot.media_type)

    assert answer.status_code == 200, answer.text
    assert answer.json == response_body(work, slot)
    assert ana.get(url).data == data
    assert ana.get(url).content_type == slot.media_type


def test_image_with_more_pixels_than_an_export_can_decode_returns_413(ana, work, stored_files):
    data = webp_of_one_colour()

    answer = ana.put(f"{work}/{IMAGE.path}", data=data, content_type="image/webp")

    assert answer.status_code == 413
    assert answer.json["details"] == "It has 268 million pixels; at most 53 million are accepted."
    assert stored_files() == []


@pytest.mark.parametrize(
    "filename", ["blob", "clip", "clip.txt", "../../../etc/passwd", "a/b.png", "視頻", '\\".mp4']
)
def test_file_name_of_uploaded_media_is_ignored(ana, work, samples, stored_files, filename):
    part = file_part("video", (samples / "video.mp4").read_bytes(), "video/mp4", filename)

    answer = ana.post(f"{work}/media/reference", **multipart(part))

    assert answer.status_code == 200, answer.text
    assert stored_files() == ["reference.mp4"]


@each_slot
def test_single_part_with_another_name_is_accepted(ana, work, samples, slot):
    answer = ana.upload(f"{work}/{slot.path}", samples / slot.sample, "upload", slot.media_type)

    assert answer.status_code == 200, answer.text


def test_expected_part_is_stored_at_any_position_in_the_body(ana, work, samples):
    data, url = (samples / "video.mp4").read_bytes(), f"{work}/media/reference"
    expected = file_part("video", data, "video/mp4")
    other = file_part("thumbnail", (samples / "image.png").read_bytes(), "image/png")

    duplicate = file_part("video", b"a second part of that name", "video/mp4")

    for parts in [
        (expected, other),
        (other, expected),
        (other, expected, other),
        (expected, duplicate),
    ]:
        answer = ana.post(url, **multipart(*parts))

        assert answer.status_code == 200, answer.text
        assert ana.get(url).data == data


def test_text_fields_of_a_media_upload_are_ignored(ana, work, samples):
    data, url = (samples / "image.png").read_bytes(), f"{work}/{IMAGE.path}"
    mode, text = text_part("mode", b"style_transfer"), text_part("file", b"not a file")

    answer = ana.post(url, **multipart(mode, text, file_part("file", data, "image/png"), mode))

    assert answer.status_code == 200, answer.text
    assert ana.get(url).data == data


@each_slot
def test_upload_without_a_file_returns_400_with_the_expected_part(
    ana, work, samples, slot, stored_files
):
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
    assert stored_files() == []


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ([file_part("one", b"x"), file_part("two", b"x")], "The files were sent as `one`, `two`."),
        ([text_part("video", b"x")], "The part `video` was sent as text: it lacks a file name."),
    ],
)
def test_upload_without_the_expected_part_is_told_what_was_sent(ana, work, parts, reason):
    answer = ana.post(f"{work}/media/reference", **multipart(*parts))

    assert answer.status_code == 400
    assert answer.json["error"] == "No file uploaded"
    assert "multipart part `video`" in answer.json["details"]
    assert answer.json["details"].endswith(reason)


def test_expected_part_with_a_type_needs_no_file_name(ana, work, samples):
    header = 'Content-Disposition: form-data; name="video"\r\nContent-Type: video/mp4'
    data = (samples / "video.mp4").read_bytes()

    answer = ana.post(f"{work}/media/reference", **multipart((header, data)))

    assert answer.status_code == 200, answer.text
    assert ana.get(f"{work}/media/reference").data == data


@pytest.mark.parametrize("encoding", ["gzip", "br", "GZIP, identity"])
@pytest.mark.parametrize("content_type", ["application/json", "video/mp4", "multipart"])
def test_compressed_body_returns_415_with_its_encoding(ana, work, samples, content_type, encoding):
    body: dict[str, Any] = {"data": gzip.compress(b"{}"), "content_type": content_type}
    if content_type == "multipart":
        body = multipart(file_part("video", (samples / "video.mp4").read_bytes(), "video/mp4"))
    url = work if content_type == "application/json" else f"{work}/media/reference"

    answer = ana.request("PUT", url, **body, headers={"Content-Encoding": encoding})

    assert answer.status_code == 415
    assert f"Content-Encoding: {encoding.lower()}" in answer.json["details"]
    assert answer.headers["Accept-Encoding"] == "identity"


def test_body_with_the_encoding_identity_is_accepted(ana, work):
    headers = {"Content-Encoding": "identity"}

    assert ana.put(work, json={"name": "Lamp"}, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {"data": b"", "content_type": "video/mp4"},
        multipart(file_part("video", b"", "video/mp4", "clip.mp4")),
    ],
)
def test_upload_of_an_empty_file_returns_400(ana, work, stored_files, body):
    answer = ana.post(f"{work}/media/reference", **body)

    assert answer.status_code == 400
    assert answer.json["error"] == "No file uploaded"
    assert stored_files() == []


MULTIPART = "multipart/form-data; boundary=b"


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (b"", "multipart/form-data"),
        (b"--b\r\n", "multipart/form-data; boundary="),
        (b"--b--\r\n", "multipart/form-data; boundary=" + "b" * 500),
        (b"--\xc3\xa9--\r\n", "multipart/form-data; boundary=\xe9"),
        (b"", MULTIPART),
        (b"garbage", MULTIPART),
        (bytes(range(256)) * 50, MULTIPART),
        (b"--b\r\nno header\r\n\r\nx\r\n--b--\r\n", MULTIPART),
        (b"--b\r\n" + b"A: a\r\n" * 5000 + b"\r\nx\r\n--b--", MULTIPART),
        (b"--b\r\nA: " + b"a" * 50_000 + b"\r\n\r\n--b--", MULTIPART),
        (b"--b\r\nContent-Disposition: \xff\xfe\r\n\r\nx\r\n--b--", MULTIPART),
        (b"--b\r\n\r\nx\r\n" * 500 + b"--b--", MULTIPART),
    ],
    ids=lambda value: repr(value[:40]),
)
def test_malformed_multipart_body_returns_400(ana, work, stored_files, data, content_type):
    answer = ana.post(f"{work}/media/reference", data=data, content_type=content_type)

    assert answer.status_code == 400, answer.text
    assert answer.json.keys() == {"error", "code", "details"}
    assert stored_files() == []


@pytest.mark.parametrize("end", [-4, -6, -500, 200, 40])
def test_truncated_multipart_body_returns_400(ana, work, samples, stored_files, end):
    body = multipart(file_part("video", (samples / "video.mp4").read_bytes(), "video/mp4"))

    answer = ana.post(f"{work}/media/reference", **{**body, "data": body["data"][:end]})

    assert answer.status_code == 400, answer.text
    assert stored_files() == []


@pytest.mark.parametrize("end", [b"", b"\r\nmore" * 9, b"\r\n--b0undary\r\n\r\nmore"])
def test_bytes_after_a_multipart_body_are_ignored(ana, work, samples, end):
    data, url = (samples / "video.mp4").read_bytes(), f"{work}/media/reference"
    body = multipart(file_part("video", data, "video/mp4"))

    answer = ana.post(url, **{**body, "data": body["data"].removesuffix(b"\r\n") + end})

    assert answer.status_code == 200, answer.text
    assert ana.get(url).data == data


@each_slot
def test_rejected_upload_keeps_the_earlier_file(ana, work, samples, stored_files, slot):
    url, sample = f"{work}/{slot.path}", samples / slot.sample
    ana.upload(url, sample, slot.part)
    before, files_before = ana.get(work).data, stored_files()

    for body in (multipart(), multipart(file_part(slot.part, HTML, slot.media_type))):
        assert ana.post(url, **body).status_code in (400, 415)

    assert ana.get(url).data == sample.read_bytes()
    assert ana.get(work).data == before
    assert stored_files() == files_before


@each_slot
def test_deleting_media_removes_the_file(ana, work, samples, stored_files, slot):
    url = f"{work}/{slot.path}"
    ana.upload(url, samples / slot.sample, slot.part)

    answer = ana.delete(url)

    assert answer.status_code == 204
    assert answer.data == b""
    assert ana.get(url).status_code == ana.request("HEAD", url).status_code == 404
    assert ana.delete(url).status_code == 404
    assert stored_files() == []


INDEXES = ["-1", "1000", "01", "1.0", "0x1", "1e1", "a", "%D9%A1", "%EF%BC%91", "+1", "1%00"]


@pytest.mark.parametrize("index", [*INDEXES, "%20", "9" * 5000, "..", "%2e%2e"])
def test_scene_index_other_than_0_to_999_returns_400(ana, work, samples, stored_files, index):
    data = (samples / "image.png").read_bytes()
    for method in ("POST", "PUT", "GET", "HEAD", "DELETE"):
        answer = ana.request(method, f"{work}/media/scene/{index}/image", data=data)

        assert answer.status_code == 400
    assert stored_files() == []


def test_scene_index_999_is_accepted(ana, work, samples):
    answer = ana.upload(f"{work}/media/scene/999/image", samples / "image.png")

    assert answer.status_code == 200


@each_slot
def test_media_of_a_missing_work_or_of_another_user_return_404(
    ana, ben, project, work, samples, slot
):
    sample = samples / slot.sample

    assert ana.upload(f"{project}/works/work_none/{slot.path}", sample).status_code == 404
    assert ben.upload(f"{work}/{slot.path}", sample).status_code == 404
    assert ben.delete(f"{work}/{slot.path}").status_code == 404


@each_slot
def test_changing_media_requires_works_write(ana, work, samples, slot):
    reader, url = ana.with_scopes("works:read"), f"{work}/{slot.path}"

    assert reader.upload(url, samples / slot.sample).status_code == 403
    assert reader.delete(url).status_code == 403
    assert ana.client.put(f"{url}?token={ana.token}", data=b"x").status_code == 401
