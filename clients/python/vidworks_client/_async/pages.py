"""Lists that the service answers with in pages."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from vidworks_client._async.io import Stream
from vidworks_client._async.transport import Transport

_LIST = "application/vnd.vidworks.list+json"  # one shape for all lists: {items, next}
_PAGE = 200  # items: the most that the service sends at once


async def pages_of(
    transport: Transport, path: str, query: Mapping[str, Any], limit: int | None
) -> Stream[list[dict[str, Any]]]:
    """Yield the documents of a list by pages, at most `limit` of them.

    Raises as `Transport.send`.
    """
    left = limit
    wanted = dict(query)
    while left is None or left > 0:
        wanted["limit"] = _PAGE if left is None else min(left, _PAGE)
        page = await transport.json("GET", path, params=wanted, headers={"Accept": _LIST})
        yield page["items"]
        if left is not None:
            left -= len(page["items"])
        if not page["next"]:
            return
        wanted = dict(parse_qsl(urlsplit(page["next"]).query))  # its host may be another name
