"""Links that open one thing without a token, for some time."""

from typing import Any

from vidworks_client._async.transport import Transport
from vidworks_client.models import Link
from vidworks_client.reading import body, read, read_all


class AsyncLinks:
    """Your links."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def create(self, kind: str, *, expires_in: int | None = None, **target: Any) -> Link:
        """Create a link of the kind `export`, `media` or `upload`; its `url` is shown only now.

        `expires_in` are seconds, at most 30 days. `target` says what it opens, in camelCase, such
        as `projectId`, `workId` and `exportId`.
        """
        fields = {"kind": kind, **body(expires_in=expires_in), **target}
        return read(Link, await self._transport.json("POST", "/api/links", json=fields))

    async def list(self) -> list[Link]:
        """Return your links that have not ended, without their addresses."""
        return read_all(Link, (await self._transport.json("GET", "/api/links"))["links"])

    async def delete(self, link: Link | str) -> None:
        """Revoke a link: its address opens nothing any more."""
        link_id = link.id if isinstance(link, Link) else link
        await self._transport.send("DELETE", f"/api/links/{link_id}")
