"""Receiving a file: as a multipart part or as the raw body, straight into its temporary file."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

from flask import Request
from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from storage.media_files import IncomingFile, MediaFiles
from web.errors import BadRequestError, TooLargeError

_CHUNK = 1 << 20  # what gunicorn receives at once: reads of less copy what is left each time
_ENVELOPE = 1 << 16  # what a multipart body may hold beside the file


class Received(NamedTuple):
    """A whole file that has arrived, the type and name its sender gives it, and what else he says.

    `fields` are the text fields of the form, each with its values in their order.
    """

    file: IncomingFile
    claimed: str | None
    filename: str | None
    fields: Mapping[str, list[str]]


@contextmanager
def received(request: Request, media: MediaFiles, part: str, max_mb: int) -> Iterator[Received]:
    """Receive the file of a request beside its place in `media`; gone afterwards unless placed.

    A multipart body's file is the part called `part`, or else the only one. Raises BadRequestError
    for no file or an incomplete one, TooLargeError over `max_mb`: at once if the length tells; and
    for text fields of more than 64 KB in all.
    """
    limit = max_mb << 20
    kind, options = parse_options_header(request.headers.get("Content-Type", ""))
    multipart = kind == "multipart/form-data"
    announced = request.content_length
    if announced is not None and announced > limit + (_ENVELOPE if multipart else 0):
        raise _too_large(max_mb)
    with media.receive() as incoming:
        body = _Body(request, incoming, limit, max_mb)
        if multipart:
            upload = _Parts(part).receive(body, options.get("boundary", ""))
        else:
            body.receive_raw()
            upload = Received(incoming, request.headers.get("Content-Type"), None, {})
        if not incoming.size:
            raise BadRequestError("No file uploaded", _expected(part))
        yield upload


class _Body:
    """A request's body, read in chunks and counted."""

    def __init__(self, request: Request, incoming: IncomingFile, limit: int, max_mb: int) -> None:
        self._stream = request.stream
        self._announced = request.content_length
        self._limit, self._max_mb = limit, max_mb
        self.incoming = incoming

    def chunks(self) -> Iterator[bytes]:
        """All of the body. Raises BadRequestError if less arrives than was announced."""
        arrived = 0
        while chunk := self._stream.read(_CHUNK):
            arrived += len(chunk)
            yield chunk
        if self._announced is not None and arrived < self._announced:
            raise BadRequestError(
                "Incomplete upload", f"{arrived} of {self._announced} bytes arrived."
            )

    def write(self, data: bytes | bytearray) -> None:
        """Keep a piece of the file."""
        self.incoming.write(data)
        if self.incoming.size > self._limit:
            raise _too_large(self._max_mb)

    def receive_raw(self) -> None:
        """Take the whole body as the file."""
        for chunk in self.chunks():
            self.write(chunk)


class _Fields:
    """The text fields of a form, of some kilobytes in all."""

    def __init__(self) -> None:
        self._fields: list[tuple[str, bytearray]] = []
        self._size = 0

    def begin(self, name: str) -> None:
        """Another field begins."""
        self._fields.append((name, bytearray()))

    def write(self, data: bytes | bytearray) -> None:
        """Keep a piece of the field that began last."""
        self._size += len(data)
        if self._size > _ENVELOPE:
            raise TooLargeError("Form too large", f"At most {_ENVELOPE >> 10} KB of text fields.")
        self._fields[-1][1].extend(data)

    def decoded(self) -> dict[str, list[str]]:
        """The values of each field. Raises BadRequestError for what is not UTF-8."""
        values: dict[str, list[str]] = {}
        for name, data in self._fields:
            try:
                values.setdefault(name, []).append(data.decode())
            except UnicodeDecodeError:
                raise BadRequestError("Malformed form field", f"{name} is not UTF-8.") from None
        return values


class _Parts:
    """Picks the file and the text fields out of a multipart body."""

    def __init__(self, expected: str) -> None:
        self._expected = expected
        self._names: list[str] = []
        self._file: MultipartSegment | None = None
        self._fields = _Fields()
        self._keep: Callable[[bytes | bytearray], None] | None = None

    def receive(self, body: _Body, boundary: str) -> Received:
        """Write the chosen part to the incoming file, and remember the text fields."""
        try:
            with PushMultipartParser(boundary, max_segment_count=64) as parser:
                for chunk in body.chunks():
                    if parser.closed:
                        continue  # an epilogue, which means nothing
                    for event in parser.parse(chunk):
                        self._take(event, body)
        except MultipartError as exc:
            raise BadRequestError("Malformed multipart body", str(exc)) from exc
        if self._expected not in self._names and len(self._names) != 1:
            raise BadRequestError("No file uploaded", _expected(self._expected))
        claimed = self._file.content_type if self._file else None
        filename = self._file.filename if self._file else None
        return Received(body.incoming, claimed, filename, self._fields.decoded())

    def _take(self, event: MultipartSegment | bytearray | bytes | None, body: _Body) -> None:
        if event is None:
            self._keep = None
        elif isinstance(event, MultipartSegment):
            self._keep = self._begin(event, body)
        elif self._keep is not None:
            self._keep(event)

    def _begin(
        self, segment: MultipartSegment, body: _Body
    ) -> Callable[[bytes | bytearray], None] | None:
        """Where the data of this part goes; None where it isn't wanted."""
        if segment.filename is None:
            self._fields.begin(segment.name or "")
            return self._fields.write
        if not self._chosen(segment):
            return None
        self._file = segment
        body.incoming.restart()
        return body.write

    def _chosen(self, segment: MultipartSegment) -> bool:
        """Whether this part's data is to be kept: the expected one, or the first while unsure."""
        seen, self._names = self._names, [*self._names, segment.name or ""]
        if self._expected in seen:
            return False
        return segment.name == self._expected or not seen


def _expected(part: str) -> str:
    return f"Expected a file in the multipart part `{part}`, or as the raw body of the request."


def _too_large(max_mb: int) -> TooLargeError:
    return TooLargeError("File too large", f"At most {max_mb} MB are taken here.")
