"""Nothing that is typed gets lost: saving by itself, merging, and a server that goes away."""

from typing import Any

import pytest
from playwright.sync_api import APIResponse, Page, Route, expect

from tests.browser import needs_browser
from tests.console.forms import open_brief
from tests.console.visit import Visit
from tests.held_locks import held, lock_of
from tests.jobs.helpers import until
from tests.service import Client, Service

pytestmark = [needs_browser, pytest.mark.slow]

LOCKED_SECONDS = 30  # on a busy machine


def save_before(page: Page, client: Client, work: str, fields: dict[str, Any]) -> None:
    """Let another client save fields of the work right before the page saves."""
    is_saved = False

    def answer(route: Route) -> None:
        nonlocal is_saved
        if route.request.method == "PATCH" and not is_saved:
            is_saved = True
            assert client.request("PATCH", work, fields).status == 200
        route.continue_()

    page.route(f"**{work}", answer)


def test_changed_fields_are_saved_and_others_merged(visit):
    visit.expect_problem("412")  # of a save that begins before the page heard of the other
    client, work, page = open_brief(visit)

    page.get_by_label("Product or subject").fill("Arc lamp")
    client.request("PATCH", work, {"targetAudience": "Readers"})
    page.get_by_label("Length").fill("12")

    expect(page.get_by_label("For whom")).to_have_value("Readers")
    expect(page.locator(".save-status")).to_have_text("Saved")
    stored = client.get(work).json
    assert stored["productName"] == "Arc lamp"
    assert stored["videoDuration"] == 12
    assert stored["targetAudience"] == "Readers"


HEAR = """async () => {
    const { on } = await import(new URL("state/events.js", document.scripts[2].src));
    on("work", ({ updatedAt }) => { window.heard = updatedAt; });
}"""


def test_what_is_changed_while_a_work_is_read_is_shown(opened):
    visit, client, page = opened
    work = client.new_work(client.new_project(name="Spring"), name="Teaser")
    read: list[tuple[Route, APIResponse]] = []
    page.route(f"**{work}", lambda route: read.append((route, route.fetch())), times=1)
    visit.go(work.removeprefix("/api"))
    until(lambda: page.wait_for_timeout(20) or read)
    page.evaluate(HEAR)
    changed = client.request("PATCH", work, {"productName": "Arc lamp"}).json
    page.wait_for_function("(at) => window.heard >= at", arg=changed["updatedAt"])

    [(route, answer)] = read
    route.fulfill(response=answer)

    expect(page.get_by_label("Product or subject")).to_have_value("Arc lamp")


def test_same_field_changed_twice_shows_both_and_asks(visit):
    visit.expect_problem("412")
    client, work, page = open_brief(visit)

    save_before(page, client, work, {"productName": "Theirs"})
    page.get_by_label("Product or subject").fill("Mine")

    conflict = page.get_by_role("group", name="Product or subject")
    expect(conflict.get_by_text("Mine")).to_be_visible()
    conflict.get_by_role("button", name="Use the other one").click()
    expect(page.get_by_label("Product or subject")).to_have_value("Theirs")
    expect(page.locator(".save-status")).to_have_text("Saved")
    assert client.get(work).json["productName"] == "Theirs"


def test_save_whose_answer_is_lost_is_not_taken_for_someone_elses(visit):
    visit.expect_problem("412")
    visit.expect_problem("ERR_")
    client, work, page = open_brief(visit)

    def lose_answer(route: Route) -> None:
        if route.request.method == "PATCH":
            route.fetch()
        route.abort()

    page.route(f"**{work}", lose_answer)
    visit.context.set_offline(True)
    page.get_by_label("Product or subject").fill("Arc")
    expect(page.locator(".save-status")).to_contain_text("Not saved yet")
    page.get_by_label("Product or subject").fill("Arc lamp")
    page.unroute_all(behavior="wait")
    visit.context.set_offline(False)

    expect(page.locator(".save-status")).to_have_text("Saved")
    assert client.get(work).json["productName"] == "Arc lamp"


