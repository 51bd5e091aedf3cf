"""Client for vendors' HTTP APIs.

A paid request is repeated only if the connection could not be opened; every call ends by its
deadline.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urljoin, urlsplit

import orjson

from providers.contract import Write
from providers.error_responses import (
    connection_error,
    error_for_response,
    error_status,
    has_error,
    is_transient,
)
from providers.errors import ProviderError
from providers.transport import Body, Request, open_response, read_chunks
from settings.setting_values import is_api_key
from settings.tuning import Tuning

if TYPE_CHECKING:
    import httpx2

_MAX_ATTEMPTS = 3
_STATES = {"status", "state", "done"}  # with one of these, an `error` is why a task failed
_MAX_RESPONSE_BYTES = 64 << 20
_MAX_FILE_BYTES = 4 << 30
_MAX_REDIRECTS = 5
_MEDIA_TYPES = ("video/", "image/", "audio/")

T = TypeVar("T")
ReadBody = Callable[[Iterator[bytes]], bytes]


@dataclass(frozen=True, slots=True)
class ApiConfig:
    """How to reach a provider: its id, a key, its base URL, the timeout of a call in seconds."""

    provider: str
    key: str = field(repr=False)
    base_url: str
    timeout: float
    tuning: Tuning = field(default_factory=Tuning)


def read_all(body: Iterator[bytes]) -> bytes:
    """Read a response into memory. Raises ValueError if it is too large for that."""
    data = bytearray()
    for chunk in body:
        data += chunk
        if len(data) > _MAX_RESPONSE_BYTES:
            raise ValueError(f"more than {_MAX_RESPONSE_BYTES >> 20} MB")
    return bytes(data)


class ApiClient:
    """A vendor's API. All methods raise the errors of providers/errors.py."""

    def __init__(
        self, config: ApiConfig, key_header: str, scheme: str = "", **headers: str
    ) -> None:
        """Send the key as `key_header: scheme key`, to the vendor's own origin only."""
        self._config = config
        self._key = _valid_key(config)
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        self._headers = {key_header: f"{scheme} {self._key}".lstrip(), **more}

    @property
    def provider(self) -> str:
        """The provider's id."""
        return self._config.provider

    @property
    def upload_poll(self) -> float:
        """The pause between looks whether an upload was processed."""
        return self._config.tuning.upload_poll

    def post(self, path: str, body: Mapping[str, Any], read: ReadBody = read_all) -> dict[str, Any]:
        """POST JSON and return the JSON of the response, as `read` reduces it.

        The request is repeated only if the connection could not be opened.
        """
        headers = {"Content-Type": "application/json"}
        request = self._request("POST", path, headers, orjson.dumps(body), paid=True)
        return self._send(
            request, lambda response, deadline: self._json(response, deadline, read, paid=True)
        )

    def get(self, path: str, read: ReadBody = read_all) -> dict[str, Any]:
        """GET JSON, with retries."""
        request = self._request("GET", path)
        return self._send(request, lambda response, deadline: self._json(response, deadline, read))

    def get_task(self, path: str, read: ReadBody = read_all) -> dict[str, Any]:
        """GET the state of a task; the error for 404 says that the task is unknown."""
        try:
            return self.get(path, read)
        except ProviderError as exc:
            if exc.status != 404:
                raise
            message = f"The provider does not know the task: {exc.message}"
            raise ProviderError(exc.provider, message, status=404) from exc

    def delete(self, path: str) -> None:
        """DELETE a resource, with retries."""
        self._send(self._request("DELETE", path), lambda *_: None)

    def upload(
        self, path: str, headers: Mapping[str, str], body: Body, *, paid: bool = False
    ) -> tuple[Mapping[str, str], bytes]:
        """POST any body, once; return the headers and the body of the response."""
        request = self._request("POST", path, headers, body, paid=paid)
        return self._send(request, lambda r, end: (r.headers, self._read(r, end, paid=paid)))

    def parse(
        self, headers: Mapping[str, str], body: bytes, *, paid: bool = False
    ) -> dict[str, Any]:
        """Return the JSON object of a response. Raises ProviderError for another, or an error."""
        try:
            value = orjson.loads(body)
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise self.bad_response("The response is not a JSON object", uncertain=paid)
        if has_error(value) and (paid or not value.keys() & _STATES):
            raise self._response_error(error_status(value) or 200, headers, body, paid=paid)
        return value

    def stream(self, path: str, use: Callable[[Iterator[bytes]], T]) -> T:
        """GET a response of any size and return what `use` makes of its chunks.

        A request is not repeated after `use` has received the first chunk.
        """
        request = self._request("GET", path)
        return self._send(request, lambda response, deadline: use(self._stream(response, deadline)))

    def download(self, url: str, write: Write) -> str:
        """Stream a file into `write`, following redirects; return its media type or ""."""
        for _ in range(1 + _MAX_REDIRECTS):
            request = self._request("GET", url)
            location, media_type = self._send(request, lambda r, end: self._copy(r, end, write))
            if location is None:
                return media_type
            url = self._redirect_url(url, location)
        raise self.bad_response("The file has too many redirects")

    def bad_response(self, message: str, *, uncertain: bool = False) -> ProviderError:
        """Return the error for a response that is a refusal or cannot be used."""
        return ProviderError(self._config.provider, message, status=200, uncertain=uncertain)

    def _lost(self, exc: Exception, *, uncertain: bool = False) -> ProviderError:
        return connection_error(
            self._config.provider, exc, self._config.timeout, uncertain=uncertain
        )

    def _request(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        body: Body | None = None,
        *,
        paid: bool = False,
    ) -> Request:
        base_url = self._config.base_url
        url = path if "://" in path else base_url + path
        own_headers = self._headers if _origin(url) == _origin(base_url) else {}
        return Request(method, url, {**own_headers, **(headers or {})}, body, paid)

    def _redirect_url(self, url: str, location: str) -> str:
        try:
            return urljoin(url, location)
        except ValueError as exc:
            raise self.bad_response("The file redirects to an invalid URL") from exc

    def _send(self, request: Request, use: Callable[["httpx2.Response", float], T]) -> T:
        """Return `use(response, deadline)`; retry where that may help and cannot cost anything."""
        import httpx2  # 17 MB and 70 ms, which only processes that generate should pay

        deadline = time.monotonic() + self._config.timeout
        for attempt in count(1):
            try:
                with open_response(request, max(deadline - time.monotonic(), 0.1)) as response:
                    self._raise_for_status(response, deadline, paid=request.paid)
                    return use(response, deadline)
            except (httpx2.ConnectError, httpx2.ConnectTimeout) as exc:
                error, retry = self._lost(exc), True  # nothing was sent
            except (httpx2.HTTPError, httpx2.InvalidURL) as exc:
                error = self._lost(exc, uncertain=request.paid)
                retry = request.is_idempotent
            except ProviderError as exc:
                error, retry = exc, request.is_idempotent and is_transient(exc)
            if not retry or attempt == _MAX_ATTEMPTS or time.monotonic() > deadline:
                raise error
            time.sleep(self._config.tuning.provider_retry * attempt)
        raise AssertionError("unreachable")

    def _raise_for_status(
        self, response: "httpx2.Response", deadline: float, *, paid: bool
    ) -> None:
        if response.status_code >= 400:
            body = self._read(response, deadline)
            raise self._response_error(response.status_code, response.headers, body, paid=paid)

    def _response_error(
        self, status: int, headers: Mapping[str, str], body: bytes, *, paid: bool
    ) -> ProviderError:
        error = error_for_response(self._config.provider, status, headers, body)
        error.uncertain = error.uncertain and paid
        return error

    def _read(
        self,
        response: "httpx2.Response",
        deadline: float,
        read: ReadBody = read_all,
        *,
        paid: bool = False,
    ) -> bytes:
        if 300 <= response.status_code < 400:
            raise self.bad_response("The response is a redirect", uncertain=paid)
        try:
            return read(read_chunks(response, deadline))
        except ValueError as exc:
            raise self.bad_response(f"The response cannot be used: {exc}", uncertain=paid) from exc

    def _json(
        self, response: "httpx2.Response", deadline: float, read: ReadBody, *, paid: bool = False
    ) -> dict[str, Any]:
        body = self._read(response, deadline, read, paid=paid)
        return self.parse(response.headers, body, paid=paid)

    def _copy(
        self, response: "httpx2.Response", deadline: float, write: Write
    ) -> tuple[str | None, str]:
        """Write the body; return the location of a redirect or None, and the media type."""
        if response.status_code >= 300:
            return response.headers.get("location", ""), ""
        size = 0
        for chunk in self._stream(response, deadline):
            size += len(chunk)
            if size > _MAX_FILE_BYTES:
                raise self.bad_response(f"The file is larger than {_MAX_FILE_BYTES >> 30} GB")
            write(chunk)
        if not size:
            raise self.bad_response("The file is empty")
        media_type = response.headers.get("content-type", "").partition(";")[0].strip()
        return None, media_type if media_type.startswith(_MEDIA_TYPES) else ""

    def _stream(self, response: "httpx2.Response", deadline: float) -> Iterator[bytes]:
        """Yield the chunks; after the first one, a failure raises an error that is not retried."""
        import httpx2  # see above

        started = False
        try:
            for chunk in read_chunks(response, deadline):
                started = True
                yield chunk
        except httpx2.HTTPError as exc:
            if started:
                raise self._lost(exc) from exc
            raise


def _origin(url: str) -> tuple[str, str] | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None  # the request will fail as well
    return parts.scheme, parts.netloc


def _valid_key(config: ApiConfig) -> str:
    """Return the key. Raises ProviderError for an invalid one, before anything is sent."""
    key = config.key.strip()
    if not key:
        raise ProviderError(config.provider, "The API key is empty")
    if not is_api_key(key):
        raise ProviderError(config.provider, "The API key must be printable ASCII without spaces")
    return key
