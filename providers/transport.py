"""A single HTTP request: on its own connection, without proxies or cookies, with a deadline.

A vendor may close a kept-alive connection at the moment it is reused, which leaves open whether a
paid request arrived. Therefore no connection is reused, and none has to be closed at exit.
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

_CONNECT_SECONDS = 10.0

Body = bytes | Callable[[], Iterator[bytes]]  # a function yields the chunks of a streamed body


@dataclass(frozen=True, slots=True)
class Request:
    """A request to a vendor. `paid`: it may start work that is charged."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: Body | None = None
    paid: bool = False

    @property
    def is_idempotent(self) -> bool:
        """Whether repeating the request has no further effect."""
        return self.method != "POST"


@contextmanager
def open_response(request: Request, timeout: float) -> Iterator["httpx2.Response"]:
    """Send a request; yield its response, whose body is not read yet.

    `timeout` is in seconds, for each network operation. Raises httpx2.HTTPError, InvalidURL.
    """
    import httpx2  # 17 MB and 70 ms, which only processes that generate should pay

    content = request.body() if callable(request.body) else request.body
    timeouts = httpx2.Timeout(timeout, connect=min(timeout, _CONNECT_SECONDS))
    headers = {"Accept-Encoding": "identity", **request.headers}
    with (
        httpx2.Client(verify=_ssl_context(), trust_env=False, timeout=timeouts) as client,
        client.stream(request.method, request.url, headers=headers, content=content) as response,
    ):
        yield response


def read_chunks(response: "httpx2.Response", deadline: float) -> Iterator[bytes]:
    """Yield the body in chunks of at most 64 KB. Raises httpx2.ReadTimeout after the deadline."""
    import httpx2  # see above

    for chunk in response.iter_bytes():
        if time.monotonic() > deadline:
            raise httpx2.ReadTimeout("the deadline has passed")
        yield chunk


@lru_cache(maxsize=1)
def _ssl_context() -> "ssl.SSLContext":
    """Create the context once: reading all certificates takes about 20 ms."""
    import httpx2  # see above

    return httpx2.create_ssl_context(trust_env=False)
