"""Reading JSON with a film in it, of which the film passes by."""

import base64
import json
import os
from collections.abc import Iterator

import pytest

from providers.base64_stream import Base64Decoder, extract_base64

FILM = os.urandom(5000)
ANSWER = {
    "id": "a",
    "note": 'with "data": in it, and \\ and "',
    "steps": [
        {"type": "image", "data": base64.b64encode(b"png").decode()},
        {"type": "video", "data": base64.b64encode(FILM).decode(), "mime_type": "video/mp4"},
    ],
    "status": "completed",
}


def pieces(text: bytes, size: int) -> Iterator[bytes]:
    return (text[i : i + size] for i in range(0, len(text), size))


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 1000, 100_000])
@pytest.mark.parametrize("indent", [None, 2])
def test_only_the_numbers_of_the_films_stay(size: int, indent: int | None) -> None:
    rest = json.loads(extract_base64(pieces(json.dumps(ANSWER, indent=indent).encode(), size)))

    assert [step["data"] for step in rest["steps"]] == ["0", "1"]
    assert rest["note"] == ANSWER["note"]
    assert rest["status"] == "completed"


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 64, 1000, 100_000])
@pytest.mark.parametrize("escape", [b"=", b"\\u003d"])
def test_a_film_comes_out_as_it_was(size: int, escape: bytes) -> None:
    text = json.dumps(ANSWER).replace("/", "\\/").encode().replace(b"=", escape)
    film = bytearray()
    decoder = Base64Decoder(film.extend)

    def keep(number: int, piece: bytes) -> None:
        if number == 1:
            decoder.feed(piece)

    extract_base64(pieces(text, size), keep)

    assert film == FILM
    assert decoder.size == len(FILM)


@pytest.mark.parametrize("text", [b"AAA", b"AA=A", b"%%%%", b"AAAA\\n"])
def test_a_film_that_is_no_base64_is_refused(text: bytes) -> None:
    decoder = Base64Decoder(bytearray().extend)

    with pytest.raises(ValueError, match=r"."):
        extract_base64(iter([b'{"data": "', text, b'"}']), lambda _, piece: decoder.feed(piece))


def test_too_much_beside_the_film_is_refused() -> None:
    with pytest.raises(ValueError, match="more than 4 MB"):
        extract_base64(iter([b" " * (1 << 20)] * 10))
