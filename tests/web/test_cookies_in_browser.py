"""What browsers do with the cookies of a session: a real one, on two ports of one host."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.browser import TIMEOUT, needs_browser
from tests.people import PASSWORD
from tests.service import Service

pytestmark = [needs_browser, pytest.mark.slow]

SEND = """([method, url, body]) =>
    fetch(url, {method, credentials: "include", body: body && JSON.stringify(body)})
        .then(async (answer) => [answer.status, await answer.text()])"""
SHOWS = """(url) => new Promise((resolve) => {
    const image = new Image();
    image.onload = () => resolve(true);
    image.onerror = () => resolve(false);
    image.src = url;
})"""

POST_FORM = """(url) => {
    const form = document.createElement("form");
    Object.assign(form, {method: "POST", action: url});
    document.body.append(form);
    form.submit();
}"""


@pytest.fixture
def context(browser):
    with browser.new_context() as context:
        context.set_default_timeout(TIMEOUT)
        yield context


@pytest.fixture
def other_origin():
    """The origin of an empty page on another port of the same host: of the same site."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()

        def log_message(self, *_arguments: Any) -> None:
            """Log nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()


def test_cookies_serve_the_page_of_the_service_and_no_other(
    service, context, other_origin, samples
):
    origin, image = f"http://localhost:{service.port}", stored_image(service, samples)
    page = context.new_page()
    page.goto(f"{origin}/api/health")
    credentials = {"email": "ana@example.com", "password": PASSWORD, "cookie": True}

    status, text = page.evaluate(SEND, ["POST", "/api/auth/login", credentials])
    page.reload()

    assert (status, "refreshToken" in text) == (200, False)
    assert page.evaluate("document.cookie") == ""
    assert page.evaluate(SEND, ["POST", "/api/auth/session", None])[0] == 200
    assert page.evaluate(SHOWS, image)
    assert page.evaluate(SEND, ["GET", "/api/auth/me", None])[0] == 401
    assert page.evaluate(SEND, ["DELETE", image, None])[0] == 401

    other = context.new_page()
    other.goto(other_origin)
    assert not other.evaluate(SHOWS, origin + image)
    with other.expect_response("**/api/auth/session") as refused:
        other.evaluate(POST_FORM, f"{origin}/api/auth/session")
    assert refused.value.status == 403
    assert "vidworks_refresh" in refused.value.request.all_headers().get("cookie", "")
    assert page.evaluate(SEND, ["POST", "/api/auth/session", None])[0] == 200


def stored_image(service: Service, samples: Path) -> str:
    """Register ana, and store an image in a work of hers; return its path."""
    account = {"email": "ana@example.com", "password": PASSWORD, "name": "Ana"}
    token = service.request("POST", "/api/auth/register", account).json["accessToken"]
    client = service.client(token)
    url = f"{client.new_work(client.new_project())}/media/scene/0/image"
    data = (samples / "image.png").read_bytes()
    assert client.put(url, data, Content_Type="image/png").status == 200
    return url
