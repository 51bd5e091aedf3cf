"""File responses: names, conditional requests and ranges, sent with the server's `sendfile`."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from io import FileIO
from typing import Any, cast
from urllib.parse import quote

from flask import Request, Response
from werkzeug.exceptions import PreconditionFailed
from werkzeug.wsgi import FileWrapper

from storage.media.media_files import StoredFile
from web.conditional import strong
from web.payloads import PRIVATE

_BASE64_CHUNK = 3 << 16  # a multiple of 3, so that the encoded chunks can be concatenated
_BLOCK_BYTES = 1 << 18

_MAX_LENGTH = 80


class Slice:
    """A range of an open file, as a file object for the WSGI server's file wrapper.

    gunicorn sends it with `sendfile`, from the file's current position up to Content-Length; other
    servers call `read`.
    """

    def __init__(self, file: FileIO, start: int, length: int) -> None:
        file.seek(start)
        self._file = file
        self._remaining = length

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes of the range, at most `size` unless negative."""
        data = self._file.read(self._remaining if size < 0 else min(size, self._remaining))
        self._remaining -= len(data or b"")
        return data or b""

    def fileno(self) -> int:
        """Return the file's descriptor."""
        return self._file.fileno()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def as_private_file(response: Response) -> Response:
    """Return a response with a user's file: shared caches don't keep it, browsers don't guess."""
    response.headers["Cache-Control"] = PRIVATE
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def send(request: Request, stored: StoredFile) -> Response:
    """Return a response with an open file: 200, 206 or 304. The response closes the file.

    Raises werkzeug's exceptions for 412 and 416.
    """
    try:
        response = _full_response(stored)
        _apply_conditions(response, request, stored.size)
        if response.status_code == 304 or request.method == "HEAD":
            stored.file.close()
            return response
    except BaseException:
        stored.file.close()
        raise
    start = response.content_range.start or 0
    body = Slice(stored.file, start, response.content_length or 0)
    wrapper: Any = request.environ.get("wsgi.file_wrapper", FileWrapper)
    response.response = wrapper(body, _BLOCK_BYTES)
    response.direct_passthrough = True
    return response


def send_as_data_url(field: str, stored: StoredFile) -> Response:
    """Return `{field: "data:…"}` with an open file, encoded in chunks while it is sent."""
    head = b'{"%b":"data:%b;base64,' % (field.encode(), stored.media_type.encode())
    response = Response(
        cast(Any, _base64_chunks(stored.file, head)),
        headers={"Cache-Control": PRIVATE},
        content_type="application/json",
    )
    response.content_length = len(head) + (stored.size + 2) // 3 * 4 + 2
    return response


def _base64_chunks(file: FileIO, head: bytes) -> Iterator[bytes]:
    with file:
        yield head
        while data := file.read(_BASE64_CHUNK):
            yield base64.b64encode(data)
        yield b'"}'


def _apply_conditions(response: Response, request: Request, size: int) -> None:
    """Turn the response into a 304 or 206 if the request's headers ask for it.

    Conditions are evaluated before the range (RFC 9110, 13.2.2); werkzeug would do it the other way
    round. Raises its PreconditionFailed and RequestedRangeNotSatisfiable.
    """
    environ = {key: value for key, value in request.environ.items() if key != "HTTP_RANGE"}
    if if_match := environ.get("HTTP_IF_MATCH"):
        environ["HTTP_IF_MATCH"] = strong(if_match)
        if if_match.strip() == "*":
            del environ["HTTP_IF_MATCH"]  # matches any file; werkzeug takes it for an entity tag
    response.make_conditional(environ, accept_ranges=True, complete_length=size)
    if response.status_code == 412:
        raise PreconditionFailed
    range_header = _range_header(request, size)
    if range_header and response.status_code == 200:
        environ["HTTP_RANGE"] = range_header
        response.make_conditional(environ, accept_ranges=True, complete_length=size)


def _range_header(request: Request, size: int) -> str | None:
    """Return the Range header to apply; None for other units or several ranges: the whole file."""
    if request.method != "GET":
        return None
    requested = request.range
    if requested is None:
        return request.headers.get("Range")  # missing or malformed
    if requested.units != "bytes" or len(requested.ranges) != 1:
        return None
    start, _ = requested.ranges[0]
    return "bytes=0-" if start < -size else requested.to_header()  # a suffix longer than the file


def _full_response(stored: StoredFile) -> Response:
    """Return a 200 without a body, with the headers of the whole file."""
    response = Response(content_type=stored.media_type)
    response.content_length = stored.size
    response.set_etag(stored.etag)
    response.last_modified = datetime.fromtimestamp(stored.mtime_ns // 10**9, UTC)
    response.headers["Content-Disposition"] = f'inline; filename="{stored.name}"'
    return as_private_file(response)


def attachment(work_name: str, extension: str) -> str:
    """Return the header that makes browsers save a file named after a work (RFC 6266)."""
    return f"attachment; {_parameters(work_name, extension)}"


def inline(work_name: str, extension: str) -> str:
    """Return the header that lets browsers show a file, and save it under a work's name."""
    return f"inline; {_parameters(work_name, extension)}"


def _parameters(work_name: str, extension: str) -> str:
    name = f"{_file_name(work_name)}.{extension}"
    plain = name.encode("ascii", "replace").decode().replace("?", "_")
    return f"filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _file_name(name: str) -> str:
    """Return a work's name as a file name: without what file systems or headers don't take."""
    cleaned = "".join(
        char if char.isprintable() and char not in '\\/:*?"<>|' else " " for char in name
    )
    return " ".join(cleaned.split())[:_MAX_LENGTH].strip(". ") or "video"
