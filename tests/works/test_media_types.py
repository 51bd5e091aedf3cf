"""Types of media: which are taken, how one is found out, and what is no media at all."""

from pathlib import Path

import pytest

from tests.people import Person
from tests.works.conftest import Files
from tests.works.media import (
    AUDIO,
    DISGUISED,
    IMAGE,
    REFERENCE,
    SLOTS,
    VIDEO,
    Kind,
    file_part,
    multipart,
)

TYPES = [
    (VIDEO, "video.mp4", "video/mp4"),
    (VIDEO, "video.webm", "video/webm"),
    (VIDEO, "video.mov", "video/quicktime"),
    (VIDEO, "video.avi", "video/x-msvideo"),
    (IMAGE, "image.png", "image/png"),
    (IMAGE, "image.jpg", "image/jpeg"),
    (IMAGE, "image.webp", "image/webp"),
    (AUDIO, "audio.mp3", "audio/mpeg"),
    (AUDIO, "audio.m4a", "audio/mp4"),
    (AUDIO, "audio.wav", "audio/wav"),
    (AUDIO, "audio.ogg", "audio/ogg"),
    (AUDIO, "audio.weba", "audio/webm"),
]
REFERENCES = [(REFERENCE, sample, kind) for slot, sample, kind in TYPES if slot is VIDEO]
UNTOLD = [None, "", "application/octet-stream", "application/x-www-form-urlencoded"]


@pytest.mark.parametrize(
    ("slot", "sample", "kind"), [*TYPES, *REFERENCES, (AUDIO, "audio.m4a", "audio/x-m4a")]
)
def test_is_served_as_what_it_was_called(
    ana: Person, work: str, samples: Path, slot: Kind, sample: str, kind: str
) -> None:
    url = f"{work}/{slot.path}"

    answer = ana.upload(url, samples / sample, slot.part, kind)

    assert answer.status_code == 200, answer.text
    assert ana.get(url).content_type == kind


@pytest.mark.parametrize(("slot", "sample", "kind"), TYPES)
def test_is_recognised_where_nobody_says(
    ana: Person, work: str, samples: Path, slot: Kind, sample: str, kind: str
) -> None:
    url, data = f"{work}/{slot.path}", (samples / sample).read_bytes()
    raw = [{"data": data, "content_type": told} for told in UNTOLD]
    parts = [multipart(file_part(slot.part, data, told)) for told in ("", UNTOLD[2] or "")]

    for body in raw + parts:
        answer = ana.post(url, **body)

        assert answer.status_code == 200, answer.text
        assert ana.get(url).content_type == kind
        assert ana.delete(url).status_code == 204


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
        (VIDEO, "video.avi", "video/vnd.avi", "video/x-msvideo"),
        (VIDEO, "video.avi", "video/msvideo", "video/x-msvideo"),
        (AUDIO, "audio.m4a", "audio/m4a", "audio/x-m4a"),
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


@pytest.mark.parametrize("content", DISGUISED.values(), ids=DISGUISED)
@pytest.mark.parametrize("slot", SLOTS)
def test_a_file_in_disguise_is_refused(
    ana: Person, work: str, files: Files, slot: Kind, content: bytes
) -> None:
    for kind in (slot.type, "", "application/octet-stream"):
        raw = {"data": content, "content_type": kind}
        for body in (raw, multipart(file_part(slot.part, content, kind))):
            answer = ana.post(f"{work}/{slot.path}", **body)

            assert answer.status_code == 415, answer.text
            assert answer.json["error"] == "Unsupported media type"
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


@pytest.mark.parametrize("kind", ["text/html", "image/svg+xml", "text/plain", "application/pdf"])
def test_what_says_itself_that_it_is_no_media_is_refused(ana: Person, work: str, kind: str) -> None:
    for content in DISGUISED.values():
        answer = ana.put(f"{work}/{IMAGE.path}", data=content, content_type=kind)

        assert answer.status_code == 415
        assert kind in answer.json["details"]


@pytest.mark.parametrize(
    ("slot", "in_turn"),
    [
        (REFERENCE, ["video.mp4", "video.webm", "video.mov", "video.avi", "video.mp4"]),
        (VIDEO, ["video.avi", "video.mp4", "video.mp4"]),
        (IMAGE, ["image.png", "image.jpg", "image.webp", "image.png"]),
        (AUDIO, ["audio.m4a", "audio.mp3", "audio.wav", "audio.ogg", "audio.weba"]),
    ],
)
def test_a_new_upload_replaces_the_earlier_one_whatever_its_type(
    ana: Person, work: str, samples: Path, files: Files, slot: Kind, in_turn: list[str]
) -> None:
    for sample in in_turn:
        data = (samples / sample).read_bytes()

        ana.put(f"{work}/{slot.path}", data=data)

        assert ana.get(f"{work}/{slot.path}").data == data
        assert len(files()) == 1
