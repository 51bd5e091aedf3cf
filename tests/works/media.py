"""The slots for media, multipart bodies made by hand, and files that are not what they say."""

from typing import Any, NamedTuple

Part = tuple[str, bytes]  # the headers of a multipart part, and its content


class Kind(NamedTuple):
    """A slot: its address under the work, its part name, a file for it and that file's type."""

    path: str
    part: str
    sample: str
    type: str


REFERENCE = Kind("media/reference", "video", "video.mp4", "video/mp4")
IMAGE = Kind("media/scene/0/image", "file", "image.png", "image/png")
VIDEO = Kind("media/scene/7/video", "file", "video.webm", "video/webm")
AUDIO = Kind("media/audio", "audio", "audio.mp3", "audio/mpeg")
SLOTS = (REFERENCE, IMAGE, VIDEO, AUDIO)

HTML = b"<!doctype html><html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
TEXT = b"Just some words, long enough to look like a file.\n" * 20
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
    """A body of these parts and its content type."""
    body = b"".join(
        b"--b0undary\r\n%b\r\n\r\n%b\r\n" % (headers.encode(), content)
        for headers, content in parts
    )
    kind = "multipart/form-data; boundary=b0undary"
    return {"data": body + b"--b0undary--\r\n", "content_type": kind}


def file_part(name: str, content: bytes, kind: str = "", filename: str = "blob") -> Part:
    """A part with a file in it."""
    headers = f'Content-Disposition: form-data; name="{name}"; filename="{filename}"'
    return (f"{headers}\r\nContent-Type: {kind}" if kind else headers), content


def text_part(name: str, text: bytes) -> Part:
    """A part with a text field in it."""
    return f'Content-Disposition: form-data; name="{name}"', text
