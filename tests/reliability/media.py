"""Media files with a version number and a checksum, and multipart bodies with one file."""

import hashlib
import random

_HEADERS = {
    "video/mp4": b"\0\0\0\x18ftypisom\0\0\0\0isommp42",
    "video/quicktime": b"\0\0\0\x14ftypqt  \0\0\0\0qt  ",
}
BOUNDARY = "boundary-that-no-file-contains"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"


def versioned_file(version: int, size: int, media_type: str = "video/mp4") -> bytes:
    """Return a file of about this size: header, version, random bytes, and the SHA-256 of these."""
    noise = random.Random(version).randbytes(1024) * (size // 1024)
    content = _HEADERS[media_type] + b"version %8d" % version + noise
    return content + hashlib.sha256(content).digest()


def version_of(data: bytes) -> int:
    """Return the version of a file; fail if the file is incomplete or a mixture of versions."""
    content, digest = data[:-32], data[-32:]
    assert hashlib.sha256(content).digest() == digest, f"damaged file of {len(data)} bytes"
    return int(content.partition(b"version ")[2][:8])


def multipart_body(data: bytes, media_type: str = "video/mp4", name: str = "file") -> bytes:
    """Return a multipart body with the file as its only part."""
    head = (
        f"--{BOUNDARY}\r\nContent-Type: {media_type}\r\n"
        f'Content-Disposition: form-data; name="{name}"; filename="clip"\r\n\r\n'
    )
    return head.encode() + data + f"\r\n--{BOUNDARY}--\r\n".encode()
