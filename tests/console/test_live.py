"""The stream of events: reloads do not exhaust it, and the page waits while there is no room."""

import time

import pytest
from playwright.sync_api import Route, expect

from tests.browser import HOST, needs_browser
from tests.console.forms import enter
from tests.console.relay import HalfOpen
from tests.console.visit import ANSWER_HEADERS, Visit

pytestmark = [needs_browser, pytest.mark.slow]


def test_page_waits_as_long_as_a_busy_service_asks_for(visit):
    visit.expect_problem("503")
    client, page = visit.log_in(), visit.page
    project = client.new_project(name="Spring")
    attempts: list[float] = []

    def be_busy_once(route: Route) -> None:
        attempts.append(time.monotonic())
        if len(attempts) > 1:
            route.continue_()
            return
        route.fulfill(status=503, headers={**ANSWER_HEADERS, "Retry-After": "2"}, json={})

    page.route("**/api/events", be_busy_once)
    visit.open(project.removeprefix("/api"))
    expect(page.get_by_role("heading", name="No works yet")).to_be_visible()
    client.new_work(project, name="Made by a script")

    expect(page.get_by_role("link", name="Made by a script")).to_be_visible()
    assert attempts[1] - attempts[0] >= 2


def test_stream_that_is_half_open_is_replaced_for_all_tabs(proxied, proxy):
    client = proxied.log_in()
    project = client.new_project(name="Spring")
    proxied.context.clock.install()
    events = proxy.behaviours["GET /api/events"] = HalfOpen()
    pages = [proxied.page, proxied.new_tab()]
    for page in pages:
        page.goto(proxied.base + project.removeprefix("/api"))
        expect(page.get_by_role("heading", name="No works yet")).to_be_visible()
    events.broken.set()
    client.new_work(project, name="Made by a script")
    proxied.context.clock.fast_forward(46_000)  # three heartbeats of the service

    for page in pages:
        expect(page.get_by_role("link", name="Made by a script")).to_be_visible()


def test_page_without_tls_has_events_too(visit):
    """Browsers give such a page no locks, which tabs share the stream with."""
    visit.origin = f"http://{HOST}:{visit.service.port}"
    token = visit.service.register(visit.email)
    page = visit.page
    visit.open()
    enter(page, visit.email)
    expect(page.get_by_role("heading", name="Make your first video")).to_be_visible()

    visit.service.client(token).new_project(name="Made by a script")

    expect(page.get_by_role("link", name="Made by a script")).to_be_visible()


@pytest.mark.thorough
def test_fifty_quick_reloads_leave_room_for_events(visit):
    client, page = visit.log_in(), visit.page
    project = client.new_project(name="Spring")
    visit.open(project.removeprefix("/api"))
    for _ in range(50):
        with page.expect_response("**/api/events") as response:
            page.reload(wait_until="commit")
        assert response.value.status == 200

    client.new_work(project, name="Made by a script")
    expect(page.get_by_role("link", name="Made by a script")).to_be_visible()


@pytest.mark.thorough
def test_two_thousand_events_leave_nothing_in_memory(visit):
    client, page = visit.log_in(), visit.page
    project = client.new_project(name="Spring")
    works = [client.new_work(project) for _ in range(200)]
    visit.open(project.removeprefix("/api"))
    expect(page.locator(".card")).to_have_count(60)
    before: dict[str, float] = {}

    for number in range(11):  # after the first round, all that is kept for each work is there
        for work in works:
            client.put(work, {"name": f"Round {number}"})
        expect(page.get_by_role("link", name=f"Round {number}")).to_have_count(60)
        before = before or memory_of(visit)
    after = memory_of(visit)

    assert after["JSHeapUsedSize"] - before["JSHeapUsedSize"] < 2_000_000
    assert after["Nodes"] - before["Nodes"] < 500


def memory_of(visit: Visit) -> dict[str, float]:
    """Return what Chromium counts after a garbage collection, such as nodes with detached ones."""
    session = visit.context.new_cdp_session(visit.page)
    session.send("Performance.enable")
    session.send("HeapProfiler.collectGarbage")
    metrics = session.send("Performance.getMetrics")["metrics"]
    session.detach()
    return {each["name"]: each["value"] for each in metrics}
