"""Transfers end as soon as whoever waits for them does not want them any more, whatever happens."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from outbound import addresses, fetch
from tests.reliability.slow_servers import KINDS, SlowServer

_SECONDS = 10  # on a busy machine; a transfer is given up after 60


class _NoMoreError(Exception):
    """Nobody wants the file any more."""


@contextmanager
def _full_server() -> Iterator[str]:
    """Yield the address of a server that accepts no connection, as it has too many."""
    with ExitStack() as sockets:
        server = sockets.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):
            other = sockets.enter_context(socket.socket())
            other.setblocking(False)
            other.connect_ex(server.getsockname())
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"


def _seconds_until_given_up(url: str) -> float:
    """Return how long a transfer goes on after nobody wants it any more."""
    ended = time.monotonic() + 0.3

    def check() -> None:
        if time.monotonic() > ended:
            raise _NoMoreError

    with pytest.raises(_NoMoreError):
        fetch.download(
            url,
            lambda _data: None,
            max_bytes=1 << 20,
            seconds=60,
            allowed_hosts=["127.0.0.1"],
            check=check,
        )
    return time.monotonic() - ended


@pytest.mark.parametrize("kind", KINDS)
def test_transfer_from_a_slow_server_is_given_up(kind):
    with SlowServer.running(kind) as server:
        assert _seconds_until_given_up(server.url) < _SECONDS


def test_connection_that_is_not_accepted_is_given_up():
    with _full_server() as url:
        assert _seconds_until_given_up(url) < _SECONDS


def test_lookup_that_takes_long_is_given_up(monkeypatch):
    answers = threading.Event()

    def lookup(_host: str, _port: int) -> list[str]:
        answers.wait(60)
        return []

    monkeypatch.setattr(addresses, "lookup", lookup)

    assert _seconds_until_given_up("http://shop.example/") < _SECONDS
    answers.set()
