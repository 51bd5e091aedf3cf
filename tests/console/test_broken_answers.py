"""Answers that break off, come late, or come from something else than the service lose nothing."""

import pytest
from PIL import Image
from playwright.sync_api import Locator, Request, expect

from tests.browser import TIMEOUT, needs_browser
from tests.console import front, relay
from tests.console.conftest import SIZE
from tests.console.forms import enter, open_brief, product
from tests.console.relay import Late, Stalling
from tests.console.visit import Profile, Visit
from tests.media.image_files import encoded
from tests.service import Client

pytestmark = [needs_browser, pytest.mark.slow]

IS_WHOLE = """({ scrollWidth, clientWidth, scrollHeight, clientHeight }) =>
    clientWidth > 0 && scrollWidth <= clientWidth && scrollHeight <= clientHeight"""


@pytest.fixture(scope="module")
def _behind_a_proxy(browser, console_service):
    path = front.public_path(console_service)
    with (
        relay.running(console_service.port, path) as proxy,
        browser.new_context(viewport=SIZE, reduced_motion="reduce") as context,
    ):
        yield proxy, Profile(context)


@pytest.fixture
def proxy(_behind_a_proxy):
    """A proxy that all tests use, so that the browser's cache has the page's modules from it."""
    proxy, _ = _behind_a_proxy
    yield proxy
    proxy.behaviours = {}


@pytest.fixture
def proxied(_behind_a_proxy, console_service):
    """A person who reaches the service through the proxy, and may lose connections."""
    proxy, profile = _behind_a_proxy
    visit = Visit(profile.context, console_service, proxy.port, profile.tab)
    visit.expect_problem("ERR_")
    yield visit
    visit.end()
    profile.clear(visit.origin)
    assert visit.problems == []


def status(visit: Visit) -> Locator:
    return visit.page.locator(".save-status")


def test_save_whose_answer_breaks_off_or_is_a_portals_is_repeated(proxied, proxy):
    visit = proxied
    visit.expect_problem("412")
    client, work, _ = open_brief(visit)
    cases = (
        (relay.break_off, "Arc", "Vidworks cannot be reached."),
        (relay.log_in_page, "Arc lamp", "Another page answers in place of Vidworks"),
    )
    for behaviour, text, reason in cases:
        requests = (f"PATCH {work}", f"GET {work}", "GET /api/health")
        proxy.behaviours = dict.fromkeys(requests, behaviour)

        product(visit.page).fill(text)

        expect(status(visit)).to_contain_text("Not saved yet")
        expect(visit.page.get_by_text(reason)).to_be_visible()
        proxy.behaviours = {}
        visit.page.evaluate("dispatchEvent(new Event('online'))")
        expect(status(visit)).to_have_text("Saved")
        assert client.get(work).json["productName"] == text


def test_save_that_a_proxy_refuses_is_not_repeated_whenever_another_request_succeeds(
    proxied, proxy
):
    visit = proxied
    visit.expect_problem("403")
    _, work, _ = open_brief(visit)
    sent: list[str] = []
    base = visit.base
    visit.page.on("request", lambda each: sent.append(f"{each.method} {each.url[len(base) :]}"))
    proxy.behaviours = {f"PATCH {work}": relay.refuse}

    product(visit.page).fill("Arc")
    while sent.count(f"PATCH {work}") < 4:
        visit.page.wait_for_event("request")

    assert sent.count("GET /api/health") >= 2  # between the saves, after a pause
    proxy.behaviours = {}
    expect(status(visit)).to_have_text("Saved")


def test_postponed_save_is_repeated_in_time_and_says_why(proxied, proxy):
    visit, page = proxied, proxied.page
    visit.expect_problem("503")
    client, work, _ = open_brief(visit)
    saves: list[Request] = []
    page.on("requestfinished", lambda each: saves.append(each) if is_save(each) else None)
    proxy.behaviours = {f"PATCH {work}": relay.postpone}
    product(visit.page).fill("Arc")

    reason = f"Not saved yet, trying again: The document is locked. {relay.LOCKED}"
    expect(page.locator(".save-text")).to_have_text(reason)
    with page.expect_event("requestfinished", is_save):
        product(visit.page).fill("Arc lamp")  # is saved by the next attempt as well
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            for part in (".save-text", ".work-bar .tabs"):
                assert page.locator(part).evaluate(IS_WHOLE), (part, width)
    expect(status(visit)).to_contain_text(reason)
    proxy.behaviours = {}
    expect(status(visit)).to_have_text("Saved")
    while len(saves) < 3:  # the test hears of the end of a request a moment later
        page.wait_for_timeout(20)
    first, second, third = (each.timing["startTime"] / 1000 for each in saves[:3])
    assert second - first >= 1
    assert third - second >= 2  # longer each time
    assert client.get(work).json["productName"] == "Arc lamp"


