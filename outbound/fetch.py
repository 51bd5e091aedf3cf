"""HTTP requests to URLs that users supply: limited in time and size, to public addresses only.

All of these raise the errors of outbound/addresses.py.
"""

import ssl
import time
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from outbound.addresses import (
    BodyTooLargeError,
    FetchError,
    FetchTimeoutError,
    is_listed,
    parse_url,
    same_origin,
)
from outbound.patience import Check, Patience, go_on

if TYPE_CHECKING:
    import httpcore2
    import httpx2

Write = Callable[[bytes], object]
Begin = Callable[[int | None, str], object]

_CHUNK_BYTES = 1 << 20
_MAX_REDIRECTS = 5
_REDIRECT_STATUSES = frozenset({301, 302, 303, 307, 308})
_USER_AGENT = "Vidworks"


class Fetched(NamedTuple):
    """A response: its Content-Type header or "", and its body."""

    content_type: str
    data: bytes


class _Limits(NamedTuple):
    """The largest body, how long it is waited for, and which URLs may have private addresses."""

    max_bytes: int
    patience: Patience
    is_private_allowed: Callable[["httpx2.URL"], bool]


def _ignore(_size: int | None, _content_type: str) -> None:
    """Do nothing with what is known of a file."""


def get(url: str, *, max_bytes: int, seconds: float, check: Check = go_on) -> Fetched:
    """Fetch a page or file into memory. `check` is as in `download`."""
    body = bytearray()
    patience = Patience(time.monotonic() + seconds, None, check)
    limits = _Limits(max_bytes, patience, lambda _: False)
    content_type = _fetch(url, body.extend, limits, _ignore)
    return Fetched(content_type, bytes(body))


def download(
    url: str,
    write: Write,
    *,
    max_bytes: int,
    seconds: float,
    allowed_origin: str | None = None,
    allowed_hosts: Collection[str] = (),
    idle: float | None = None,
    begin: Begin = _ignore,
    check: Check = go_on,
) -> str:
    """Stream a file into `write` in chunks of at most 1 MB; return its Content-Type or "".

    `allowed_origin` is a scheme://host:port that may have a private address, and `allowed_hosts`
    are host names that may. `begin` is called with the size of the file, None if the server does
    not say it, and its Content-Type. A server that sends nothing for `idle` seconds is given up.
    `check` is called several times a second: what it raises ends the transfer.
    """

    def is_private_allowed(url: "httpx2.URL") -> bool:
        is_origin = allowed_origin is not None and same_origin(url, allowed_origin)
        return is_origin or is_listed(url.host, allowed_hosts)

    patience = Patience(time.monotonic() + seconds, idle, check)
    limits = _Limits(max_bytes, patience, is_private_allowed)
    return _fetch(url, write, limits, begin)


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    seconds: float,
    allowed_hosts: Collection[str] = (),
) -> int:
    """Send a body, to any port; return the response's status. Redirects are not followed.

    `allowed_hosts` are host names that may have private addresses.
    """
    parsed = parse_url(url, any_port=True)
    patience = Patience(time.monotonic() + seconds)
    limits = _Limits(0, patience, lambda url: is_listed(url.host, allowed_hosts))
    with _send("POST", parsed, limits, headers, body) as response:
        return response.status


def _fetch(url: str, write: Write, limits: _Limits, begin: Begin) -> str:
    """Fetch a URL, following redirects; return the content type."""
    parsed = parse_url(url)
    for _ in range(_MAX_REDIRECTS + 1):
        with _send("GET", parsed, limits, {"Accept-Encoding": "gzip"}) as response:
            if response.status in _REDIRECT_STATUSES:
                parsed = parse_url(_redirect_target(parsed, response))
                continue
            if not 200 <= response.status < 300:
                raise FetchError(f"{parsed.host} answered with status {response.status}.")
            content_type = _header(response, b"content-type")
            _check_length(parsed.host, response, limits.max_bytes)
            begin(_announced_size(response), content_type)
            _write_body(parsed.host, response, write, limits.max_bytes)
            return content_type
    raise FetchError(f"{parsed.host} redirects more than {_MAX_REDIRECTS} times.")


