"""What could not be saved before a page was closed or crashed is offered at the next visit."""

import pytest
from playwright.sync_api import Error, Locator, Page, expect

from tests.browser import needs_browser
from tests.console import relay
from tests.console.relay import Exchange
from tests.console.visit import Visit
from tests.jobs.helpers import until

pytestmark = [needs_browser, pytest.mark.slow]

# The names of the fields in each draft.
_DRAFTS = """async () => {
    const known = await indexedDB.databases();
    if (!known.some(({ name }) => name === "vidworks")) return [];
    const done = (request) => new Promise((resolve) => {
        request.onsuccess = () => resolve(request.result);
    });
    const database = await done(indexedDB.open("vidworks"));
    const drafts = await done(database.transaction("drafts").objectStore("drafts").getAll());
    database.close();
    return drafts.map(({ edits }) => Object.keys(edits).sort());
}"""

_HAS_DATABASE = """async () =>
    (await indexedDB.databases()).some(({ name }) => name === "vidworks")"""

# In one step, since what is typed is saved half a second later, in one request.
_TYPE_AND_LEAVE = """([say, subject, url]) => {
    for (const [field, value] of [[say, "long ".repeat(16_000)], [subject, "Arc lamp"]]) {
        field.value = value;
        field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    location.assign(url);
}"""


@pytest.fixture
def work(proxied):
    """A client, and the path of a work of the same person."""
    proxied.expect_problem("412")
    client = proxied.log_in()
    return client, client.new_work(client.new_project(name="Spring"), name="Teaser")


def open_brief(page: Page, visit: Visit, work: str) -> None:
    page.goto(visit.base + work.removeprefix("/api"))
    expect(page.get_by_label("Name of the work")).to_have_value("Teaser")


def drafts(page: Page) -> list[list[str]]:
    """Return the names of the fields in each draft that the browser keeps."""
    return list(page.evaluate(_DRAFTS))


def offer(page: Page) -> Locator:
    return page.locator(".notice", has_text="You have unsaved changes")


def crash(page: Page) -> None:
    with page.expect_event("crash"), pytest.raises(Error, match="crash"):
        page.goto("chrome://crash")
    page.close()


def test_words_of_a_tab_that_crashed_are_merged_with_what_others_changed(proxied, proxy, work):
    client, path = work
    page, other = proxied.page, proxied.new_tab()
    open_brief(page, proxied, path)
    proxy.behaviours = {f"PATCH {path}": relay.log_in_page}
    page.get_by_label("Product or subject").fill("Arc lamp")
    page.get_by_label("Language of texts").fill("de")
    until(lambda: drafts(page) == [["language", "productName"]])
    client.request("PATCH", path, {"targetAudience": "Readers", "language": "fr"})
    open_brief(other, proxied, path)
    expect(offer(other)).to_have_count(0)  # the tab is open
    crash(page)
    other.close()  # it crashed as well: they share a process
    proxy.behaviours = {}
    other = proxied.new_tab()
    open_brief(other, proxied, path)

    expect(offer(other)).to_contain_text("Product or subject and Language of texts")
    offer(other).get_by_role("button", name="Restore").click()
    conflict = other.get_by_role("group", name="Language of texts")
    expect(conflict.get_by_text("fr")).to_be_visible()
    conflict.get_by_role("button", name="Keep yours").click()
    expect(other.locator(".save-status")).to_have_text("Saved")
    stored = client.get(path).json
    values = [stored[field] for field in ("productName", "language", "targetAudience")]
    assert values == ["Arc lamp", "de", "Readers"]
    until(lambda: drafts(other) == [])


def refuse_long(exchange: Exchange) -> None:
    """Refuse the save half a second after typing, since a page may be left later than that."""
    behave = relay.log_in_page if b"long long" in exchange.request else relay.pass_on
    behave(exchange)


def test_on_leave_what_fits_is_saved_and_the_rest_offered_again(proxied, proxy, work):
    client, path = work
    page = proxied.page
    page.on("dialog", lambda dialog: dialog.accept())
    open_brief(page, proxied, path)
    until(lambda: page.evaluate(_HAS_DATABASE))  # there is no time to make it while it is left
    fields = [
        page.get_by_label(label).element_handle()
        for label in ("What should the video say?", "Product or subject")
    ]
    proxy.behaviours = {f"PATCH {path}": refuse_long}
    page.evaluate(_TYPE_AND_LEAVE, [*fields, f"{proxied.base}/settings"])
    page.wait_for_url("**/settings*")

    until(lambda: client.get(path).json["productName"] == "Arc lamp")
    assert client.get(path).json["productDescription"] == ""
    open_brief(page, proxied, path)
    expect(offer(page)).to_contain_text("What should the video say?")
    expect(offer(page)).not_to_contain_text("Product")
    offer(page).get_by_role("button", name="Discard").click()
    expect(offer(page)).to_have_count(0)
    until(lambda: drafts(page) == [])
    assert client.get(path).json["productDescription"] == ""
