"""The page that shows the API, in a real browser."""

import re
import shutil
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect, sync_playwright

from tests.service import Service

pytestmark = pytest.mark.slow

CHROMIUM = shutil.which("chromium")
expect.set_options(timeout=30_000)  # the machine may be busy
HOST = "vidworks.example"  # to a local host, Swagger UI behaves differently
OPTIONS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
    f"--host-resolver-rules=MAP {HOST} 127.0.0.1",
)

in_a_browser = pytest.mark.skipif(CHROMIUM is None, reason="there is no `chromium` to drive")


class Visit:
    """A browser at the page, which notes what it asks for and complains about."""

    def __init__(self, page: Page, service: Service) -> None:
        self.page = page
        self.origin = f"http://{HOST}:{service.port}"
        self.asked: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, path: str) -> None:
        """Open a page, and wait until it shows the operations."""
        self.page.goto(self.origin + path)
        expect(self.page.locator(".opblock").first).to_be_visible()


@pytest.fixture
def visit(service: Service) -> Iterator[Visit]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield Visit(browser.new_page(viewport={"width": 1280, "height": 900}), service)
        browser.close()


@in_a_browser
def test_it_shows_every_operation(visit: Visit, service: Service) -> None:
    visit.open("/api-docs")

    described = service.request("GET", "/api/openapi.json").json["paths"]
    count = sum(len(item.keys() - {"parameters"}) for item in described.values())
    expect(visit.page.locator(".opblock")).to_have_count(count)
    expect(visit.page).to_have_title("Vidworks API")


@in_a_browser
def test_it_needs_nothing_from_elsewhere(visit: Visit) -> None:
    visit.open("/api/docs")
    visit.page.wait_for_load_state("networkidle")

    assert [url for url in visit.asked if not url.startswith((visit.origin, "data:"))] == []
    assert visit.complaints == []


@in_a_browser
def test_requests_can_be_tried_with_a_token(visit: Visit, service: Service) -> None:
    token = service.register()
    service.request("POST", "/api/projects", {"name": "Spring campaign"}, token)
    visit.open("/api/docs")

    authorize(visit.page, token)
    operation = visit.page.locator("#operations-projects-listProjects")
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()

    answer = operation.locator(".live-responses-table")
    expect(answer.locator(".response-col_status").last).to_have_text(re.compile("^200"))
    expect(answer).to_contain_text("Spring campaign")
    assert visit.complaints == []


def authorize(page: Page, token: str) -> None:
    """Log in to the page as its reader would."""
    page.get_by_role("button", name="Authorize").first.click()
    dialog = page.locator(".dialog-ux")
    dialog.locator("input").first.fill(token)
    dialog.get_by_role("button", name="Apply credentials").first.click()
    dialog.get_by_role("button", name="Close").last.click()


@pytest.mark.parametrize("path", ["/api/docs", "/api/docs/", "/api-docs", "/api-docs/"])
def test_it_has_two_addresses_with_and_without_a_slash(client: FlaskClient, path: str) -> None:
    with client.get(path) as answer:
        assert answer.status_code == 200
        assert b"swagger-ui-bundle.js" in answer.data


def test_nothing_foreign_may_run_in_it(client: FlaskClient) -> None:
    with client.get("/api/docs") as answer:
        policy = answer.headers["Content-Security-Policy"]

    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["connect-src"] == "'self'"
    assert rules["frame-ancestors"] == "'none'"


@pytest.mark.parametrize("name", ["none.js", "..%2fdocs.py", "%2e%2e%2fdocs.py", "a%00b"])
def test_it_gives_no_other_files(client: FlaskClient, name: str) -> None:
    assert client.get(f"/api/docs/{name}").status_code == 404
