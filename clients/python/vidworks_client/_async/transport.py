"""Requests to the service: token, repetitions, errors."""

import uuid
from collections.abc import Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx

from vidworks_client import addresses
from vidworks_client._async.io import Lock, Stream, sleep
from vidworks_client.errors import APIError, AuthenticationError, ConnectionFailedError
from vidworks_client.files import Upload
from vidworks_client.reading import seconds_of
from vidworks_client.retries import (
    Retries,
    api_error,
    is_worth_repeating,
    read_json,
    warn_of_unknown_fields,
)
from vidworks_client.version import __version__

_AGENT = {"User-Agent": f"vidworks-client-python/{__version__}"}
_TIMEOUT = httpx.Timeout(75.0, connect=10.0)  # the service lets requests wait for 60 s
_HTTPX_TIMEOUT = httpx.Timeout(5.0)  # of a client of httpx for which nobody has set one
_ANSWER_SECONDS = 15.0  # after those that a request asks the service to wait


class Transport:
    """Sends requests with a token, and repeats those whose answers were lost."""

    def __init__(
        self, base: str, token: str | None, retries: Retries, http: httpx.AsyncClient | None
    ) -> None:
        self.base = base
        self.retries = retries
        self._token = token
        self._refresh_token: str | None = None
        self._renewing = Lock()
        self._http = http or httpx.AsyncClient()
        self._is_own = http is None
        chosen = self._http.timeout
        self._timeout = _TIMEOUT if chosen == _HTTPX_TIMEOUT else chosen

    async def close(self) -> None:
        """Close the connections, unless they are the caller's."""
        if self._is_own:
            await self._http.aclose()

    def use_session(self, answer: Mapping[str, Any]) -> None:
        """Use the tokens of a login, and renew them when they expire."""
        self._token, self._refresh_token = answer["accessToken"], answer["refreshToken"]

    async def json(self, method: str, path: str, **options: Any) -> Any:
        """Return the JSON of an answer; None for one without a body. Raises as `send`."""
        response = await self.send(method, path, **options)
        return read_json(response) if response.content else None

    async def send(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str | None] | None = None,
        idempotency_key: str | None = None,
        upload: Upload | None = None,
        **content: Any,
    ) -> httpx.Response:
        """Send a request until it is answered; `content` is httpx's `json`, `params` and others.

        Raises APIError, ConnectionFailedError.
        """
        fields = {name: value for name, value in (headers or {}).items() if value}
        if method == "POST":
            fields["Idempotency-Key"] = idempotency_key or uuid.uuid4().hex

        def build() -> httpx.Request:
            again = {} if upload is None else upload.from_the_beginning()
            return self._request(method, path, fields, **content, **again)

        token = self._token
        try:
            return await self._answer(build)
        except AuthenticationError:
            if not await self._renew(token):
                raise
        return await self._answer(build)

    @asynccontextmanager
    async def stream(self, address: str, headers: Mapping[str, str]) -> Stream[httpx.Response]:
        """Yield an answer whose body is not read yet. Raises APIError, httpx.RequestError."""
        response = await self._http.send(self._request("GET", address, headers), stream=True)
        try:
            if not response.is_success:
                await response.aread()
                raise api_error(response)
            yield response
        finally:
            await response.aclose()

    async def _answer(self, build: Callable[[], httpx.Request]) -> httpx.Response:
        attempt = 0
        while True:
            attempt += 1
            try:
                response = await self._http.send(build())
            except httpx.RequestError as exc:
                pause = self.retries.pause(attempt)
                if pause is None:
                    raise ConnectionFailedError(
                        f"{self.base}: {exc or type(exc).__name__}"
                    ) from exc
            else:
                if response.is_success or (attempt > 1 and _was_deleted(response)):
                    warn_of_unknown_fields(response)
                    return response
                error = api_error(response)
                pause = self.retries.pause(attempt, error.retry_after)
                if pause is None or not is_worth_repeating(response):
                    raise error
            await sleep(pause)

    def _request(
        self, method: str, address: str, headers: Mapping[str, str], **content: Any
    ) -> httpx.Request:
        url = addresses.join(self.base, address)
        fields = {**_AGENT, **headers}
        if self._token and addresses.belongs_to(self.base, url):
            fields["Authorization"] = f"Bearer {self._token}"
        timeout = self._timeout_of(content.get("params"))
        return self._http.build_request(method, url, headers=fields, timeout=timeout, **content)

    def _timeout_of(self, query: Mapping[str, Any] | None) -> httpx.Timeout:
        """Return the limits of a request: one that asks the service to wait is read for longer."""
        limits = self._timeout
        waited = seconds_of(str((query or {}).get("wait", "")))
        if not waited or limits.read is None or limits.read >= waited + _ANSWER_SECONDS:
            return limits
        read = waited + _ANSWER_SECONDS
        return httpx.Timeout(
            connect=limits.connect, read=read, write=limits.write, pool=limits.pool
        )

    async def _renew(self, refused: str | None) -> bool:
        """Return whether there is a newer token than a refused one; renew those of a login."""
        async with self._renewing:
            if self._token != refused:
                return True
            if self._refresh_token is None:
                return False
            body = {"refreshToken": self._refresh_token}
            try:
                answer = await self._answer(
                    lambda: self._request("POST", "/api/auth/refresh", {}, json=body)
                )
            except APIError:
                return False
            self.use_session(answer.json())
            return True


def _was_deleted(response: httpx.Response) -> bool:
    """Return whether an answer says that the DELETE before, whose answer was lost, succeeded."""
    is_missing = response.status_code == 404 and "X-Request-Id" in response.headers
    return is_missing and response.request.method == "DELETE"
