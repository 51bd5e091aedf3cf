"""JSON request bodies, and JSON responses with their headers, also of deletions."""

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, cast
from urllib.parse import urlencode

import orjson
from flask import Response, g, request
from flask.json.provider import JSONProvider

from errors import BodyError, EncodingError, IncompleteError, InvalidError, TooLargeError
from schemas.trash import DeletionQuerySchema
from storage.documents.snapshots import Snapshot
from storage.errors import StorageError
from storage.trash import Deletion
from web.addresses import absolute
from web.context import settings, storage_limits, storage_user_id, user_id

MAX_VALUES = 500_000  # of a JSON body
PRIVATE = "private, no-cache"  # for one user, and to be asked for again each time
_MAX_SHOWN = 40  # characters of a header in an error
# What a request may store in addition to its body: the defaults of a new document, its directory.
_OVERHEAD_BYTES = 8192
# curl sends the second type also with JSON, so that the type alone says little.
_FORM_TYPES = ("multipart/form-data", "application/x-www-form-urlencoded")
_FORM_START = re.compile(rb"\s*(--|[\w.%+-]+=)")

DELETED = "X-Deleted"  # the header: the id of an entry in the trash, or PERMANENTLY
PERMANENTLY = "permanently"
DELETION = DeletionQuerySchema()


class OrjsonProvider(JSONProvider):
    """Flask's JSON, by orjson."""

    def dumps(self, obj: Any, **_kwargs: Any) -> str:
        """Serialize to a string; Flask's options are for its own JSON."""
        return orjson.dumps(obj).decode()

    def loads(self, s: str | bytes, **_kwargs: Any) -> Any:
        """Parse a string or bytes. Raises ValueError."""
        return orjson.loads(s)


def json_body(*, stores: bool = True) -> dict[str, Any]:
    """Return the request's JSON object; a missing body means `{}`, whatever the content type.

    Raises InvalidError for anything but a JSON object, EncodingError for a compressed one,
    TooLargeError over MAX_JSON_MB and for more than MAX_VALUES values, and QuotaError or
    ReserveError if the request `stores` something for which there is no room.
    """
    check_encoding()
    limit = settings().max_json_mb
    content_length = request.content_length or 0
    # Not with werkzeug's `get_data`: it does not distinguish a timeout from a disconnect.
    data = b"" if content_length > limit << 20 else request.stream.read((limit << 20) + 1)
    if max(content_length, len(data)) > limit << 20:
        raise TooLargeError("JSON body too large", f"At most {limit} MB are accepted.")
    if len(data) < content_length:
        raise IncompleteError(
            "Incomplete body", f"{len(data)} of {content_length} bytes were received."
        )
    if stores:
        identity = g.get("identity")
        size = len(data) + _OVERHEAD_BYTES
        with storage_limits().reserve(identity and storage_user_id(), size):
            pass
    if not data.strip():
        return {}
    _check_value_count(data)
    try:
        body = orjson.loads(data)
    except orjson.JSONDecodeError as exc:
        raise _json_error(data, exc) from exc
    if not isinstance(body, dict):
        raise BodyError("Body is not a JSON object", "Expected something like {…}.")
    return body


def check_encoding() -> None:
    """Raise EncodingError for a compressed body: bodies are limited and read as they are sent."""
    encoding = request.environ.get("HTTP_CONTENT_ENCODING", "").strip().lower()
    if encoding not in {"", "identity"}:
        reason = f"Content-Encoding: {encoding[:_MAX_SHOWN]}. Send the body uncompressed."
        raise EncodingError("Unsupported content encoding", reason)


def _check_value_count(data: bytes) -> None:
    """Raise TooLargeError if the values of a JSON text may take far more memory than the text.

    Each value but the first follows one of these characters; those inside of strings count too.
    """
    if len(data) > MAX_VALUES and sum(map(data.count, (b"[", b"{", b","))) > MAX_VALUES:
        limit = f"At most {MAX_VALUES:,} brackets and commas are accepted."
        raise TooLargeError("JSON body has too many values", limit)


