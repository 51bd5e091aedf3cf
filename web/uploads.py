"""File uploads, as a multipart part or as the raw body, streamed into a temporary file."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from flask import Request
from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from errors import IncompleteError, InvalidError, MediaTypeError, NoFileError, TooLargeError
from storage.media.limited_files import LimitedFile, too_large
from storage.media.media_files import IncomingFile, MediaFiles, Upload
from web.context import storage_limits, storage_user_id
from web.payloads import check_encoding
from web.permission import permission

_CHUNK_BYTES = 1 << 20  # gunicorn's buffer; smaller reads copy the rest of the buffer each time
_MAX_FORM_BYTES = 1 << 16  # of text fields
_MULTIPART_OVERHEAD = 2 * _MAX_FORM_BYTES  # text fields, and the headers of all parts
_MAX_PARTS = 64
_MAX_LISTED, _MAX_SHOWN = 5, 40  # names of parts in an error, and characters of each

Write = Callable[[bytes | bytearray], None]


@contextmanager
def receive_upload(request: Request, media: MediaFiles, part: str, max_mb: int) -> Iterator[Upload]:
    """Receive a request's file into a temporary file of `media`, deleted afterwards unless placed.

    In a multipart body, the file is the part called `part`, or else the only file part. Raises
    InvalidError if the file is missing or incomplete, MediaTypeError if the body is compressed,
    TooLargeError over `max_mb` (immediately
    if Content-Length exceeds it) or for more than 64 KB of text fields, and, immediately as well,
    QuotaError or ReserveError. The request is to be permitted still when the file is put into its
    place.
    """
    check_encoding()
    max_bytes = max_mb << 20
    media_type, options = parse_options_header(request.headers.get("Content-Type", ""))
    multipart = media_type == "multipart/form-data"
    content_length = request.content_length or 0
    if content_length > max_bytes + (_MULTIPART_OVERHEAD if multipart else 0):
        raise too_large(max_mb)
    with media.receive(permission().check) as incoming:
        body = _Body(request, incoming, max_mb)
        body.reserve(content_length)
        if multipart:
            upload = _MultipartReader(part).read(body, options.get("boundary", ""))
        else:
            body.receive_raw()
            _check_no_json(incoming, media_type)
            upload = Upload(incoming, request.headers.get("Content-Type"), None, {})
        incoming.trim()
        if not incoming.size:
            raise _empty_file() if upload.filename else _no_file(part)
        yield upload


class _Body(LimitedFile):
    """A request's body, read in chunks, and the incoming file that it is written to."""

    def __init__(self, request: Request, incoming: IncomingFile, max_mb: int) -> None:
        super().__init__(incoming, storage_limits(), storage_user_id(), max_mb)
        self._stream = request.stream
        self._content_length = request.content_length

    def chunks(self) -> Iterator[bytes]:
        """Yield the whole body. Raises InvalidError if it is shorter than Content-Length."""
        received = 0
        while chunk := self._stream.read(_CHUNK_BYTES):
            received += len(chunk)
            yield chunk
        if self._content_length is not None and received < self._content_length:
            raise IncompleteError(
                "Incomplete upload", f"{received} of {self._content_length} bytes were received."
            )

    def receive_raw(self) -> None:
        """Write the whole body to the file."""
        for chunk in self.chunks():
            self.write(chunk)


class _FormFields:
    """The text fields of a form, limited in their total size."""

    def __init__(self) -> None:
        self._fields: list[tuple[str, bytearray]] = []
        self._size = 0

    def begin(self, name: str) -> None:
        """Start a field."""
        self._fields.append((name, bytearray()))

    def names(self) -> list[str]:
        """Return the names of the fields."""
        return [name for name, _ in self._fields]

    def write(self, data: bytes | bytearray) -> None:
        """Append data to the current field. Raises TooLargeError over the limit."""
        self._size += len(data)
        if self._size > _MAX_FORM_BYTES:
            limit = f"At most {_MAX_FORM_BYTES >> 10} KB of text fields are accepted."
            raise TooLargeError("Form too large", limit)
        self._fields[-1][1].extend(data)

    def decode(self) -> dict[str, list[str]]:
        """Return the values of each field. Raises InvalidError for data that is not UTF-8."""
        values: dict[str, list[str]] = {}
        for name, data in self._fields:
            try:
                values.setdefault(name, []).append(data.decode())
            except UnicodeDecodeError:
                raise InvalidError("Malformed form field", f"{name} is not UTF-8.") from None
        return values


