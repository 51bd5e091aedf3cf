"""The asynchronous client."""

import os
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import httpx

from vidworks_client import addresses
from vidworks_client._async.downloads import Download
from vidworks_client._async.jobs import AsyncJobs
from vidworks_client._async.library import AsyncAssets, AsyncProjects, AsyncWorks
from vidworks_client._async.links import AsyncLinks
from vidworks_client._async.transport import Transport
from vidworks_client._async.videos import AsyncVideos
from vidworks_client.files import FilePath, OnBytes
from vidworks_client.models import Asset, Export, User, Video
from vidworks_client.reading import read
from vidworks_client.retries import Retries


class AsyncVidworks:
    """A client of a Vidworks service; use it with `async with`, or `close` it.

    `url` and `token` are by default those of the environment variables `VIDWORKS_URL` (else
    http://localhost:3001) and `VIDWORKS_TOKEN`. The URL may have a path. Requests whose answers
    are lost are repeated as `retries` says; `http` is an httpx client of your own, for proxies or
    certificates. Its time limits apply, if you set some; requests that wait for a job at the
    service are read for as long as they wait. All methods raise VidworksError.
    """

    def __init__(
        self,
        url: str | None = None,
        token: str | None = None,
        *,
        retries: Retries | None = None,
        http: httpx.AsyncClient | None = None,
    ) -> None:
        """Raises ValueError for an invalid URL."""
        base = addresses.base_url(url)
        token = token or os.environ.get("VIDWORKS_TOKEN") or None
        self._transport = Transport(base, token, retries or Retries(), http)
        self.projects = AsyncProjects(self._transport)
        self.works = AsyncWorks(self._transport)
        self.assets = AsyncAssets(self._transport)
        self.jobs = AsyncJobs(self._transport)
        self.links = AsyncLinks(self._transport)
        self.videos = AsyncVideos(self._transport, self.projects, self.assets)

    async def log_in(self, email: str, password: str) -> User:
        """Use a login instead of a token. It is renewed when it expires."""
        body = {"email": email, "password": password}
        return await self._start_session("/api/auth/login", body)

    async def register(
        self, email: str, password: str, name: str, *, setup_code: str | None = None
    ) -> User:
        """Create an account, and use it.

        Where others reach the service, it is the first account, and needs the setup code.
        """
        body = {"email": email, "password": password, "name": name}
        if setup_code is not None:
            body["setupCode"] = setup_code
        return await self._start_session("/api/auth/register", body)

    async def download(
        self,
        source: Video | Asset | Export | str,
        destination: FilePath,
        *,
        on_bytes: OnBytes | None = None,
    ) -> None:
        """Save a finished video, an asset, an export, or what is at an address as a local file.

        The file appears when it is whole. `on_bytes` is called with the bytes that were received,
        and all of them. The token is sent to the service only. Raises NoFileError for a video that
        is not finished.
        """
        await Download(self._transport, addresses.file_address(source), destination, on_bytes).run()

    async def request(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """Return the JSON of any other endpoint, such as `GET /api/voices`."""
        return await self._transport.json(method, path, json=json, params=params, headers=headers)

    def absolute(self, address: str) -> str:
        """Return the absolute address of a path in a document, such as `/api/projects/…`."""
        return addresses.join(self._transport.base, address)

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def _start_session(self, path: str, body: Mapping[str, str]) -> User:
        answer = await self._transport.json("POST", path, json=body)
        self._transport.use_session(answer)
        return read(User, answer["user"])
