"""The log of the real service: its own lines and gunicorn's."""

from functools import partial

import orjson
import pytest

from tests.service import CommandService, Service
from tests.simultaneous import at_once
from tests.web.raw_http import send_raw

# Requests that gunicorn cannot parse, and of which it logs a part.
MALFORMED = (
    b"GET /api/projects?token=vg_secret HTTP/9.9\r\n\r\n",
    b"GET /api/projects?token=vg_secret now HTTP/1.1\r\n\r\n",
    b"GET http://[x/?a=b&token=vg_secret HTTP/1.1\r\n\r\n",
    b"GET /?token=vg_secret\xff HTTP/1.1\r\n\r\n",
    b"PUT /api/uploads/secret HTTP/9.9\r\n\r\n",
    b"GET http://[x/api/downloads/secret?secret HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nAuthorization : Bearer vg_secret\r\n\r\n",
    b"GET / HTTP/1.1\r\nAuthorization: Bearer vg_secret\x00\r\n\r\n",
    b"GET / HTTP/1.1\r\nAuthorization: Bearer vg_secret%b\r\n\r\n" % (b"x" * 9000),
)


@pytest.fixture
def service(tmp_path):
    """The real service with the log level DEBUG."""
    with Service.running(tmp_path / "data", LOG_LEVEL="DEBUG", LOG_FORMAT="json") as service:
        yield service


def test_every_line_is_json_and_contains_no_token(service):
    token = service.register()
    service.request("GET", f"/api/auth/me?token={token}", token=token)
    for data in MALFORMED:
        assert 400 <= send_raw(service.port, data).status < 500, data
    service.stop()

    text = service.log.read_text()

    lines = [orjson.loads(line) for line in text.splitlines()]
    assert lines[0]["message"].startswith("Vidworks is running: http://localhost:")
    assert len([line for line in lines if line["logger"] == "gunicorn.error"]) == len(MALFORMED)
    assert "secret" not in text
    assert token not in text


def test_lines_of_simultaneous_requests_are_not_interleaved(service):
    paths = [f"/api/nothing-{number}-{'x' * 200}" for number in range(16)]

    def request_repeatedly(path: str) -> None:
        for _ in range(20):
            service.request("GET", path)

    at_once([partial(request_repeatedly, path) for path in paths])
    service.stop()

    lines = [orjson.loads(line) for line in service.log.read_text().splitlines()]
    logged = [line["path"] for line in lines if line.get("path", "").startswith("/api/nothing")]
    assert sorted(logged) == sorted(paths * 20)


def test_start_warns_about_an_open_registration_a_retired_model_and_a_local_volume(tmp_path):
    settings = {"GEMINI_API_KEY": "secret-key", "GEMINI_VIDEO_MODEL": "veo-3.1-generate-preview"}
    exposed = {"NODE": "a", "REGISTRATION": "open", "SERVER_KEY_USERS": "*"}
    service = CommandService(tmp_path / "data", **exposed, **settings)
    service.start()
    service.stop()

    log = service.log.read_text()
    assert "Warning: NODE is set, but DATA_DIR is not on a known" in log
    assert "Warning: strangers who reach this service (NODE=a) can create accounts" in log
    assert "spend GEMINI_API_KEY" in log
    assert "secret-key" not in log
    retired = "the model veo-3.1-generate-preview was retired on 2026-10-22"
    assert f"Warning: GEMINI_VIDEO_MODEL: {retired}; use gemini-omni-1.2-flash." in log
