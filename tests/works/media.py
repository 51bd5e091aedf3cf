"""Media slots, multipart bodies built by hand, and content that is not media."""

from pathlib import Path
from typing import Any, NamedTuple

import pytest

Part = tuple[str, bytes]  # the headers of a multipart part, and its content


class Slot(NamedTuple):
    """A media slot of a work, with a sample file for it."""

    path: str  # relative to the URL of the work
    part: str  # the name of its multipart part
    sample: str
    media_type: str  # of the sample


REFERENCE = Slot("media/reference", "video", "video.mp4", "video/mp4")
IMAGE = Slot("media/scene/0/image", "file", "image.png", "image/png")
VIDEO = Slot("media/scene/7/video", "file", "video.webm", "video/webm")
AUDIO = Slot("media/audio", "audio", "audio.mp3", "audio/mpeg")
SLOTS = (REFERENCE, IMAGE, VIDEO, AUDIO)


def slot_id(value: object) -> str | None:
    """Return the name of a slot, for ids of parametrized tests; None for other values."""
    return value.path.rpartition("/")[2] if isinstance(value, Slot) else None


each_slot = pytest.mark.parametrize("slot", SLOTS, ids=slot_id)

HTML = b"<!doctype html><html><script>alert(1)</script></html>"
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(64)  # the beginning of one
AVIF = HEIC.replace(b"heic", b"avif")
TELEPHONE = (Path(__file__).parent.parent / "media/telephone.heic").read_bytes()  # tiled, turned
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
TEXT = b"Just some words, long enough to look like a file.\n" * 20
# Content that is not media, by name; in tests it is uploaded as media.
DISGUISED = {
    "html": HTML,
    "svg": SVG,
    "xml": b'<?xml version="1.0"?>' + SVG,
    "pdf": b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\n",
    "text": TEXT,
    "script": b"#!/bin/sh\nrm -rf /\n",
    "zip": b"PK\x03\x04" + bytes(60),
    "zeros": bytes(4096),
    "one byte": b"\x00",
}


def multipart(*parts: Part) -> dict[str, Any]:
    """Return a body with these parts and its content type, as arguments for a request."""
    body = b"".join(
        b"--b0undary\r\n%b\r\n\r\n%b\r\n" % (headers.encode(), content)
        for headers, content in parts
    )
    content_type = "multipart/form-data; boundary=b0undary"
    return {"data": body + b"--b0undary--\r\n", "content_type": content_type}


def file_part(name: str, content: bytes, media_type: str = "", filename: str = "blob") -> Part:
    """Return a part that contains a file."""
    headers = f'Content-Disposition: form-data; name="{name}"; filename="{filename}"'
    return (f"{headers}\r\nContent-Type: {media_type}" if media_type else headers), content


def text_part(name: str, text: bytes) -> Part:
    """Return a part that contains a text field."""
    return f'Content-Disposition: form-data; name="{name}"', text
