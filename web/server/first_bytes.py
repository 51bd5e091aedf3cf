"""How much of a request must have arrived before a thread reads it."""

import re

BUFFERED_BYTES = 1 << 16  # of a request, in the kernel; threads read the rest
_CONTENT_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,18})[ \t]*(?=\r\n)", re.IGNORECASE)
_EXPECT = re.compile(rb"\r\nexpect:", re.IGNORECASE)


def awaited_bytes(data: bytes) -> int:
    """Return how many bytes of a request must be there for a thread to read it, given the first.

    0 if they are there already: headers and a body that are no larger than BUFFERED_BYTES
    together, or as many bytes; also what is no request, or asks for 100 Continue.
    """
    end = data.find(b"\r\n\r\n")
    if end < 0:
        is_request = data[:1].isupper() and len(data) < BUFFERED_BYTES
        return len(data) + 1 if is_request else 0
    lengths = _CONTENT_LENGTH.findall(data, 0, end + 2)
    awaited = end + 4 + int(lengths[0]) if len(lengths) == 1 else 0
    if len(data) >= awaited or awaited > BUFFERED_BYTES or _EXPECT.search(data, 0, end):
        return 0
    return awaited
