"""Requests to addresses that users name: bounded in time and size, to public addresses only.

All of these raise the errors of outbound/errors.py.
"""

import ssl
import time
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from outbound.addresses import parse_url, same_origin
from outbound.errors import FetchError, FetchTimeoutError

if TYPE_CHECKING:
    import httpcore2
    import httpx2

Write = Callable[[bytes], object]

_CHUNK = 1 << 20
_REDIRECTS = 5
_REDIRECTING = frozenset({301, 302, 303, 307, 308})
_AGENT = "Vidworks"


class Fetched(NamedTuple):
    """What was found: the address after redirects, the Content-Type header or "", the body."""

    url: str
    type: str
    data: bytes


class _Limits(NamedTuple):
    """How much may come, until when, and which addresses may be private."""

    max_bytes: int
    deadline: float
    private: Callable[["httpx2.URL"], bool]


def get(
    url: str, *, max_bytes: int, seconds: float, allowed_hosts: Collection[str] = ()
) -> Fetched:
    """Fetch a whole page or file into memory; `allowed_hosts` are names that may be private."""
    body = bytearray()
    limits = _Limits(max_bytes, time.monotonic() + seconds, _among(allowed_hosts))
    found, kind = _follow(url, body.extend, limits)
    return Fetched(found, kind, bytes(body))


def download(
    url: str, write: Write, *, max_bytes: int, seconds: float, allowed_origin: str | None = None
) -> str:
    """Stream a file into `write`, in chunks of at most 1 MB; returns its Content-Type or "".

    `allowed_origin` is one scheme://host:port that may be private.
    """

    def private(address: "httpx2.URL") -> bool:
        return allowed_origin is not None and same_origin(address, allowed_origin)

    _, kind = _follow(url, write, _Limits(max_bytes, time.monotonic() + seconds, private))
    return kind


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    seconds: float,
    allowed_hosts: Collection[str] = (),
) -> int:
    """Send a body, to any port; returns the status, whatever it is. Redirects are not followed."""
    address = parse_url(url, any_port=True)
    limits = _Limits(0, time.monotonic() + seconds, _among(allowed_hosts))
    with _answer("POST", address, limits, headers, body) as answer:
        return answer.status


def _among(hosts: Collection[str]) -> Callable[["httpx2.URL"], bool]:
    names = {host.lower().rstrip(".") for host in hosts}
    return lambda address: address.host.rstrip(".") in names


def _follow(url: str, write: Write, limits: _Limits) -> tuple[str, str]:
    """Fetch what an address leads to; returns the last address and the type."""
    address = parse_url(url)
    for _ in range(_REDIRECTS + 1):
        with _answer("GET", address, limits, {"Accept-Encoding": "gzip"}) as answer:
            if answer.status in _REDIRECTING:
                address = parse_url(_location(address, answer))
                continue
            if not 200 <= answer.status < 300:
                raise FetchError(f"{address.host} answered with status {answer.status}.")
            _copy(address.host, answer, write, limits.max_bytes)
            return str(address), _header(answer, b"content-type")
    raise FetchError(f"{address.host} redirects more than {_REDIRECTS} times.")


@contextmanager
def _answer(
    method: str,
    address: "httpx2.URL",
    limits: _Limits,
    headers: Mapping[str, str],
    body: bytes | None = None,
) -> Iterator["httpcore2.Response"]:
    """One request and its answer, of which the body is not read yet."""
    import httpcore2  # with httpx2, takes 70 ms, which only those need who fetch

    from outbound import network

    sent: list[tuple[Any, Any]] = [(b"Host", address.netloc), ("User-Agent", _AGENT)]
    sent += [("Accept", "*/*"), ("Connection", "close"), *headers.items()]
    try:
        with (
            network.pool(limits.deadline, private=limits.private(address)) as pool,
            pool.stream(method, _as_core(address), headers=sent, content=body) as answer,
        ):
            yield answer
    except httpcore2.TimeoutException as exc:
        raise FetchTimeoutError(f"{address.host} did not answer in time.") from exc
    except (httpcore2.NetworkError, httpcore2.ProtocolError) as exc:
        raise FetchError(f"{address.host} {_reason(exc)}.") from exc


def _as_core(address: "httpx2.URL") -> "httpcore2.URL":
    """An address as httpcore2 takes it."""
    import httpcore2

    return httpcore2.URL(
        scheme=address.raw_scheme,
        host=address.raw_host,
        port=address.port,
        target=address.raw_path,
    )


def _reason(exc: Exception) -> str:
    cause = exc.args[0] if exc.args else None  # what httpcore2 made its own exception of
    if isinstance(cause, ssl.SSLCertVerificationError):
        return "has no certificate that can be trusted"
    if isinstance(cause, ssl.SSLError):
        return "does not speak TLS as it should"
    return "cannot be reached, or does not speak HTTP as it should"


def _location(address: "httpx2.URL", answer: "httpcore2.Response") -> str:
    import httpx2

    where = _header(answer, b"location")
    if not where:
        raise FetchError(f"{address.host} redirects to nowhere.")
    try:
        return str(address.join(where))
    except httpx2.InvalidURL as exc:
        raise FetchError(f"{address.host} redirects to what is no address.") from exc


def _header(answer: "httpcore2.Response", name: bytes) -> str:
    found = (value for key, value in answer.headers if key.lower() == name)
    return next(found, b"").decode("latin-1").strip()


def _copy(host: str, answer: "httpcore2.Response", write: Write, max_bytes: int) -> None:
    """Write the body, decoded. Raises FetchError beyond `max_bytes`: before, if that is told."""
    too_large = FetchError(f"{host} answered with more than {max_bytes / 1e6:g} MB.")
    announced = _header(answer, b"content-length")
    if announced.isdigit() and int(announced) > max_bytes:
        raise too_large
    written = 0
    for chunk in _decoded(host, answer):
        written += len(chunk)
        if written > max_bytes:
            raise too_large
        write(chunk)


def _decoded(host: str, answer: "httpcore2.Response") -> Iterator[bytes]:
    encoding = _header(answer, b"content-encoding").lower()
    chunks = answer.iter_stream()
    if encoding in {"", "identity"}:
        yield from chunks
    elif encoding in {"gzip", "x-gzip", "deflate"}:
        try:
            yield from _inflated(chunks)
        except (zlib.error, EOFError) as exc:
            raise FetchError(f"{host} answered with damaged data.") from exc
    else:
        raise FetchError(f"{host} answered in an encoding that was not asked for: {encoding}.")


def _inflated(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """What compressed data holds, in pieces of at most a chunk, however much it is.

    Raises zlib.error, EOFError.
    """
    inflating = zlib.decompressobj(wbits=32 + zlib.MAX_WBITS)  # gzip or zlib, as its head says
    for chunk in chunks:
        rest, piece = chunk, b"?"
        while (rest or len(piece) == _CHUNK) and not inflating.eof:
            piece = inflating.decompress(rest, _CHUNK)
            rest = inflating.unconsumed_tail
            if piece:
                yield piece
    if not inflating.eof:
        raise EOFError