def is_save(request: Request) -> bool:
    return request.method == "PATCH"


def test_saves_behind_a_proxy_that_weakens_entity_tags_need_one_request_each(proxied, proxy):
    visit = proxied
    proxy.behaviours = dict.fromkeys(("GET /api/projects", "PATCH /api/projects"), relay.weaken)
    client, work, _ = open_brief(visit)

    for text in ("Arc", "Arc lamp"):
        with visit.page.expect_event("requestfinished", is_save):
            product(visit.page).fill(text)
        expect(status(visit)).to_have_text("Saved")

    assert client.get(work).json["productName"] == "Arc lamp"


def test_late_answers_neither_replace_newer_ones_nor_make_two_documents(proxied, proxy):
    visit = proxied
    client, page = visit.log_in(), visit.page
    work = client.new_work(client.new_project(name="Spring"))
    client.put(work, {"scenes": [{"scene_index": 0}]})
    add_picture(client, work, "red")
    reads: list[str] = []
    page.on("request", lambda each: reads.append(each.url) if each.url.endswith(work) else None)
    document, takes, events = Late(), Late(), Stalling(0)
    others = dict.fromkeys(("GET /api/h", "GET /api/jobs", "GET /api/e"), relay.log_in_page)
    proxy.behaviours = {f"GET {work} ": document, **others}
    visit.open(f"{work.removeprefix('/api')}/scenes")
    expect(page.locator(".offline-bar")).to_be_visible()
    proxy.behaviours = {f"GET {work} ": document, "GET /api/e": events}
    expect(page.locator(".offline-bar")).to_have_count(0)
    document.release.set()

    expect(page.get_by_role("heading", name="Scene 1")).to_be_visible()
    with page.expect_request(lambda each: each.url.endswith(work)):
        events.release.set()  # when the stream begins, the page reads anew what it shows
    proxy.behaviours = {f"GET {work}/media/scene/0/takes": takes}
    reads.clear()
    page.get_by_role("button", name="Takes of scene 1").click()
    assert takes.arrived.wait(TIMEOUT / 1000)
    add_picture(client, work, "blue")
    items = page.get_by_role("dialog").get_by_role("listitem")
    expect(items).to_have_count(2)
    with page.expect_event("requestfinished", lambda each: each.url.endswith("/takes")):
        takes.release.set()
    expect(items).to_have_count(2)
    assert len(reads) == 1  # one document follows the change


def test_answer_to_the_person_before_is_not_shown_to_the_next(proxied, proxy):
    proxied.expect_problem("401")  # of the stream of events, which ends with the session
    client, page, late = proxied.log_in(), proxied.page, Late()
    client.new_project(name="Ana's project")
    proxied.service.register("ben-" + proxied.email)
    proxy.behaviours = {"GET /api/projects ": late}
    proxied.open()
    assert late.arrived.wait(TIMEOUT / 1000)
    page.get_by_role("button", name="Account of Ana").click()
    page.get_by_role("menuitem", name="Log out").click()
    enter(page, "ben-" + proxied.email)
    expect(page.get_by_role("heading", name="Make your first video")).to_be_visible()
    late.release.set()
    assert late.sent.wait(TIMEOUT / 1000)
    page.evaluate("fetch('/api/health')")  # what was sent before it has arrived before it

    expect(page.get_by_role("heading", name="Make your first video")).to_be_visible()
    expect(page.get_by_text("Ana's project")).to_have_count(0)


def add_picture(client: Client, work: str, colour: str) -> None:
    picture = encoded(Image.new("RGB", (32, 32), colour))
    answer = client.put(f"{work}/media/scene/0/image", picture, Content_Type="image/png")
    assert answer.status == 200, answer.body