def _json_error(data: bytes, exc: orjson.JSONDecodeError) -> InvalidError:
    if request.mimetype in _FORM_TYPES and _FORM_START.match(data):
        return BodyError("Body is not JSON", "A form was sent; JSON is expected: {…}.")
    if exc.msg.startswith("depth limit"):
        return BodyError("Body is nested too deeply", "At most 1,024 levels are accepted.")
    try:
        data.decode()
    except UnicodeDecodeError as not_utf8:
        return BodyError("Body is not JSON", f"Byte {not_utf8.start} is not UTF-8.")
    if exc.msg.startswith("failed to allocate"):  # what orjson says of some truncated texts
        return BodyError("Body is not JSON", "It is incomplete.")
    return BodyError("Body is not JSON", f"Line {exc.lineno}, column {exc.colno}: {exc.msg}.")


def json_response(data: bytes | dict[str, Any] | list[Any], status: int = 200) -> Response:
    """Return a JSON response for one user, from values or from what is serialized already."""
    body = data if isinstance(data, bytes) else orjson.dumps(data)
    response = Response(body, status, content_type="application/json")
    response.headers.add("Cache-Control", PRIVATE)  # costs less than as an argument
    return response


def made(response: Response, resource_id: str, collection: str = "") -> Response:
    """Return a response with the address of the resource that its request has made.

    That is in the collection that the request was sent to, unless another one is given.
    """
    path = collection or request.path.rstrip("/")
    response.headers["Location"] = f"{request.script_root}{path}/{resource_id}"
    return response


def document_response(
    snapshot: Snapshot, status: int = 200, more: Mapping[str, Any] | None = None
) -> Response:
    """Return a stored document with its ETag; 304 if the client's If-None-Match still holds.

    `more` is what the response has in addition, which may change only with the document.
    """
    if request.method != "GET":  # what was sent may be less, as for a template that is applied
        with suppress(StorageError):  # it is stored: what cannot be counted is measured later
            storage_limits().count(storage_user_id(), len(snapshot.data))
    body = _with_fields(snapshot.body, more) if more else snapshot.body
    response = json_response(body, status)
    response.headers["ETag"] = f'"{snapshot.etag}"'
    if status == 200 and "HTTP_IF_NONE_MATCH" in request.environ:
        return cast(Response, response.make_conditional(request.environ))
    return response


def _with_fields(document: bytes, more: Mapping[str, Any]) -> bytes:
    """Return the JSON of an object that has fields, with more of them."""
    return document.rstrip()[:-1].rstrip() + b"," + orjson.dumps(more)[1:]


def page_response(items: list[Any], next_cursor: str | None) -> Response:
    """Return the page of a list as `{items, next}`, with the address of the next page, if any."""
    body = {"items": items, "next": _next_address(next_cursor)}
    return link_next(json_response(body), next_cursor)


def link_next(response: Response, next_cursor: str | None) -> Response:
    """Add the address of the next page, if there is one, to the response for a page."""
    if next_cursor is not None:
        response.headers["Link"] = f'<{_next_address(next_cursor)}>; rel="next"'
    return response


def _next_address(next_cursor: str | None) -> str | None:
    """Return the address of the next page of the list that is requested, if there is one."""
    if next_cursor is None:
        return None
    query = urlencode({**request.args.to_dict(), "cursor": next_cursor})
    return f"{absolute(request.path)}?{query}"


def deletion(query: dict[str, Any]) -> Deletion:
    """Return what the user asks for; on a disk that is nearly full, it is removed at once."""
    is_wanted = query.get("permanently") == 1
    return Deletion(user_id(), is_wanted or storage_limits().is_short())


def deleted(trash_id: str) -> Response:
    """Return the response when something was deleted, to an entry of the trash or to none."""
    return Response(status=204, headers={DELETED: trash_id or PERMANENTLY})
