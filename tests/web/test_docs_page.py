"""The API page, some of it in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import HOST, needs_browser
from tests.cases import cases
from tests.service import Service
from tests.web.openapi import Json, each_operation

pytestmark = pytest.mark.slow

MAX_STEPS = 500
PROJECTS = r"/api/projects(/\{projectId\}(/\w+)?)?"
# By half a window, and from the end to the start; then one frame.
SCROLL = """() => {
  const atEnd = scrollY + innerHeight >= document.documentElement.scrollHeight - 1;
  if (atEnd) scrollTo(0, 0); else scrollBy(0, innerHeight / 2);
  return new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
}"""


class Tab:
    """A browser tab that records its requests, console messages and errors."""

    def __init__(self, page: Page, service: Service) -> None:
        self.page = page
        self.origin = f"http://{HOST}:{service.port}"
        self.requested: list[str] = []
        self.messages: list[str] = []
        page.on("request", lambda request: self.requested.append(request.url))
        page.on("console", lambda message: self.messages.append(message.text))
        page.on("pageerror", lambda error: self.messages.append(str(error)))

    def open(self, path: str) -> None:
        """Open a page, and wait until it shows the operations."""
        self.page.goto(self.origin + path)
        expect(self.page.locator(".opblock").first).to_be_visible()


@pytest.fixture
def tab(browser, service):
    with browser.new_page(viewport={"width": 1280, "height": 900}) as page:
        page.set_default_timeout(60_000)
        yield Tab(page, service)


@needs_browser
@cases(
    "shown",
    {
        "projects": lambda description: {**description, "paths": of_projects(description["paths"])},
        "everything": pytest.param(lambda description: description, marks=pytest.mark.thorough),
    },
)
def test_page_shows_every_operation_and_sends_requests_with_a_token(tab, service, shown):
    """Of a part of the API, as Swagger UI takes seconds to draw all of it."""
    token = service.register()
    service.request("POST", "/api/projects", {"name": "Spring campaign"}, token)
    description = shown(service.request("GET", "/api/openapi.json").json)
    tab.page.route("**/api/openapi.json", lambda route: route.fulfill(json=description))
    tab.open("/api/docs")
    tab.page.wait_for_load_state("networkidle")

    expected = ids_of_operations(description)
    assert drawn(tab.page, expected) == expected
    expect(tab.page).to_have_title("Vidworks API")

    authorize(tab.page, token)
    tab.page.get_by_placeholder("Filter by tag").fill("get /api/projects List")
    expect(tab.page.locator(".opblock:not(.webhooks *)")).to_have_count(1)
    operation = tab.page.locator("[id^=operations-][id$=-listProjects]")
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()
    response = operation.locator(".live-responses-table")
    expect(response.locator(".response-col_status").last).to_have_text(re.compile("^200"))
    expect(response).to_contain_text("Spring campaign")

    assert [url for url in tab.requested if not url.startswith((tab.origin, "data:"))] == []
    assert tab.messages == []


def of_projects(paths: Json) -> Json:
    """Return those of a description's paths that are about projects alone."""
    return {path: item for path, item in paths.items() if re.fullmatch(PROJECTS, path)}


def ids_of_operations(description: Json) -> set[str]:
    """Return the ids of the elements for operations and webhooks, without HEAD."""
    all_paths = {"paths": {**description["paths"], **description["webhooks"]}}
    return {
        f"operations-{operation['tags'][0]}-{operation['operationId']}"
        for method, _, operation in each_operation(all_paths)
        if method != "head"
    }


def drawn(page: Page, expected: set[str]) -> set[str]:
    """Return the ids of the operations that are drawn while the page is scrolled.

    Of many operations, Swagger UI draws only those in view.
    """
    found: set[str] = set()
    for _ in range(MAX_STEPS):
        found |= set(page.evaluate("[...document.querySelectorAll('.opblock')].map(({id}) => id)"))
        if found >= expected:
            break
        page.evaluate(SCROLL)
    page.evaluate("scrollTo(0, 0)")
    return found


def authorize(page: Page, token: str) -> None:
    """Enter a token in the page's dialog."""
    page.get_by_role("button", name="Authorize").first.click()
    dialog = page.locator(".dialog-ux")
    dialog.locator("input").first.fill(token)
    dialog.get_by_role("button", name="Apply credentials").first.click()
    dialog.get_by_role("button", name="Close").last.click()


@pytest.mark.parametrize("path", ["/api/docs", "/api/docs/", "/api-docs", "/api-docs/"])
def test_page_has_two_paths_with_and_without_a_trailing_slash(client, path):
    with client.get(path) as response:
        assert response.status_code == 200
        assert b"swagger-ui-bundle.js" in response.data


def test_content_security_policy_allows_only_own_scripts(client):
    with client.get("/api/docs") as response:
        policy = response.headers["Content-Security-Policy"]

    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["connect-src"] == "'self'"
    assert rules["frame-ancestors"] == "'none'"


@pytest.mark.parametrize("name", ["none.js", "..%2fdocs.py", "%2e%2e%2fdocs.py", "a%00b"])
def test_docs_return_404_for_other_files(client, name):
    assert client.get(f"/api/docs/{name}").status_code == 404
