"""Lists in pages: the cursor of a page is the position of the last entry before it."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from errors import FieldsError
from mcp_server.protocol import INVALID_PARAMS, Json, Request, RpcError
from schemas.cursors import decode_cursor, encode_cursor

PAGE_SIZE = 50
_POSITION = (int, int, str)


class Listed(NamedTuple):
    """An entry of a list; entries are sorted by their positions, which are unique."""

    position: tuple[int, int, str]
    entry: Json


def page(name: str, entries: Iterable[Listed], request: Request) -> Json:
    """Return `{name: […], nextCursor?}`, from the request's cursor on. Raises RpcError."""
    after = _position(request)
    found = sorted(each for each in entries if after is None or each.position > after)
    shown = found[:PAGE_SIZE]
    more = {"nextCursor": encode_cursor(*shown[-1].position)} if len(found) > PAGE_SIZE else {}
    return {name: [each.entry for each in shown], **more}


def whole(listing: Callable[[Request], Json]) -> Callable[[Request], Json]:
    """Return a method that lists all at once: no cursor is one of its own."""

    def handle(request: Request) -> Json:
        if request.params.get("cursor") is not None:
            raise _invalid()
        return listing(request)

    return handle


def _position(request: Request) -> tuple[Any, ...] | None:
    cursor = request.params.get("cursor")
    if cursor is None:
        return None
    try:
        return tuple(decode_cursor(str(cursor), _POSITION, "resources/list"))
    except FieldsError:
        raise _invalid() from None


def _invalid() -> RpcError:
    return RpcError(INVALID_PARAMS, "Invalid cursor: pass `nextCursor` of the page before it.")
