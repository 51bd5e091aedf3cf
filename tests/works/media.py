"""The slots for media, and files that are not what they say."""

from typing import NamedTuple


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
XML = b'<?xml version="1.0"?>' + SVG
PDF = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\n"
TEXT = b"Just some words, long enough to look like a file.\n" * 20
SCRIPT = b"#!/bin/sh\nrm -rf /\n"
ZIP = b"PK\x03\x04" + bytes(60)
DISGUISED = {
    "html": HTML,
    "svg": SVG,
    "xml": XML,
    "pdf": PDF,
    "text": TEXT,
    "script": SCRIPT,
    "zip": ZIP,
    "zeros": bytes(4096),
    "one byte": b"\x00",
}


def multipart(*parts: tuple[str, bytes], boundary: str = "b0undary") -> dict[str, object]:
    """A multipart body made by hand, of (headers of the part, its content)."""
    body = b"".join(
        b"--%b\r\n%b\r\n\r\n%b\r\n" % (boundary.encode(), headers.encode(), content)
        for headers, content in parts
    )
    data = body + f"--{boundary}--\r\n".encode()
    return {"data": data, "content_type": f"multipart/form-data; boundary={boundary}"}


def file_part(name: str, content: bytes, *, kind: str = "", filename: str = "blob") -> object:
    """A part of a multipart body with a file in it."""
    headers = f'Content-Disposition: form-data; name="{name}"; filename="{filename}"'
    return (f"{headers}\r\nContent-Type: {kind}" if kind else headers), content
