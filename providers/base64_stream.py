"""Streaming of Base64 values out of JSON, so that a whole clip is never held in memory.

Gemini Omni may return a clip as Base64 inside its JSON answer. The values of all `data` keys are
passed to a sink piece by piece as they arrive; in the JSON that remains, each is replaced by its
number: `"data": "0"`.
"""

import binascii
import re
from collections.abc import Callable, Iterator

from providers.contract import Write

_MAX_REMAINDER = 4 << 20
_STRING_END = re.compile(rb'["\\]')
_DATA_KEY = re.compile(rb'"data"\s*:\s*"$')
_KEY_BYTES = 64  # in which such a key is found, with some white space

Sink = Callable[[int, bytes], None]  # number of the value, a piece of it; b"" at its end


class Base64Extractor:
    """State machine that is fed JSON in pieces; `remainder` is the JSON without the values."""

    def __init__(self, sink: Sink) -> None:
        self.remainder = bytearray()
        self._sink = sink
        self._state = self._outside_string
        self._count = 0

    def feed(self, piece: bytes) -> None:
        """Process the next piece. Raises ValueError if the remainder becomes too large."""
        position = 0
        while position < len(piece):
            position = self._state(piece, position)
        if len(self.remainder) > _MAX_REMAINDER:
            raise ValueError(f"more than {_MAX_REMAINDER >> 20} MB in addition to the video")

    # Each state processes `piece` from `start`, sets the next state, and returns the new position.

    def _outside_string(self, piece: bytes, start: int) -> int:
        quote = piece.find(b'"', start)
        end = len(piece) if quote < 0 else quote + 1
        self.remainder += piece[start:end]
        if quote >= 0:
            is_data = _DATA_KEY.search(self.remainder[-_KEY_BYTES:])
            self._state = self._in_base64 if is_data else self._in_string
        return end

    def _in_string(self, piece: bytes, start: int) -> int:
        match = _STRING_END.search(piece, start)
        end = match.end() if match else len(piece)
        self.remainder += piece[start:end]
        if match:
            self._state = self._after_backslash if match[0] == b"\\" else self._outside_string
        return end

    def _after_backslash(self, piece: bytes, start: int) -> int:
        self.remainder += piece[start : start + 1]
        self._state = self._in_string
        return start + 1

    def _in_base64(self, piece: bytes, start: int) -> int:
        # Base64 may be escaped (`\/`), but never contains an escaped quote.
        quote = piece.find(b'"', start)
        end = len(piece) if quote < 0 else quote
        self._sink(self._count, piece[start:end])
        if quote < 0:
            return end
        self._sink(self._count, b"")
        self.remainder += b'%d"' % self._count
        self._count += 1
        self._state = self._outside_string
        return quote + 1


class Base64Decoder:
    """Incremental Base64 decoder; `size` is the number of bytes decoded so far."""

    def __init__(self, write: Write) -> None:
        self.size = 0
        self._write = write
        self._pending = b""

    def feed(self, piece: bytes) -> None:
        """Decode the next piece; b"" is the end. Raises ValueError for invalid Base64."""
        self._decode(self._pending + piece, final=not piece)

    def _decode(self, text: bytes, *, final: bool) -> None:
        # An escape such as `\\/` or `\\u003d` may be split between pieces: it stays pending.
        escape = text.rfind(b"\\", max(0, len(text) - 5))
        complete = len(text) if final or escape < 0 else escape
        text, incomplete = _unescape(text[:complete]), text[complete:]
        usable = len(text) if final else len(text) // 4 * 4
        self._pending = text[usable:] + incomplete
        if data := binascii.a2b_base64(text[:usable], strict_mode=True):
            self.size += len(data)
            self._write(data)


def extract_base64(chunks: Iterator[bytes], sink: Sink = lambda _number, _piece: None) -> bytes:
    """Return the JSON without the values of `data`. Raises ValueError if it is too large."""
    extractor = Base64Extractor(sink)
    for chunk in chunks:
        extractor.feed(chunk)
    return bytes(extractor.remainder)


def _unescape(text: bytes) -> bytes:
    if b"\\" not in text:
        return text
    for escape, character in ((b"/", b"/"), (b"u003d", b"="), (b"u002b", b"+"), (b"u002f", b"/")):
        text = text.replace(b"\\" + escape, character)
    return text
