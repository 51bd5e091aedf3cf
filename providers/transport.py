"""One HTTP request: on a connection of its own, without proxies or cookies, with an end.

A connection that is kept may be closed by the vendor at the very moment it is used again, which
leaves open whether a paid order arrived. So none is kept, and nothing has to be closed.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl

    import httpx2

_CONNECT = 10.0  # seconds

Content = bytes | Callable[[], Iterator[bytes]]  # a function where it is made as it is sent


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a vendor. `paid`: it may start what costs money."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    content: Content | None = None
    paid: bool = False

    @property
    def repeatable(self) -> bool:
        """Whether it changes nothing, however often it is sent."""
        return self.method != "POST"


@contextmanager
def answered(request: Request, seconds: float) -> Iterator["httpx2.Response"]:
    """The answer to a request, its body still to come. Raises httpx2.HTTPError, InvalidURL."""
    import httpx2  # 17 MB and 70 ms, which only those need who generate

    content = request.content() if callable(request.content) else request.content
    timeout = httpx2.Timeout(seconds, connect=min(seconds, _CONNECT))
    headers = {"Accept-Encoding": "identity", **request.headers}
    with (
        httpx2.Client(verify=_tls(), trust_env=False, timeout=timeout) as client,
        client.stream(request.method, request.url, headers=headers, content=content) as response,
    ):
        yield response


def chunks(response: "httpx2.Response", deadline: float) -> Iterator[bytes]:
    """The body, at most 64 KB at once; also one that comes drop by drop has to end in time."""
    import httpx2  # as above

    for chunk in response.iter_bytes():
        if time.monotonic() > deadline:
            raise httpx2.ReadTimeout("the whole call took too long")
        yield chunk


@lru_cache(maxsize=1)
def _tls() -> "ssl.SSLContext":
    """Made once: reading all certificates takes some 20 ms."""
    import httpx2  # as above

    return httpx2.create_ssl_context(trust_env=False)