def test_scenes_that_two_people_add_at_the_same_moment_both_stay(visit):
    visit.expect_problem("412")
    client = visit.log_in()
    work = client.new_work(client.new_project(name="Spring"), name="Teaser")
    first = {"scene_index": 0, "image_prompt": "First"}
    assert client.request("PATCH", work, {"scenes": [first]}).status == 200
    visit.open(f"{work.removeprefix('/api')}/scenes")
    page = visit.page
    theirs = {"scene_index": 1, "image_prompt": "Theirs"}

    save_before(page, client, work, {"scenes": [first, theirs]})
    page.get_by_role("button", name="Add a scene").click()
    scenes = page.locator(".storyboard > .scene")
    expect(scenes).to_have_count(3)
    expect(scenes.last.locator("textarea").first).to_be_focused()
    page.keyboard.type("Mine")

    expect(page.locator(".save-status")).to_have_text("Saved")
    stored = [(each["scene_index"], each["image_prompt"]) for each in client.show(work)["scenes"]]
    assert stored == [(0, "First"), (1, "Theirs"), (2, "Mine")]


def test_invalid_value_is_named_at_its_field_and_the_rest_is_saved(visit):
    visit.expect_problem("400")
    client, work, page = open_brief(visit)

    page.get_by_label("Language of texts").fill("x" * 500)
    page.get_by_label("Language of texts").evaluate("input => input.removeAttribute('maxlength')")
    page.get_by_label("Language of texts").fill("x" * 501)

    expect(page.locator(".save-status")).to_contain_text("Not saved:")
    expect(page.locator(".field-error")).to_contain_text("500")
    page.get_by_label("Product or subject").fill("Arc lamp")
    until(lambda: client.get(work).json["productName"] == "Arc lamp")
    expect(page.locator(".save-status")).to_contain_text("Not saved:")
    expect(page.locator(".field-error")).to_contain_text("500")
    page.get_by_label("Language of texts").fill("de")
    expect(page.locator(".save-status")).to_have_text("Saved")
    assert client.get(work).json["language"] == "de"


@pytest.fixture
def own_service(tmp_path_factory):
    """A service that a test may kill."""
    directory = tmp_path_factory.mktemp("own") / "data"
    with Service.running(directory, WORKERS=1, REGISTRATION="open") as service:
        yield service


def test_what_is_typed_while_the_service_is_dead_is_saved_when_it_is_back(browser, own_service):
    with browser.new_context() as context:
        visit = Visit(context, own_service)
        client, work, page = open_brief(visit)
        own_service.kill()

        page.get_by_label("Product or subject").fill("Typed in the dark")
        expect(page.get_by_text("Vidworks cannot be reached.")).to_be_visible()
        expect(page.locator(".save-status")).to_contain_text("Not saved yet")
        own_service.start()

        expect(page.locator(".save-status")).to_have_text("Saved")
        expect(page.get_by_text("Vidworks cannot be reached.")).to_have_count(0)
        assert client.get(work).json["productName"] == "Typed in the dark"


@pytest.mark.thorough
def test_what_was_not_saved_before_another_screen_is_saved_later(browser, own_service):
    with browser.new_context() as context:
        visit = Visit(context, own_service)
        client, work, page = open_brief(visit)
        page.get_by_role("link", name="Jobs").click()
        page.go_back()
        expect(page.get_by_label("Name of the work")).to_have_value("Teaser")
        own_service.kill()

        page.get_by_label("Product or subject").fill("Typed in the dark")
        page.get_by_role("link", name="Jobs").click()
        expect(page.get_by_text("Vidworks cannot be reached.")).to_be_visible()
        own_service.start()

        expect(page.get_by_text("Vidworks cannot be reached.")).to_have_count(0)
        page.go_back()
        expect(page.get_by_label("Product or subject")).to_have_value("Typed in the dark")
        expect(page.locator(".save-status")).to_have_text("Saved")
        assert client.get(work).json["productName"] == "Typed in the dark"


@pytest.mark.thorough  # the service waits for the lock for five seconds, the page as long again
def test_what_is_typed_while_the_work_is_locked_is_saved_afterwards(visit):
    visit.expect_problem("503")
    client, work, page = open_brief(visit)
    status = page.locator(".save-status")

    with held(lock_of(visit.service.data_dir, work)):
        page.get_by_label("Product or subject").fill("Arc lamp")
        expect(status).to_contain_text("The document is locked.", timeout=LOCKED_SECONDS * 1000)

    expect(status).to_have_text("Saved", timeout=LOCKED_SECONDS * 1000)
    assert client.get(work).json["productName"] == "Arc lamp"
