"""Serving a file: conditional requests and ranges, sent by the server's `sendfile`."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from io import FileIO
from typing import Any, cast

from flask import Request, Response
from werkzeug.exceptions import PreconditionFailed
from werkzeug.wsgi import FileWrapper

from storage.media_files import StoredFile

_BASE64_CHUNK = 3 << 16  # a multiple of 3, so that the chunks' base64 joins up


class Slice:
    """A part of an open file, as a WSGI server's file wrapper takes it.

    gunicorn sends it by `sendfile` from where the file stands, for as long as the Content-Length
    says; other servers read it.
    """

    def __init__(self, file: FileIO, start: int, length: int) -> None:
        file.seek(start)
        self._file = file
        self._left = length

    def read(self, size: int = -1) -> bytes:
        """The next bytes of the part."""
        data = self._file.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(data or b"")
        return data or b""

    def fileno(self) -> int:
        """The open file's descriptor."""
        return self._file.fileno()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def send(request: Request, stored: StoredFile, patience: int) -> Response:
    """The answer that serves an open file: 200, 206 or 304; 412 and 416 are werkzeug's exceptions.

    A client that takes nothing for `patience` seconds is let go; a player asks again from where it
    stopped.
    """
    try:
        response = _headers(stored)
        _apply_conditions(response, request, stored.size)
        if response.status_code == 304 or request.method == "HEAD":
            stored.file.close()
            return response
    except BaseException:
        stored.file.close()
        raise
    socket = request.environ.get("gunicorn.socket")
    if socket is not None:
        socket.settimeout(patience)
    start = response.content_range.start or 0
    part = Slice(stored.file, start, response.content_length or 0)
    wrapper: Any = request.environ.get("wsgi.file_wrapper", FileWrapper)
    response.response = wrapper(part, 1 << 18)
    response.direct_passthrough = True
    return response


def send_as_data_url(field: str, stored: StoredFile) -> Response:
    """Return `{field: "data:…"}` with an open file, read as it is sent: memory stays flat."""
    head = b'{"%b":"data:%b;base64,' % (field.encode(), stored.media_type.encode())
    response = Response(
        cast(Any, _base64_chunks(stored.file, head)), content_type="application/json"
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
    """Make it a 304 or a 206 where the request says so.

    Conditions come before the range (RFC 9110, 13.2.2); werkzeug would look at the range first.
    Raises its PreconditionFailed and RequestedRangeNotSatisfiable.
    """
    conditions = {key: value for key, value in request.environ.items() if key != "HTTP_RANGE"}
    if conditions.get("HTTP_IF_MATCH", "").strip() == "*":
        del conditions["HTTP_IF_MATCH"]  # any file will do; to werkzeug it is a tag like others
    response.make_conditional(conditions, accept_ranges=True, complete_length=size)
    if response.status_code == 412:
        raise PreconditionFailed
    asked = _range(request, size)
    if asked and response.status_code == 200:
        conditions["HTTP_RANGE"] = asked
        response.make_conditional(conditions, accept_ranges=True, complete_length=size)


def _range(request: Request, size: int) -> str | None:
    """The range to answer, if any; of other units, or several at once, are ignored."""
    if request.method != "GET":
        return None
    asked = request.range
    if asked is None:
        return request.headers.get("Range")  # none, or none that can be understood
    if asked.units != "bytes" or len(asked.ranges) != 1:
        return None
    start, _ = asked.ranges[0]
    return "bytes=0-" if start < -size else asked.to_header()  # the last bytes, but there are fewer


def _headers(stored: StoredFile) -> Response:
    response = Response(content_type=stored.media_type)
    response.content_length = stored.size
    response.set_etag(stored.etag)
    response.last_modified = datetime.fromtimestamp(stored.mtime_ns // 10**9, UTC)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Disposition"] = f'inline; filename="{stored.name}"'
    return response
