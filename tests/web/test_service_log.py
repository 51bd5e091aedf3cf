"""What the real service writes: its own lines and gunicorn's."""

import socket
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import orjson
import pytest

from tests.service import Service
from tests.simultaneous import at_once

# Requests that gunicorn cannot parse, of which it quotes a part in its log.
MALFORMED = (
    b"GET /api/projects?token=vg_hush HTTP/9.9\r\n\r\n",
    b"GET /api/projects?token=vg_hush now HTTP/1.1\r\n\r\n",
    b"GET http://[x/?a=b&token=vg_hush HTTP/1.1\r\n\r\n",
    b"GET /?token=vg_hush\xff HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nAuthorization : Bearer vg_hush\r\n\r\n",
    b"GET / HTTP/1.1\r\nAuthorization: Bearer vg_hush\x00\r\n\r\n",
    b"GET / HTTP/1.1\r\nAuthorization: Bearer vg_hush%b\r\n\r\n" % (b"x" * 9000),
)


@pytest.fixture
def talkative(tmp_path: Path) -> Iterator[Service]:
    service = Service(tmp_path / "data", LOG_LEVEL="DEBUG", LOG_FORMAT="json")
    service.start()
    yield service
    service.stop()


def send(service: Service, data: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", service.port), timeout=10) as connection:
        connection.sendall(data)
        with connection.makefile("rb") as file:
            return file.read()


def test_every_line_is_json_and_none_tells_a_token(talkative: Service) -> None:
    token = talkative.register()
    talkative.request("GET", f"/api/auth/me?token={token}", token=token)
    for data in MALFORMED:
        assert send(talkative, data).startswith(b"HTTP/1.1 4"), data

    text = talkative.log.read_text()

    lines = [orjson.loads(line) for line in text.splitlines()]
    assert lines[0]["message"].startswith("Vidworks is running: http://localhost:")
    assert len([line for line in lines if line["logger"] == "gunicorn.error"]) == len(MALFORMED)
    assert "hush" not in text
    assert token not in text


def test_lines_of_many_at_once_do_not_mix(talkative: Service) -> None:
    paths = [f"/api/nothing-{number}-{'x' * 200}" for number in range(16)]

    def ask_often(path: str) -> None:
        for _ in range(20):
            talkative.request("GET", path)

    at_once([partial(ask_often, path) for path in paths])

    lines = [orjson.loads(line) for line in talkative.log.read_text().splitlines()]
    told = [line["path"] for line in lines if line.get("path", "").startswith("/api/nothing")]
    assert sorted(told) == sorted(paths * 20)
