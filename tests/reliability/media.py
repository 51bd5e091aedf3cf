"""Files that show by themselves which version they are and whether they are whole."""

import hashlib
import random

_HEADS = {
    "video/mp4": b"\0\0\0\x18ftypisom\0\0\0\0isommp42",
    "video/quicktime": b"\0\0\0\x14ftypqt  \0\0\0\0qt  ",
}
BOUNDARY = "a-boundary-that-is-in-no-file"


def sealed(version: int, size: int, kind: str = "video/mp4") -> bytes:
    """A file of about this size: a real header, its version, noise, and the SHA-256 of all that."""
    noise = random.Random(version).randbytes(1024) * (size // 1024)
    content = _HEADS[kind] + b"version %8d" % version + noise
    return content + hashlib.sha256(content).digest()


def version_of(data: bytes) -> int:
    """Which version a file is of; fails for one that is torn or a mixture."""
    content, digest = data[:-32], data[-32:]
    assert hashlib.sha256(content).digest() == digest, f"a torn file of {len(data)} bytes"
    return int(content.partition(b"version ")[2][:8])


def as_part(data: bytes, kind: str = "video/mp4", name: str = "file") -> bytes:
    """A multipart body with the file as its only part."""
    head = (
        f"--{BOUNDARY}\r\nContent-Type: {kind}\r\n"
        f'Content-Disposition: form-data; name="{name}"; filename="clip"\r\n\r\n'
    )
    return head.encode() + data + f"\r\n--{BOUNDARY}--\r\n".encode()


MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
