"""Headers that only a proxy may set are ignored without TRUSTED_PROXIES, also from this machine."""

import pytest

from tests.web.raw_http import send_raw
from web.addresses import absolute


@pytest.mark.parametrize(
    "headers",
    [
        "SCRIPT_NAME: /api",
        "SCRIPT_NAME: /elsewhere",
        "Script_Name: /api",
        "PATH_INFO: /api/projects",
        "X-Forwarded-Prefix: /api",
        "X-Forwarded-Proto: https\r\nX-Forwarded-Ssl: off",
    ],
)
def test_header_of_a_proxy_is_ignored(service, headers):
    request = f"GET /api/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n\r\n"

    response = send_raw(service.port, request.encode())

    assert response.status == 200
    assert response.json["status"] == "ok"


@pytest.mark.parametrize("host", ["", "a b", 'evil.example"><x', "evil.example/x", "a@b", "[::1"])
def test_without_a_valid_host_addresses_are_paths(app, host):
    with app.test_request_context("/", environ_overrides={"HTTP_HOST": host}):
        assert absolute("/api/jobs/job_1") == "/api/jobs/job_1"
