"""Nothing that is typed gets lost: saving by itself, merging, and a server that goes away."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.browser import needs_browser
from tests.console.visit import Visit
from tests.held_locks import held, lock_of
from tests.jobs.helpers import until
from tests.service import Client, Service

pytestmark = [needs_browser, pytest.mark.slow]

LOCKED_SECONDS = 30  # on a busy machine


def open_brief(visit: Visit) -> tuple[Client, str]:
    """Open the brief of a new work; return a client of its owner and the work's path."""
    client = visit.log_in()
    work = client.new_work(client.new_project(name="Spring"), name="Teaser")
    visit.open(work.removeprefix("/api"))
    expect(visit.page.get_by_label("Name of the work")).to_have_value("Teaser")
    return client, work


def test_changed_fields_are_saved_and_others_merged(visit: Visit) -> None:
    visit.expect_problem("412")  # of a save that begins before the page heard of the other
    client, work = open_brief(visit)
    page = visit.page

    page.get_by_label("Product or subject").fill("Arc lamp")
    client.request("PATCH", work, {"targetAudience": "Readers"})
    page.get_by_label("Length").fill("12")

    expect(page.get_by_label("For whom")).to_have_value("Readers")
    expect(page.locator(".save-status")).to_have_text("Saved")
    stored = client.get(work).json
    assert stored["productName"] == "Arc lamp"
    assert stored["videoDuration"] == 12
    assert stored["targetAudience"] == "Readers"


def test_same_field_changed_twice_shows_both_and_asks(visit: Visit) -> None:
    visit.expect_problem("412")
    client, work = open_brief(visit)
    page = visit.page

    page.get_by_label("Product or subject").fill("Mine")
    client.request("PATCH", work, {"productName": "Theirs"})  # within half a second

    conflict = page.get_by_role("group", name="Product or subject")
    expect(conflict.get_by_text("Mine")).to_be_visible()
    conflict.get_by_role("button", name="Use the other one").click()
    expect(page.get_by_label("Product or subject")).to_have_value("Theirs")
    expect(page.locator(".save-status")).to_have_text("Saved")
    assert client.get(work).json["productName"] == "Theirs"


def test_save_whose_answer_is_lost_is_not_taken_for_someone_elses(visit: Visit) -> None:
    visit.expect_problem("412")
    visit.expect_problem("ERR_")
    client, work = open_brief(visit)
    page = visit.page

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


def test_invalid_value_is_named_at_its_field_and_the_rest_is_saved(visit: Visit) -> None:
    visit.expect_problem("400")
    client, work = open_brief(visit)
    page = visit.page

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
def own_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that a test may kill."""
    with Service.running(tmp_path_factory.mktemp("own") / "data", WORKERS=1) as service:
        yield service


def test_what_is_typed_while_the_service_is_dead_is_saved_when_it_is_back(
    browser: Browser, own_service: Service
) -> None:
    with browser.new_context() as context:
        visit = Visit(context, own_service)
        client, work = open_brief(visit)
        own_service.kill()

        visit.page.get_by_label("Product or subject").fill("Typed in the dark")
        expect(visit.page.get_by_text("Vidworks cannot be reached.")).to_be_visible()
        expect(visit.page.locator(".save-status")).to_contain_text("Not saved yet")
        own_service.start()

        expect(visit.page.locator(".save-status")).to_have_text("Saved")
        expect(visit.page.get_by_text("Vidworks cannot be reached.")).to_have_count(0)
        assert client.get(work).json["productName"] == "Typed in the dark"


@pytest.mark.thorough
def test_what_was_not_saved_before_another_screen_is_saved_later(
    browser: Browser, own_service: Service
) -> None:
    with browser.new_context() as context:
        visit = Visit(context, own_service)
        client, work = open_brief(visit)
        visit.page.get_by_role("link", name="Jobs").click()
        visit.page.go_back()
        expect(visit.page.get_by_label("Name of the work")).to_have_value("Teaser")
        own_service.kill()

        visit.page.get_by_label("Product or subject").fill("Typed in the dark")
        visit.page.get_by_role("link", name="Jobs").click()
        expect(visit.page.get_by_text("Vidworks cannot be reached.")).to_be_visible()
        own_service.start()

        expect(visit.page.get_by_text("Vidworks cannot be reached.")).to_have_count(0)
        visit.page.go_back()
        expect(visit.page.get_by_label("Product or subject")).to_have_value("Typed in the dark")
        expect(visit.page.locator(".save-status")).to_have_text("Saved")
        assert client.get(work).json["productName"] == "Typed in the dark"


@pytest.mark.thorough  # the service waits for the lock for five seconds, the page as long again
def test_what_is_typed_while_the_work_is_locked_is_saved_afterwards(visit: Visit) -> None:
    visit.expect_problem("503")
    client, work = open_brief(visit)
    status = visit.page.locator(".save-status")

    with held(lock_of(visit.service.data_dir, work)):
        visit.page.get_by_label("Product or subject").fill("Arc lamp")
        expect(status).to_contain_text("The document is locked.", timeout=LOCKED_SECONDS * 1000)

    expect(status).to_have_text("Saved", timeout=LOCKED_SECONDS * 1000)
    assert client.get(work).json["productName"] == "Arc lamp"


MERGES = """async () => {
    const { merge } = await import(new URL("documents/merge.js", document.scripts[2].src));
    const base = { a: 1, list: [{ x: 1, y: 1 }, { x: 2 }] };
    const mine = { a: 1, list: [{ x: 5, y: 1 }, { x: 2 }] };
    const theirs = { a: 2, list: [{ x: 1, y: 7 }, { x: 2 }] };
    const longer = { a: 1, list: [{ x: 1, y: 1 }, { x: 2 }, { x: 3 }] };
    return [merge(base, mine, theirs), merge(base, mine, longer), merge(base, base, longer)];
}"""


def test_merging_takes_what_does_not_overlap(visit: Visit) -> None:
    visit.open("/login")

    apart, overlapping, unchanged = visit.page.evaluate(MERGES)

    assert apart == {"value": {"a": 2, "list": [{"x": 5, "y": 7}, {"x": 2}]}, "conflicts": []}
    assert [conflict["path"] for conflict in overlapping["conflicts"]] == ["list"]
    assert overlapping["value"]["list"][0]["x"] == 5
    assert unchanged["conflicts"] == []
    assert len(unchanged["value"]["list"]) == 3
