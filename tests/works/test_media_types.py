"""Media types: which are accepted, how they are detected, and content that is not media."""

import pytest

from tests.works.media import (
    AUDIO,
    DISGUISED,
    IMAGE,
    REFERENCE,
    SLOTS,
    TELEPHONE,
    VIDEO,
    file_part,
    multipart,
    slot_id,
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
REFERENCES = [
    (REFERENCE, sample, media_type) for slot, sample, media_type in TYPES if slot is VIDEO
]
UNDECLARED = [None, "", "application/octet-stream", "application/x-www-form-urlencoded"]


@pytest.mark.parametrize(
    ("slot", "sample", "media_type"),
    [*TYPES, *REFERENCES, (AUDIO, "audio.m4a", "audio/x-m4a")],
    ids=slot_id,
)
def test_media_are_served_with_the_declared_type(ana, work, samples, slot, sample, media_type):
    url = f"{work}/{slot.path}"

    answer = ana.upload(url, samples / sample, slot.part, media_type)

    assert answer.status_code == 200, answer.text
    assert ana.get(url).content_type == media_type


@pytest.mark.parametrize(("slot", "sample", "media_type"), TYPES, ids=slot_id)
def test_media_type_is_detected_if_none_is_declared(ana, work, samples, slot, sample, media_type):
    url, data = f"{work}/{slot.path}", (samples / sample).read_bytes()
    raw = [{"data": data, "content_type": declared} for declared in UNDECLARED]
    parts = [
        multipart(file_part(slot.part, data, declared)) for declared in ("", UNDECLARED[2] or "")
    ]

    for body in raw + parts:
        answer = ana.post(url, **body)

        assert answer.status_code == 200, answer.text
        assert ana.get(url).content_type == media_type
        assert ana.delete(url).status_code == 204


@pytest.mark.parametrize(
    ("slot", "sample", "alias", "media_type"),
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
    ids=slot_id,
)
def test_aliases_of_media_types_are_accepted(ana, work, samples, slot, sample, alias, media_type):
    url = f"{work}/{slot.path}"

    answer = ana.put(url, data=(samples / sample).read_bytes(), content_type=alias)

    assert answer.status_code == 200, answer.text
    assert ana.get(url).content_type == media_type


@pytest.mark.parametrize("content", DISGUISED.values(), ids=DISGUISED)
def test_content_that_is_not_media_returns_415(ana, work, stored_files, content):
    for slot in SLOTS:
        for media_type in (slot.media_type, "", "application/octet-stream"):
            raw = {"data": content, "content_type": media_type}
            for body in (raw, multipart(file_part(slot.part, content, media_type))):
                answer = ana.post(f"{work}/{slot.path}", **body)

                assert answer.status_code == 415, (slot.path, media_type, answer.text)
                assert answer.json["error"] == "Unsupported media type"
    assert stored_files() == []


@pytest.mark.parametrize(
    ("slot", "sample", "media_type"),
    [
        (VIDEO, "image.png", "image/png"),
        (VIDEO, "image.png", "video/mp4"),
        (VIDEO, "video.webm", "video/mp4"),
        (VIDEO, "video.mp4", "video/webm"),
        (VIDEO, "audio.mp3", "audio/mpeg"),
        (VIDEO, "video.mp4", "text/html"),
        (VIDEO, "video.mp4", "application/pdf"),
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
    ids=slot_id,
)
def test_media_of_another_type_than_the_slot_or_the_declared_return_415(
    ana, work, samples, stored_files, slot, sample, media_type
):
    data = (samples / sample).read_bytes()

    answer = ana.put(f"{work}/{slot.path}", data=data, content_type=media_type)

    assert answer.status_code == 415, answer.text
    assert stored_files() == []


@pytest.mark.parametrize(
    "media_type", ["text/html", "image/svg+xml", "text/plain", "application/pdf"]
)
def test_declared_type_that_is_not_media_returns_415(ana, work, media_type):
    for content in DISGUISED.values():
        answer = ana.put(f"{work}/{IMAGE.path}", data=content, content_type=media_type)

        assert answer.status_code == 415
        assert media_type in answer.json["details"]


@pytest.mark.parametrize(
    ("slot", "uploads"),
    [
        (REFERENCE, ["video.mp4", "video.webm", "video.mov", "video.avi", "video.mp4"]),
        (VIDEO, ["video.avi", "video.mp4", "video.mp4"]),
        (IMAGE, ["image.png", "image.jpg", "image.webp", "image.png"]),
        (AUDIO, ["audio.m4a", "audio.mp3", "audio.wav", "audio.ogg", "audio.weba"]),
    ],
    ids=slot_id,
)
def test_upload_replaces_an_earlier_file_of_any_type(
    ana, work, samples, stored_files, slot, uploads
):
    for sample in uploads:
        data = (samples / sample).read_bytes()

        ana.put(f"{work}/{slot.path}", data=data)

        assert ana.get(f"{work}/{slot.path}").data == data
        assert len(stored_files()) == 1


def test_heic_for_a_scene_becomes_a_jpeg(ana, work):
    sent = multipart(file_part("file", TELEPHONE, "image/heic", "IMG_7.HEIC"))

    assert ana.post(f"{work}/{IMAGE.path}", **sent).status_code == 200

    assert ana.get(f"{work}/{IMAGE.path}").mimetype == "image/jpeg"
