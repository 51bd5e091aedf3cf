"""Orders of videos whose connections are cut, and that are repeated: each is made and paid once.

`RELIABILITY_ROUNDS=10` cuts 200 times instead of 20.
"""

import http.client
import os
import random
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from tests.generation.videos.test_videos import SMALL
from tests.jobs.helpers import MODEL_HEADERS, wait_until_finished
from tests.service import Client, Service
from tests.vendors import Vendors

pytestmark = [pytest.mark.slow, pytest.mark.thorough]

CUTS = 20 * int(os.environ.get("RELIABILITY_ROUNDS", "1"))
CUTS_OF_AN_ORDER = 4
BYTES = {"request": 600, "response": 1_200}  # less than any has: a cut comes anywhere in them


class CuttingProxy:
    """Passes connections on, and cuts each after so many bytes of the request or the response."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.cuts = 0
        self._left = {"request": 0, "response": 0}

    @classmethod
    @contextmanager
    def running(cls, port: int) -> Iterator["CuttingProxy"]:
        proxy = cls(port)
        thread = threading.Thread(target=proxy._serve)
        thread.start()
        try:
            yield proxy
        finally:
            proxy._listener.shutdown(socket.SHUT_RDWR)
            proxy._listener.close()
            thread.join()

    def cut_next(self, direction: str, size: int) -> None:
        """Cut the next connection after so many bytes in one direction."""
        self._left = {"request": 1 << 30, "response": 1 << 30, direction: size}

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            with client, socket.create_connection(("127.0.0.1", self._target)) as service:
                pumps = [
                    threading.Thread(target=self._pump, args=(*ends, direction))
                    for *ends, direction in (
                        (client, service, "request"),
                        (service, client, "response"),
                    )
                ]
                for pump in pumps:
                    pump.start()
                for pump in pumps:
                    pump.join()

    def _pump(self, source: socket.socket, sink: socket.socket, direction: str) -> None:
        try:
            while data := source.recv(1 << 16):
                part = data[: self._left[direction]]
                sink.sendall(part)
                self._left[direction] -= len(part)
                if len(part) < len(data) or not self._left[direction]:
                    self.cuts += 1
                    break
        except OSError:
            pass
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def vendors():
    with Vendors.spawned() as spawned:
        yield spawned


def test_repeated_orders_make_and_pay_nothing_twice(vendors, tmp_path):
    settings = {**vendors.environ(), "INTRANET_HOSTS": "127.0.0.1", "FSYNC": 0}
    with (
        Service.running(tmp_path / "data", PROVIDER_POLL=0.1, **settings) as service,
        CuttingProxy.running(service.port) as proxy,
    ):
        ana = service.client(service.register())
        answered = {}
        for row in range(CUTS // CUTS_OF_AN_ORDER):
            answered[row] = ordered(proxy, str(ana.token), row)

        jobs = [wait_until_finished(ana, path) for path in answered.values()]
        assert {job["state"] for job in jobs} == {"succeeded"}
        assert proxy.cuts == CUTS
        assert len({job["id"] for job in jobs}) == len(answered)
        listed = ana.show("/api/videos?limit=200")["items"]
        assert sorted(job["metadata"]["row"] for job in listed) == sorted(answered)
        [project] = ana.show("/api/projects")
        assert len(ana.show(f"/api/projects/{project['id']}/works")) == len(answered)
        bills = Counter((call["role"], call["prompt"]) for call in vendors.counts())
        assert set(bills.values()) == {1}
        assert len(bills) == 2 * len(answered)


def ordered(proxy: CuttingProxy, token: str, row: int) -> str:
    """Order a video, repeating it after each cut; return its path."""
    scene = {"image_prompt": f"Lamp {row}", "video_prompt": f"Lamp {row} turns"}
    body = {"scenes": [scene], "resolution": SMALL, "export": False, "metadata": {"row": row}}
    headers = {**MODEL_HEADERS, "Idempotency-Key": f"row-{row}"}
    for attempt in range(CUTS_OF_AN_ORDER + 1):
        is_last = attempt == CUTS_OF_AN_ORDER
        direction = random.choice(tuple(BYTES))
        size = 1 << 30 if is_last else random.randrange(1, BYTES[direction])
        proxy.cut_next(direction, size)
        client = Client(proxy.port, token)
        try:
            answer = client.post("/api/videos", body, **headers)
        except (OSError, http.client.HTTPException):
            continue
        finally:
            client.close()
        assert answer.status == 202, answer.body
        path = answer.headers.get("Location")  # else its headers were cut
    assert path is not None
    return path