class _MultipartReader:
    """Reads the file and the text fields from a multipart body."""

    def __init__(self, part: str) -> None:
        self._part = part
        self._file_parts: list[str] = []
        self._file: MultipartSegment | None = None
        self._fields = _FormFields()
        self._write: Write | None = None  # takes the data of the current part, if it is kept

    def read(self, body: _Body, boundary: str) -> Upload:
        """Write the file part to the body's incoming file and collect the text fields."""
        try:
            with PushMultipartParser(boundary, max_segment_count=_MAX_PARTS) as parser:
                for chunk in body.chunks():
                    if parser.closed:
                        continue  # skip the epilogue
                    for event in parser.parse(chunk):
                        self._handle(event, body)
        except MultipartError as exc:
            raise InvalidError("Malformed multipart body", str(exc)) from exc
        if self._part not in self._file_parts and len(self._file_parts) != 1:
            raise _no_file(self._part, self._file_parts, self._fields.names())
        declared_type = self._file.content_type if self._file else None
        filename = self._file.filename if self._file else None
        return Upload(body.incoming, declared_type, filename, self._fields.decode())

    def _handle(self, event: MultipartSegment | bytearray | bytes | None, body: _Body) -> None:
        """Handle a parser event: the start of a part, data of it, or None at its end."""
        if event is None:
            self._write = None
        elif isinstance(event, MultipartSegment):
            self._write = self._begin(event, body)
        elif self._write is not None:
            self._write(event)

    def _begin(self, segment: MultipartSegment, body: _Body) -> Write | None:
        """Return the function that takes the part's data; None for a part that is ignored."""
        if not self._is_file(segment):
            self._fields.begin(segment.name or "")
            return self._fields.write
        previous = list(self._file_parts)
        self._file_parts.append(segment.name or "")
        if not self._is_wanted(segment.name, previous):
            return None
        self._file = segment
        body.incoming.restart()
        return body.write

    def _is_file(self, segment: MultipartSegment) -> bool:
        """Return whether a part is a file: it has a name or, if it is the expected one, a type."""
        has_type = not (segment.content_type or "text/").startswith("text/")
        return segment.filename is not None or (segment.name == self._part and has_type)

    def _is_wanted(self, name: str | None, previous: Sequence[str]) -> bool:
        """Return whether to keep a file part, given the names of those before it.

        The first of the expected name is kept, or else the first of all, which is overwritten if
        the expected one follows.
        """
        if self._part in previous:
            return False
        return name == self._part or not previous


def _check_no_json(incoming: IncomingFile, media_type: str) -> None:
    """Raise MediaTypeError for JSON in place of a file: what follows knows it by its type."""
    if incoming.head.lstrip().startswith(b"{"):
        told = f"The body is JSON, and was sent as {media_type[:_MAX_SHOWN] or 'no type'}."
        expected = "To name a file's address, send it with `Content-Type: application/json`."
        raise MediaTypeError("Unsupported media type", f"{told} {expected}")


def _no_file(part: str, files: Sequence[str] = (), fields: Sequence[str] = ()) -> NoFileError:
    """Return the error for a body without the file, given the names of the parts that it has."""
    expected = f"Expected a file in the multipart part `{part}`, or as the raw body of the request."
    if part in fields:
        expected += f" The part `{part}` was sent as text: it lacks a file name."
    elif files:
        names = ", ".join(f"`{name[:_MAX_SHOWN]}`" for name in files[:_MAX_LISTED])
        expected += f" The files were sent as {names}."
    return NoFileError("No file uploaded", expected)


def _empty_file() -> NoFileError:
    return NoFileError("No file uploaded", "The file is empty.")
