"""Extracting base64 data from a JSON stream, so that only the rest of it is kept in memory."""

import base64
import json
import os
from collections.abc import Iterator

import pytest

from providers.base64_stream import Base64Decoder, extract_base64

VIDEO = os.urandom(5000)
RESPONSE = {
    "id": "a",
    "note": 'with "data": in it, and \\ and "',
    "steps": [
        {"type": "image", "data": base64.b64encode(b"png").decode()},
        {"type": "video", "data": base64.b64encode(VIDEO).decode(), "mime_type": "video/mp4"},
    ],
    "status": "completed",
}


def chunks(text: bytes, size: int) -> Iterator[bytes]:
    return (text[i : i + size] for i in range(0, len(text), size))


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 1000, 100_000])
@pytest.mark.parametrize("indent", [None, 2])
def test_extracted_data_is_replaced_by_its_index(size, indent):
    rest = json.loads(extract_base64(chunks(json.dumps(RESPONSE, indent=indent).encode(), size)))

    assert [step["data"] for step in rest["steps"]] == ["0", "1"]
    assert rest["note"] == RESPONSE["note"]
    assert rest["status"] == "completed"


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 64, 1000, 100_000])
@pytest.mark.parametrize("padding", [b"=", b"\\u003d"])
def test_extracted_data_is_decoded_unchanged(size, padding):
    text = json.dumps(RESPONSE).replace("/", "\\/").encode().replace(b"=", padding)
    video = bytearray()
    decoder = Base64Decoder(video.extend)

    def decode_video(index: int, chunk: bytes) -> None:
        if index == 1:
            decoder.feed(chunk)

    extract_base64(chunks(text, size), decode_video)

    assert video == VIDEO
    assert decoder.size == len(VIDEO)


@pytest.mark.parametrize("text", [b"AAA", b"AA=A", b"%%%%", b"AAAA\\n"])
def test_invalid_base64_raises_value_error(text):
    decoder = Base64Decoder(bytearray().extend)

    with pytest.raises(ValueError, match=r"."):
        extract_base64(iter([b'{"data": "', text, b'"}']), lambda _, chunk: decoder.feed(chunk))


def test_more_than_4_mb_besides_the_extracted_data_raises_value_error():
    with pytest.raises(ValueError, match="more than 4 MB"):
        extract_base64(iter([b" " * (1 << 20)] * 10))
