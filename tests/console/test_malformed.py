"""Addresses and stored choices that cannot be read."""

import pytest
from playwright.sync_api import expect

from tests.browser import needs_browser

pytestmark = needs_browser


def test_malformed_address_is_not_found(opened):
    visit, _, page = opened
    visit.expect_problem("404")  # of an address that the service does not know as a screen's
    for address in ("/projects/%ZZ", "/projects/%E0%A4%A/works/x"):
        visit.open(address)
        expect(page.get_by_role("heading", name="There is nothing here")).to_be_visible()
    page.get_by_role("link", name="All projects", exact=True).click()
    expect(page.get_by_role("heading", name="Projects", exact=True)).to_be_visible()


@pytest.mark.parametrize("stored", ['{"llm":', "7", "null", '{"llm": 7, "image": {}}'])
def test_stored_choice_that_cannot_be_read_is_none(opened, stored):
    visit, client, page = opened
    user = client.get("/api/auth/me").json["id"]
    keys = (f"vidworks.choices.{user}", "vidworks.captions", "vidworks.timelineHeight")
    page.evaluate(
        "([keys, value]) => keys.forEach((key) => localStorage.setItem(key, value))", [keys, stored]
    )
    visit.open("/settings/providers")

    choice = page.get_by_role("combobox", name="Provider").first
    expect(choice).to_have_value("")
