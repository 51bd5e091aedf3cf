"""Creating an account, logging in and out."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import needs_browser
from tests.console.conftest import PHONE
from tests.console.forms import enter
from tests.console.visit import PASSWORD, Visit
from tests.service import Service

pytestmark = [needs_browser, pytest.mark.slow]


def test_a_new_account_is_logged_in_and_a_reload_keeps_the_login(visit):
    page = visit.page
    visit.open("/jobs")
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_label("Your name")).to_be_focused()
    page.get_by_label("Your name").fill("Ana")
    enter(page, visit.email, "Create account")

    expect(page.get_by_role("heading", name="Jobs", exact=True)).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Jobs", exact=True)).to_be_visible()
    storage = page.evaluate("JSON.stringify([localStorage, sessionStorage])")
    assert "ey" not in storage  # no token is where scripts could read it later


def test_wrong_password_says_so(visit):
    visit.expect_problem("401")
    page = visit.page
    visit.open("/login")
    enter(page, "nobody@example.com")

    expect(page.get_by_role("alert")).to_contain_text("Invalid email or password")
    assert visit.accessibility_violations() == []


def test_logging_out_in_one_tab_logs_out_the_other(visit):
    visit.expect_problem("401")  # of the other tab's stream of events
    visit.log_in()
    visit.open()
    other = visit.new_tab()
    other.goto(visit.base)
    expect(other.get_by_role("heading", name="Make your first video")).to_be_visible()

    visit.page.get_by_role("button", name="Account of Ana").click()
    visit.page.get_by_role("menuitem", name="Log out").click()

    for page in (visit.page, other):
        expect(page).to_have_url(re.compile("/login"))
        expect(page.get_by_label("E-mail")).to_be_visible()


def test_next_person_in_the_same_tab_sees_what_changes(visit):
    visit.expect_problem("401")  # of the stream of events, which ends with the session
    visit.log_in()
    visit.open()
    page = visit.page
    page.get_by_role("button", name="Account of Ana").click()
    page.get_by_role("menuitem", name="Log out").click()
    email = f"next-{visit.email}"
    client = visit.service.client(visit.service.register(email))
    project = client.post("/api/projects", {"name": "Spring"}).json["id"]
    enter(page, email)
    page.get_by_role("link", name="Spring").click()
    expect(page.get_by_role("heading", name="Spring")).to_be_visible()

    client.post(f"/api/projects/{project}/works", {"name": "Teaser"})

    expect(page.get_by_role("link", name="Teaser")).to_be_visible()


def test_first_account_where_others_reach_the_service_needs_the_setup_code(browser, tmp_path):
    with (
        Service.running(tmp_path / "data", TRUSTED_PROXIES=1) as service,
        browser.new_context(viewport=PHONE) as context,
    ):
        visit = Visit(context, service)
        visit.expect_problem("403")
        page = visit.page
        visit.open("/settings/account")
        page.get_by_label("Your name").fill("Ana")
        page.get_by_label("E-mail").fill(visit.email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        code = page.get_by_label("Setup code")
        expect(code).to_have_accessible_description(re.compile("users setup-code"))
        code.fill("wrong")
        page.get_by_role("button", name="Create account").click()
        expect(page.get_by_role("alert")).to_contain_text("The setup code is wrong")
        assert visit.accessibility_violations() == []
        code.fill((tmp_path / "data" / "setup-code").read_text())
        page.get_by_role("button", name="Create account").click()

        expect(page.get_by_text("Registration is closed: on the server")).to_be_visible()
        page.get_by_role("button", name="Log out", exact=True).click()
        expect(page.get_by_text("Ask whoever runs this Vidworks")).to_be_visible()
        expect(page.get_by_role("button", name="Create account")).to_have_count(0)
        assert visit.problems == []
