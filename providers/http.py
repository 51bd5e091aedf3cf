"""Calls of the vendors' APIs: none that may cost money twice, none without an end, no key shown."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urljoin, urlsplit

import orjson

from config import is_api_key
from providers.contract import Write
from providers.errors import (
    ProviderBusyError,
    ProviderError,
    ProviderTimeoutError,
    error_for_response,
    redact_key,
)
from providers.transport import Content, Request, answered, chunks

if TYPE_CHECKING:
    import httpx2

_ATTEMPTS = 3
_PAUSE = 0.3  # seconds before the second attempt; twice as long before the third
_PASSING = {500, 502, 503, 504, 529}  # what may be over at the next attempt
_LARGEST_ANSWER = 64 << 20
_LARGEST_CLIP = 4 << 30
_REDIRECTS = 5

T = TypeVar("T")
Read = Callable[[Iterator[bytes]], bytes]


@dataclass(frozen=True, slots=True)
class Access:
    """How to reach a provider: its id, a key, its base address, seconds for each call."""

    provider: str
    key: str = field(repr=False)
    base_url: str
    timeout: float


def whole(body: Iterator[bytes]) -> bytes:
    """All of an answer. Raises ValueError for more than memory should hold."""
    read = bytearray()
    for chunk in body:
        read += chunk
        if len(read) > _LARGEST_ANSWER:
            raise ValueError(f"more than {_LARGEST_ANSWER >> 20} MB")
    return bytes(read)


class Http:
    """A vendor's API, with a key. Each method raises the errors of providers/errors.py."""

    def __init__(self, access: Access, key_header: str, scheme: str = "", **headers: str) -> None:
        """The key goes as `key_header: scheme key`, to the vendor's own address alone."""
        self._access = access
        self._key = _checked_key(access)
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        self._headers = {key_header: f"{scheme} {self._key}".lstrip(), **more}

    def post(self, path: str, body: Mapping[str, Any], read: Read = whole) -> dict[str, Any]:
        """Send JSON once, and again only if not a byte was sent; `read` makes the answer small."""
        headers = {"Content-Type": "application/json"}
        request = self._request("POST", path, headers, orjson.dumps(body), paid=True)
        return self._call(request, lambda response, end: self._json(response, end, read, paid=True))

    def get(self, path: str, read: Read = whole) -> dict[str, Any]:
        """Read JSON, with a few attempts."""
        request = self._request("GET", path)
        return self._call(request, lambda response, end: self._json(response, end, read))

    def task(self, path: str, read: Read = whole) -> dict[str, Any]:
        """Read how far a task is; the error for 404 says that it is unknown there."""
        try:
            return self.get(path, read)
        except ProviderError as exc:
            if exc.status != 404:
                raise
            message = f"The task is unknown there: {exc.message}"
            raise ProviderError(exc.vendor, message, status=404) from exc

    def delete(self, path: str) -> None:
        """Delete something, with a few attempts."""
        self._call(self._request("DELETE", path), lambda *_: None)

    def upload(
        self, path: str, headers: Mapping[str, str], content: Content
    ) -> tuple[Mapping[str, str], bytes]:
        """POST something that is no JSON; returns the headers and the body of the answer."""
        request = self._request("POST", path, headers, content)
        return self._call(request, lambda r, end: (r.headers, self._read(r, end, whole)))

    def stream(self, path: str, use: Callable[[Iterator[bytes]], T]) -> T:
        """`use` an answer of any size as it arrives; once that has begun, in one attempt."""
        request = self._request("GET", path)
        return self._call(request, lambda response, end: use(self._begun(chunks(response, end))))

    def download(self, url: str, write: Write) -> str:
        """Stream a file into `write`, following redirects; returns its type, "" if untold."""
        for _ in range(_REDIRECTS):
            request = self._request("GET", url)
            location, kind = self._call(request, lambda r, end: self._copy(r, end, write))
            if location is None:
                return kind
            url = self._joined(url, location)
        raise self.unusable("The address of the finished file leads nowhere")

    def unusable(self, message: str, *, uncertain: bool = False) -> ProviderError:
        """The error for an answer that makes no sense, or that is a refusal."""
        text = redact_key(message, self._key)
        return ProviderError(self._access.provider, text, status=200, uncertain=uncertain)

    def _request(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        content: Content | None = None,
        *,
        paid: bool = False,
    ) -> Request:
        own = self._access.base_url
        url = path if "://" in path else own + path
        keyed = self._headers if _origin(url) == _origin(own) else {}
        return Request(method, url, {**keyed, **(headers or {})}, content, paid)

    def _joined(self, url: str, location: str) -> str:
        try:
            return urljoin(url, location)
        except ValueError as exc:
            raise self.unusable("It sent us on to an address that is none") from exc

    def _call(self, request: Request, use: Callable[["httpx2.Response", float], T]) -> T:
        """`use(response, deadline)`; again where that may help and cannot cost anything."""
        import httpx2  # 17 MB and 70 ms, which only those need who generate

        deadline = time.monotonic() + self._access.timeout
        for attempt in count(1):
            try:
                with answered(request, max(deadline - time.monotonic(), 0.1)) as response:
                    self._check(response, deadline, paid=request.paid)
                    return use(response, deadline)
            except (httpx2.ConnectError, httpx2.ConnectTimeout) as exc:
                error, again = self._broken(exc), True  # not a byte was sent
            except (httpx2.HTTPError, httpx2.InvalidURL) as exc:
                error, again = self._broken(exc, uncertain=request.paid), request.repeatable
            except ProviderError as exc:
                error, again = exc, request.repeatable and _is_passing(exc)
            if not again or attempt == _ATTEMPTS or time.monotonic() > deadline:
                raise error
            time.sleep(_PAUSE * attempt)
        raise AssertionError

    def _check(self, response: "httpx2.Response", deadline: float, *, paid: bool) -> None:
        if response.status_code >= 400:
            body = self._read(response, deadline, whole)
            status, headers = response.status_code, response.headers
            error = error_for_response(self._access.provider, self._key, status, headers, body)
            error.uncertain = error.uncertain and paid
            raise error

    def _read(
        self, response: "httpx2.Response", deadline: float, read: Read, *, paid: bool = False
    ) -> bytes:
        try:
            return read(chunks(response, deadline))
        except ValueError as exc:
            raise self.unusable(f"Its answer cannot be used: {exc}", uncertain=paid) from exc

    def _json(
        self, response: "httpx2.Response", deadline: float, read: Read, *, paid: bool = False
    ) -> dict[str, Any]:
        body = self._read(response, deadline, read, paid=paid)
        try:
            value = orjson.loads(body)
        except ValueError:
            value = None
        if not isinstance(value, dict) or response.status_code >= 300:
            raise self.unusable("It answered something else than JSON", uncertain=paid)
        return value

    def _copy(
        self, response: "httpx2.Response", deadline: float, write: Write
    ) -> tuple[str | None, str]:
        """Where it sends us on to, or else the type of what was written."""
        if response.status_code >= 300:
            return response.headers.get("location", ""), ""
        size = 0
        for chunk in self._begun(chunks(response, deadline)):
            size += len(chunk)
            if size > _LARGEST_CLIP:
                raise self.unusable(f"The file is larger than {_LARGEST_CLIP >> 30} GB")
            write(chunk)
        if not size:
            raise self.unusable("The file is empty")
        kind = response.headers.get("content-type", "").partition(";")[0].strip()
        return None, kind if kind.startswith(("video/", "image/")) else ""

    def _begun(self, body: Iterator[bytes]) -> Iterator[bytes]:
        """The chunks; once one was used, a failure is no more to be answered by a new attempt."""
        import httpx2  # as above

        begun = False
        try:
            for chunk in body:
                begun = True
                yield chunk
        except httpx2.HTTPError as exc:
            if begun:
                raise self._broken(exc) from exc
            raise

    def _broken(self, exc: Exception, *, uncertain: bool = False) -> ProviderError:
        import httpx2  # as above

        provider, timeout = self._access.provider, self._access.timeout
        if isinstance(exc, httpx2.TimeoutException):
            message = f"It did not answer within {timeout:g} seconds"
            return ProviderTimeoutError(provider, message, uncertain=uncertain)
        if isinstance(exc, httpx2.ConnectError):
            return ProviderError(provider, "It could not be reached")
        return ProviderError(provider, "It broke off the connection", uncertain=uncertain)


def _is_passing(exc: ProviderError) -> bool:
    """Whether a failure may be over at once; who is busy is to be left in peace for a while."""
    return exc.status in _PASSING and not isinstance(exc, ProviderBusyError)


def _origin(url: str) -> tuple[str, str] | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None  # it will not be reached either
    return parts.scheme, parts.netloc


def _checked_key(access: Access) -> str:
    """The key. Raises ProviderError for one that no vendor gives out, before anything is sent."""
    key = access.key.strip()
    if not key:
        raise ProviderError(access.provider, "The API key is empty")
    if not is_api_key(key):
        raise ProviderError(access.provider, "The API key has characters that no key has")
    return key
