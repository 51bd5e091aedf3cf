"""Uploads: how files come in, what is taken, and what is left of those that are not."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from config import Settings
from tests.people import Person
from tests.works.media import AUDIO, DISGUISED, HTML, IMAGE, REFERENCE, SLOTS, SVG, TEXT, VIDEO, Kind
from tests.works.media import file_part, multipart

Files = Callable[[], list[str]]

VIDEO_TYPES = [
    ("mp4", "video/mp4"),
    ("webm", "video/webm"),
    ("mov", "video/quicktime"),
    ("avi", "video/x-msvideo"),
]
IMAGE_TYPES = [("png", "image/png"), ("jpg", "image/jpeg"), ("webp", "image/webp")]
AUDIO_TYPES = [
    ("mp3", "audio/mpeg"),
    ("m4a", "audio/mp4"),
    ("m4a", "audio/x-m4a"),
    ("wav", "audio/wav"),
    ("ogg", "audio/ogg"),
    ("weba", "audio/webm"),
]


@pytest.fixture
def files(settings: Settings, work: str) -> Files:
    """The names of all files of the work, temporary ones included, but for the lock."""
    home = settings.data_dir / work.removeprefix("/api/")
    return lambda: sorted(path.name for path in home.rglob("*") if path.name not in LASTING)


LASTING = {".lock", "work.json", "media"}


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
    "kind", [None, "", "application/octet-stream", "application/x-www-form-urlencoded"]
)
@pytest.mark.parametrize("slot", SLOTS)
def test_a_raw_body_of_no_told_type_is_recognised(
    ana: Person, work: str, samples: Path, slot: Kind, kind: str | None
) -> None:
    url = f"{work}/{slot.path}"

    ana.put(url, data=(samples / slot.sample).read_bytes(), content_type=kind)

    assert ana.get(url).content_type == slot.type


@pytest.mark.parametrize("kind", ["", "application/octet-stream"])
@pytest.mark.parametrize("slot", SLOTS)
def test_a_part_of_no_told_type_is_recognised(
    ana: Person, work: str, samples: Path, slot: Kind, kind: str
) -> None:
    url, data = f"{work}/{slot.path}", (samples / slot.sample).read_bytes()

    answer = ana.post(url, **multipart(file_part(slot.part, data, kind=kind)))

    assert answer.status_code == 200, answer.text
    assert ana.get(url).content_type == slot.type


@pytest.mark.parametrize(
    "filename", ["blob", "clip", "clip.txt", "../../../etc/passwd", "a/b.png", "視頻", '\\".mp4']
)
def test_the_file_name_does_not_matter(
    ana: Person, work: str, samples: Path, files: Files, filename: str
) -> None:
    data = (samples / "video.mp4").read_bytes()
    part = file_part("video", data, kind="video/mp4", filename=filename)

    answer = ana.post(f"{work}/media/reference", **multipart(part))

    assert answer.status_code == 200, answer.text
    assert files() == ["reference.mp4"]


@pytest.mark.parametrize(
    ("slot", "sample", "kind"),
    [
        *((REFERENCE, f"video.{end}", kind) for end, kind in VIDEO_TYPES),
        *((VIDEO, f"video.{end}", kind) for end, kind in VIDEO_TYPES),
        *((IMAGE, f"image.{end}", kind) for end, kind in IMAGE_TYPES),
        *((AUDIO, f"audio.{end}", kind) for end, kind in AUDIO_TYPES),
    ],
)
def test_each_type_is_taken_and_served_as_what_it_was_called(
    ana: Person, work: str, samples: Path, slot: Kind, sample: str, kind: str
) -> None:
    url = f"{work}/{slot.path}"

    answer = ana.upload(url, samples / sample, slot.part, kind)

    assert answer.status_code == 200, answer.text
    assert ana.get(url).content_type == kind


@pytest.mark.parametrize(
    ("slot", "sample", "kind"),
    [
        *((VIDEO, f"video.{end}", kind) for end, kind in VIDEO_TYPES),
        *((IMAGE, f"image.{end}", kind) for end, kind in IMAGE_TYPES),
        *((AUDIO, f"audio.{end}", kind) for end, kind in AUDIO_TYPES if kind != "audio/x-m4a"),
    ],
)
def test_each_type_is_recognised_by_its_first_bytes(
    ana: Person, work: str, samples: Path, slot: Kind, sample: str, kind: str
) -> None:
    url = f"{work}/{slot.path}"

    ana.put(url, data=(samples / sample).read_bytes())

    assert ana.get(url).content_type == kind


@pytest.mark.parametrize(
    ("slot", "sample", "alias", "kind"),
    [
        (AUDIO, "audio.wav", "audio/x-wav", "audio/wav"),
        (AUDIO, "audio.wav", "audio/wave", "audio/wav"),
        (AUDIO, "audio.wav", "audio/vnd.wave", "audio/wav"),
        (AUDIO, "audio.mp3", "audio/mp3", "audio/mpeg"),
        (AUDIO, "audio.ogg", "audio/ogg; codecs=vorbis", "audio/ogg"),
        (AUDIO, "audio.weba", "Audio/WebM;codecs=opus", "audio/webm"),
        (IMAGE, "image.jpg", "image/jpg", "image/jpeg"),
        (VIDEO, "video.avi", "video/avi", "video/x-msvideo"),
        (VIDEO, "video.mp4", "VIDEO/MP4", "video/mp4"),
    ],
)
def test_other_names_of_a_type_are_understood(
    ana: Person, work: str, samples: Path, slot: Kind, sample: str, alias: str, kind: str
) -> None:
    url = f"{work}/{slot.path}"

    answer = ana.put(url, data=(samples / sample).read_bytes(), content_type=alias)

    assert answer.status_code == 200, answer.text
    assert ana.get(url).content_type == kind


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
    wanted = file_part("video", data, kind="video/mp4")
    other = file_part("thumbnail", (samples / "image.png").read_bytes(), kind="image/png")

    for parts in [(wanted, other), (other, wanted), (other, wanted, other)]:
        answer = ana.post(url, **multipart(*parts))

        assert answer.status_code == 200, answer.text
        assert ana.get(url).data == data


def test_text_fields_beside_the_file_are_ignored(ana: Person, work: str, samples: Path) -> None:
    data = (samples / "image.png").read_bytes()
    text = ('Content-Disposition: form-data; name="file"', b"not a file")
    mode = ('Content-Disposition: form-data; name="mode"', b"style_transfer")
    image = file_part("file", data, kind="image/png")

    answer = ana.post(f"{work}/{IMAGE.path}", **multipart(mode, text, image, mode))

    assert answer.status_code == 200, answer.text
    assert ana.get(f"{work}/{IMAGE.path}").data == data


@pytest.mark.parametrize("slot", SLOTS)
def test_without_a_file_the_expected_part_is_named(
    ana: Person, work: str, samples: Path, slot: Kind, files: Files
) -> None:
    data = (samples / slot.sample).read_bytes()
    first, second = file_part("one", data), file_part("two", data)
    text = (f'Content-Disposition: form-data; name="{slot.part}"', b"no file")
    nothing = file_part(slot.part, b"", filename="")

    bodies: list[dict[str, Any]] = [
        multipart(first, second),
        multipart(text),
        multipart(),
        multipart(nothing),
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
        {"data": {"video": (BytesIO(b""), "clip.mp4", "video/mp4")}},
    ],
)
def test_an_empty_file_is_refused(
    ana: Person, work: str, files: Files, body: dict[str, Any]
) -> None:
    answer = ana.post(f"{work}/media/reference", **body)

    assert answer.status_code == 400
    assert answer.json["error"] == "No file uploaded"
    assert files() == []


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "multipart/form-data"),
        (b"--b\r\n", "multipart/form-data; boundary="),
        (b"", "multipart/form-data; boundary=b"),
        (b"garbage", "multipart/form-data; boundary=b"),
        (bytes(range(256)) * 50, "multipart/form-data; boundary=b"),
        (b"--b\r\nno header\r\n\r\nx\r\n--b--\r\n", "multipart/form-data; boundary=b"),
        (b"--b\r\n" + b"A: a\r\n" * 5000 + b"\r\nx\r\n--b--", "multipart/form-data; boundary=b"),
        (b"--b\r\nA: " + b"a" * 50_000 + b"\r\n\r\n--b--", "multipart/form-data; boundary=b"),
        (b"--b\r\nContent-Disposition: \xff\xfe\r\n\r\nx\r\n--b--", "multipart/form-data; boundary=b"),
        (b"--b--\r\n", "multipart/form-data; boundary=" + "b" * 500),
        (b"--\xc3\xa9--\r\n", "multipart/form-data; boundary=\xe9"),
    ],
    ids=lambda value: repr(value[:40]),
)
def test_a_malformed_multipart_body_is_refused(
    ana: Person, work: str, files: Files, data: bytes, kind: str
) -> None:
    answer = ana.post(f"{work}/media/reference", data=data, content_type=kind)

    assert answer.status_code == 400, answer.text
    assert set(answer.json) == {"error", "details"}
    assert files() == []


@pytest.mark.parametrize("cut", [1, 3, 8, 12, 500, -200])
def test_a_multipart_body_that_ends_early_is_refused(
    ana: Person, work: str, samples: Path, files: Files, cut: int
) -> None:
    body = multipart(file_part("video", (samples / "video.mp4").read_bytes(), kind="video/mp4"))
    cut_off = {**body, "data": body["data"][:-cut]}  # type: ignore[index]

    answer = ana.post(f"{work}/media/reference", **cut_off)

    whole = cut <= len(b"\r\n")
    assert answer.status_code == (200 if 0 < cut and whole else 400), answer.text
    assert files() == (["reference.mp4"] if answer.status_code == 200 else [])


def test_what_follows_a_multipart_body_is_ignored(ana: Person, work: str, samples: Path) -> None:
    body = multipart(file_part("video", (samples / "video.mp4").read_bytes(), kind="video/mp4"))

    answer = ana.post(f"{work}/media/reference", **{**body, "data": body["data"] + b"more\r\n" * 9})  # type: ignore[operator]

    assert answer.status_code == 200
    assert ana.get(f"{work}/media/reference").data == (samples / "video.mp4").read_bytes()


@pytest.mark.parametrize("content", DISGUISED.values(), ids=DISGUISED)
@pytest.mark.parametrize("slot", SLOTS)
def test_a_file_in_disguise_is_refused(
    ana: Person, work: str, files: Files, slot: Kind, content: bytes
) -> None:
    for kind in (slot.type, "", "application/octet-stream"):
        raw = ana.put(f"{work}/{slot.path}", data=content, content_type=kind)
        part = ana.post(
            f"{work}/{slot.path}", **multipart(file_part(slot.part, content, kind=kind))
        )

        assert (raw.status_code, part.status_code) == (415, 415), (raw.text, part.text)
        assert raw.json["error"] == part.json["error"] == "Unsupported media type"
    assert files() == []


@pytest.mark.parametrize(
    ("slot", "sample", "kind"),
    [
        (VIDEO, "image.png", "image/png"),
        (VIDEO, "image.png", "video/mp4"),
        (VIDEO, "video.webm", "video/mp4"),
        (VIDEO, "video.mp4", "video/webm"),
        (VIDEO, "audio.mp3", "audio/mpeg"),
        (VIDEO, "video.mp4", "text/html"),
        (VIDEO, "video.mp4", "application/json"),
        (VIDEO, "video.mp4", "nonsense"),
        (REFERENCE, "image.jpg", ""),
        (IMAGE, "image.gif", "image/gif"),
        (IMAGE, "image.gif", ""),
        (IMAGE, "image.png", "image/jpeg"),
        (IMAGE, "image.png", "image/svg+xml"),
        (IMAGE, "video.mp4", "video/mp4"),
        (AUDIO, "image.png", "audio/mpeg"),
        (AUDIO, "audio.wav", "audio/mpeg"),
        (AUDIO, "video.avi", "audio/wav"),
        (AUDIO, "video.avi", ""),
    ],
)
def test_a_file_of_another_type_is_refused(
    ana: Person, work: str, samples: Path, files: Files, slot: Kind, sample: str, kind: str
) -> None:
    data = (samples / sample).read_bytes()

    answer = ana.put(f"{work}/{slot.path}", data=data, content_type=kind)

    assert answer.status_code == 415, answer.text
    assert files() == []


@pytest.mark.parametrize("content", [HTML, SVG, TEXT])
def test_what_says_itself_that_it_is_no_media_is_refused(
    ana: Person, work: str, content: bytes
) -> None:
    for kind in ("text/html", "image/svg+xml", "text/plain", "application/pdf"):
        answer = ana.put(f"{work}/{IMAGE.path}", data=content, content_type=kind)

        assert answer.status_code == 415
        assert kind in answer.json["details"]


@pytest.mark.parametrize("slot", SLOTS)
def test_a_refused_upload_leaves_the_earlier_file(
    ana: Person, work: str, samples: Path, files: Files, slot: Kind
) -> None:
    url, sample = f"{work}/{slot.path}", samples / slot.sample
    ana.upload(url, sample, slot.part)
    before, present = ana.get(work).data, files()

    for body in (multipart(), multipart(file_part(slot.part, HTML, kind=slot.type))):
        assert ana.post(url, **body).status_code in (400, 415)

    assert ana.get(url).data == sample.read_bytes()
    assert ana.get(work).data == before
    assert files() == present


@pytest.mark.parametrize(
    ("slot", "samples_in_turn"),
    [
        (REFERENCE, ["video.mp4", "video.webm", "video.mov", "video.avi", "video.mp4"]),
        (VIDEO, ["video.avi", "video.mp4", "video.mp4"]),
        (IMAGE, ["image.png", "image.jpg", "image.webp", "image.png"]),
        (AUDIO, ["audio.m4a", "audio.mp3", "audio.wav", "audio.ogg", "audio.weba"]),
    ],
)
def test_a_new_upload_replaces_the_earlier_one_whatever_its_type(
    ana: Person, work: str, samples: Path, files: Files, slot: Kind, samples_in_turn: list[str]
) -> None:
    url = f"{work}/{slot.path}"
    for sample in samples_in_turn:
        data = (samples / sample).read_bytes()

        ana.put(url, data=data)

        assert ana.get(url).data == data
        assert len(files()) == 1


@pytest.mark.parametrize("slot", SLOTS)
def test_deleted_is_gone(
    ana: Person, work: str, samples: Path, files: Files, slot: Kind
) -> None:
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
@pytest.mark.parametrize("method", ["POST", "PUT", "GET", "HEAD", "DELETE"])
def test_a_scene_index_is_a_plain_number_below_1000(
    ana: Person, work: str, samples: Path, files: Files, index: str, method: str
) -> None:
    data = (samples / "image.png").read_bytes()

    answer = ana.request(method, f"{work}/media/scene/{index}/image", data=data)

    assert answer.status_code in (400, 404)
    assert answer.status_code == 400 or "." in index
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
def test_needs_the_scope_to_write(
    ana: Person, work: str, samples: Path, slot: Kind
) -> None:
    reader, url = ana.with_scopes("works:read"), f"{work}/{slot.path}"

    assert reader.upload(url, samples / slot.sample).status_code == 403
    assert reader.delete(url).status_code == 403
    assert ana.client.put(f"{url}?token={ana.token}", data=b"x").status_code == 401
