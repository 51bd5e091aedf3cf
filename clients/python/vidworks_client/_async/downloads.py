"""Downloads: written beside their place, continued after a break, moved into place when whole."""

import re
from pathlib import Path

import httpx

from vidworks_client._async.io import sleep
from vidworks_client._async.transport import Transport
from vidworks_client.errors import APIError, ConnectionFailedError
from vidworks_client.files import FilePath, OnBytes, part_of


class Download:
    """One download of what is at an address."""

    def __init__(
        self, transport: Transport, address: str, destination: FilePath, on_bytes: OnBytes | None
    ) -> None:
        self._transport = transport
        self._address = address
        self._destination = Path(destination)
        self._part = part_of(destination)
        self._on_bytes = on_bytes
        self._received = 0
        self._etag = ""  # of the file whose beginning was received

    async def run(self) -> Path:
        """Save the file. Raises APIError, ConnectionFailedError, OSError."""
        retries, attempt = self._transport.retries, 0
        try:
            while True:
                before = self._received
                try:
                    await self._receive()
                    return self._part.replace(self._destination)
                except (httpx.RequestError, APIError) as exc:
                    if isinstance(exc, APIError) and exc.status not in {408, 429, 502, 503, 504}:
                        raise
                    attempt = 1 if self._received > before else attempt + 1
                    pause = retries.pause(attempt, getattr(exc, "retry_after", None))
                    if pause is None:
                        message = f"{self._address}: {exc or type(exc).__name__}"
                        raise ConnectionFailedError(message) from exc
                    await sleep(pause)
        finally:
            self._part.unlink(missing_ok=True)

    async def _receive(self) -> None:
        """Receive the file, or what is missing of it."""
        wanted = {}
        if self._received and self._etag:
            wanted = {"Range": f"bytes={self._received}-", "If-Range": self._etag}
        async with self._transport.stream(self._address, wanted) as response:
            continues = response.status_code == 206
            self._received = self._received if continues else 0
            self._etag = _strong_etag(response)
            total = _total(response, self._received)
            with self._part.open("ab" if continues else "wb") as file:
                async for chunk in response.aiter_bytes():
                    file.write(chunk)
                    self._received += len(chunk)
                    if self._on_bytes is not None:
                        self._on_bytes(self._received, total)


def _strong_etag(response: httpx.Response) -> str:
    etag = str(response.headers.get("ETag", ""))
    return "" if etag.startswith("W/") else etag


def _total(response: httpx.Response, received: int) -> int | None:
    length = response.headers.get("Content-Length", "")
    return received + int(length) if re.fullmatch(r"\d+", length) else None
