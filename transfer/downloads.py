"""Serving a file: conditional requests and ranges, sent by the server's `sendfile`."""

from datetime import UTC, datetime
from io import FileIO

from flask import Request, Response

from storage.media import StoredFile


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
    """The answer that serves an open file: 200, 206 or 304; 416 is werkzeug's exception.

    A client that takes nothing for `patience` seconds is let go; a player asks again from where it
    stopped.
    """
    try:
        response = _headers(stored)
        response.make_conditional(request, accept_ranges=True, complete_length=stored.size)
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
    response.response = request.environ["wsgi.file_wrapper"](part, 1 << 18)
    response.direct_passthrough = True
    return response


def _headers(stored: StoredFile) -> Response:
    response = Response(content_type=stored.type)
    response.content_length = stored.size
    response.set_etag(stored.etag)
    response.last_modified = datetime.fromtimestamp(stored.mtime_ns // 10**9, UTC)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Disposition"] = f'inline; filename="{stored.name}"'
    return response
