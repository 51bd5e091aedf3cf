"""What the tests of the page call a problem: `Visit` records it, and fails the test."""

import time

import pytest
from playwright.sync_api import expect

from tests.browser import TIMEOUT, needs_browser
from tests.console.visit import Visit

pytestmark = [needs_browser, pytest.mark.slow]


@pytest.mark.parametrize("host", ["other.example", "127.0.0.1:9"])
@pytest.mark.parametrize(
    "request_to",
    [
        "url => fetch(url).catch(() => undefined)",
        "url => { new Image().src = url }",
        "url => location.assign(url)",
    ],
)
def test_requests_to_other_services_are_problems(visit, host, request_to):
    page = visit.new_tab()  # the first one may still be on its way to a page that says what failed
    page.goto(f"{visit.base}/api/health")
    visit.expect_problem("ERR_")  # which the console may say after the problem was taken
    page.evaluate(request_to, f"http://{host}/")

    take_problem(visit, f"foreign request: http://{host}/")


def test_errors_of_scripts_are_problems(visit):
    visit.open("/login")

    visit.page.evaluate("setTimeout(() => { throw new Error('broken') })")

    take_problem(visit, "broken")


def test_changes_are_saved_when_a_screen_is_left(opened):
    visit, client, _ = opened
    work = client.new_work(client.new_project())
    visit.go(work.removeprefix("/api"))
    visit.page.get_by_label("Product or subject").fill("Arc lamp")

    visit.leave()

    assert client.show(work)["productName"] == "Arc lamp"


def test_what_the_page_keeps_is_forgotten_when_a_screen_is_left(opened, edited):
    visit, _, page = opened
    tabs = page.get_by_role("tab", name="Project")
    for _ in range(2):
        visit.go(f"{edited.removeprefix('/api')}/edit")
        expect(tabs).to_have_attribute("aria-selected", "false")
        tabs.click()
        expect(tabs).to_have_attribute("aria-selected", "true")

        visit.leave()


def take_problem(visit: Visit, text: str) -> None:
    """Wait for a problem with this text, and let it not fail the test."""
    deadline = time.monotonic() + TIMEOUT / 1000
    while not any(text in problem for problem in visit.problems):
        assert time.monotonic() < deadline, visit.problems
        visit.page.wait_for_timeout(10)  # events arrive meanwhile
    visit.problems.clear()