@contextmanager
def _send(
    method: str,
    url: "httpx2.URL",
    limits: _Limits,
    headers: Mapping[str, str],
    body: bytes | None = None,
) -> Iterator["httpcore2.Response"]:
    """Send one request and yield its response, whose body is not read yet."""
    import httpcore2  # with httpx2, takes 70 ms, which only processes that fetch should pay

    from outbound import network

    all_headers: list[tuple[Any, Any]] = [(b"Host", url.netloc), ("User-Agent", _USER_AGENT)]
    all_headers += [("Accept", "*/*"), ("Connection", "close"), *headers.items()]
    private = limits.is_private_allowed(url)
    has_begun = False
    try:
        with (
            network.connection_pool(limits.patience, private=private) as pool,
            pool.stream(method, _core_url(url), headers=all_headers, content=body) as response,
        ):
            has_begun = True
            yield response
    except httpcore2.TimeoutException as exc:
        raise FetchTimeoutError(f"{url.host} did not answer in time.") from exc
    except (httpcore2.NetworkError, httpcore2.ProtocolError) as exc:
        reason = "broke off in the middle of its response" if has_begun else _reason(exc)
        raise FetchError(f"{url.host} {reason}.") from exc


def _core_url(url: "httpx2.URL") -> "httpcore2.URL":
    """Convert a URL of httpx2 to one of httpcore2."""
    import httpcore2

    return httpcore2.URL(
        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
    )


def _reason(exc: Exception) -> str:
    cause = exc.args[0] if exc.args else None  # the exception that httpcore2 wrapped
    if isinstance(cause, ssl.SSLCertVerificationError):
        return "has no trusted certificate"
    if isinstance(cause, ssl.SSLError):
        return "failed the TLS handshake"
    return "cannot be reached, or does not send valid HTTP"


def _redirect_target(url: "httpx2.URL", response: "httpcore2.Response") -> str:
    import httpx2

    location = _header(response, b"location")
    if not location:
        raise FetchError(f"{url.host} redirects without a Location header.")
    try:
        return str(url.join(location))
    except httpx2.InvalidURL as exc:
        raise FetchError(f"{url.host} redirects to an invalid URL.") from exc


def _header(response: "httpcore2.Response", name: bytes) -> str:
    values = (value for key, value in response.headers if key.lower() == name)
    return next(values, b"").decode("latin-1").strip()


def _announced_size(response: "httpcore2.Response") -> int | None:
    """Return the size of a body; None if it is compressed, or the server does not say it."""
    length = _header(response, b"content-length")
    is_plain = _header(response, b"content-encoding").lower() in {"", "identity"}
    return int(length) if is_plain and length.isdigit() else None


def _check_length(host: str, response: "httpcore2.Response", max_bytes: int) -> None:
    """Raise BodyTooLargeError if the server announces more than `max_bytes`."""
    length = _header(response, b"content-length")
    if length.isdigit() and int(length) > max_bytes:
        raise _too_large(host, max_bytes)


def _too_large(host: str, max_bytes: int) -> BodyTooLargeError:
    return BodyTooLargeError(f"{host} answered with more than {max_bytes / 1e6:g} MB.")


def _write_body(host: str, response: "httpcore2.Response", write: Write, max_bytes: int) -> None:
    """Write the decoded body. Raises BodyTooLargeError over `max_bytes`."""
    written = 0
    for chunk in _decoded_body(host, response):
        written += len(chunk)
        if written > max_bytes:
            raise _too_large(host, max_bytes)
        write(chunk)


def _decoded_body(host: str, response: "httpcore2.Response") -> Iterator[bytes]:
    # Static hosting often sends files that were stored compressed, even to clients that accept
    # `identity` only: so compressed bodies have to be understood in any case.
    encoding = _header(response, b"content-encoding").lower()
    chunks = response.iter_stream()
    if encoding in {"", "identity"}:
        yield from chunks
    elif encoding in {"gzip", "x-gzip", "deflate"}:
        try:
            yield from _decompress(chunks)
        except (zlib.error, EOFError) as exc:
            raise FetchError(f"{host} sent corrupt compressed data.") from exc
    else:
        raise FetchError(f"{host} used an unsupported Content-Encoding: {encoding}.")


def _decompress(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Decompress gzip or zlib data in pieces of at most 1 MB, whatever the compression ratio.

    Raises zlib.error, EOFError.
    """
    decompressor = zlib.decompressobj(wbits=32 + zlib.MAX_WBITS)  # detects gzip or zlib
    for chunk in chunks:
        pending, piece = chunk, b"?"
        while (pending or len(piece) == _CHUNK_BYTES) and not decompressor.eof:
            piece = decompressor.decompress(pending, _CHUNK_BYTES)
            pending = decompressor.unconsumed_tail
            if piece:
                yield piece
    if not decompressor.eof:
        raise EOFError
