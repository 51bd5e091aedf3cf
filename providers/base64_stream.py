"""Reading JSON that holds a whole film: the film passes by, the rest is kept.

Gemini Omni may deliver a clip as base64 inside of its answer. Values of the key `data` go to a sink
piece by piece as they stream in, and only their number stays in the JSON: `"data": "0"`.
"""

import binascii
import re
from collections.abc import Callable, Iterator

from providers.contract import Write

_LARGEST_REST = 4 << 20
_ENDS = re.compile(rb'["\\]')
_DATA = re.compile(rb'"data"\s*:\s*"$')
_KEY = 64  # bytes in which such a key is found again, with some white space

Sink = Callable[[int, bytes], None]  # the number of the value, a piece of it; b"" at its end


class Skimmer:
    """Takes JSON in pieces; `rest` is what stays of it."""

    def __init__(self, sink: Sink) -> None:
        self.rest = bytearray()
        self._sink = sink
        self._step = self._outside
        self._found = 0

    def feed(self, piece: bytes) -> None:
        """The next piece. Raises ValueError where too much of it would stay."""
        position = 0
        while position < len(piece):
            position = self._step(piece, position)
        if len(self.rest) > _LARGEST_REST:
            raise ValueError(f"more than {_LARGEST_REST >> 20} MB beside the video")

    def _outside(self, piece: bytes, start: int) -> int:
        """Between strings."""
        quote = piece.find(b'"', start)
        end = len(piece) if quote < 0 else quote + 1
        self.rest += piece[start:end]
        if quote >= 0:
            film = _DATA.search(self.rest[-_KEY:])
            self._step = self._passing if film else self._inside
        return end

    def _inside(self, piece: bytes, start: int) -> int:
        """In a string that stays."""
        match = _ENDS.search(piece, start)
        end = match.end() if match else len(piece)
        self.rest += piece[start:end]
        if match:
            self._step = self._escaped if match[0] == b"\\" else self._outside
        return end

    def _escaped(self, piece: bytes, start: int) -> int:
        """At a character after a backslash."""
        self.rest += piece[start : start + 1]
        self._step = self._inside
        return start + 1

    def _passing(self, piece: bytes, start: int) -> int:
        """In a value of `data`, which is base64: its escapes, if any, are no quotes."""
        quote = piece.find(b'"', start)
        end = len(piece) if quote < 0 else quote
        self._sink(self._found, piece[start:end])
        if quote < 0:
            return end
        self._sink(self._found, b"")
        self.rest += b'%d"' % self._found
        self._found += 1
        self._step = self._outside
        return quote + 1


class Decoder:
    """Decodes base64 that comes in pieces."""

    def __init__(self, write: Write) -> None:
        self.size = 0
        self._write = write
        self._pending = b""

    def feed(self, piece: bytes) -> None:
        """The next piece. Raises ValueError for what is no base64."""
        self._decode(self._pending + piece, final=not piece)

    def _decode(self, text: bytes, *, final: bool) -> None:
        # An escape such as `\\/` or `\\u003d` may be cut by the end of a piece: so it waits.
        escape = text.rfind(b"\\", max(0, len(text) - 5))
        complete = len(text) if final or escape < 0 else escape
        text, waiting = _unescaped(text[:complete]), text[complete:]
        usable = len(text) if final else len(text) // 4 * 4
        self._pending = text[usable:] + waiting
        if data := binascii.a2b_base64(text[:usable], strict_mode=True):
            self.size += len(data)
            self._write(data)


def skim(chunks: Iterator[bytes], sink: Sink = lambda _number, _piece: None) -> bytes:
    """The JSON without the values of `data`. Raises ValueError where the rest is too large."""
    skimmer = Skimmer(sink)
    for chunk in chunks:
        skimmer.feed(chunk)
    return bytes(skimmer.rest)


def _unescaped(text: bytes) -> bytes:
    if b"\\" not in text:
        return text
    for escape, character in ((b"/", b"/"), (b"u003d", b"="), (b"u002b", b"+"), (b"u002f", b"/")):
        text = text.replace(b"\\" + escape, character)
    return text
