"""Deleting with "Undo", and the screen of the trash."""

import pytest
from playwright.sync_api import expect

from tests.browser import needs_browser
from tests.console.test_projects import choose

pytestmark = [needs_browser, pytest.mark.slow]


def test_deleted_work_and_project_are_brought_back_by_undo(visit):
    client, page = visit.log_in(), visit.page
    project = client.new_project(name="Spring")
    client.new_work(project, name="Teaser")
    messages = page.get_by_role("log")
    for path, name, works in (
        (project.removeprefix("/api"), "Teaser", []),
        ("/", "Spring", ["Teaser"]),
    ):
        visit.open(path)
        choose(page, name, "Delete")
        question = page.get_by_role("dialog", name=f"Delete “{name}”?")
        expect(question).to_contain_text("can be restored from the trash for 30 days")
        expect(question.get_by_role("listitem")).to_have_text(works)
        question.get_by_role("button", name="Delete").click()
        expect(messages).to_contain_text(f"“{name}” is in the trash")
        expect(page.get_by_role("link", name=name)).to_have_count(0)

        messages.get_by_role("button", name="Undo").click()

        expect(messages).to_contain_text(f"“{name}” was restored")
        expect(page.get_by_role("link", name=name)).to_be_visible()
    assert client.get("/api/trash").json["items"] == []


def test_restored_project_whose_name_is_taken_shows_its_new_name(visit):
    client, page = visit.log_in(), visit.page
    client.delete(client.new_project(name="Spring"))
    client.new_project(name="Spring")
    visit.open("/trash")

    page.get_by_role("button", name="Restore Spring").click()

    messages = page.get_by_role("log")
    expect(messages).to_contain_text('so this one is now called "Spring (2)".')
    messages.get_by_role("button", name="Open").click()
    expect(page.get_by_role("heading", name="Spring (2)")).to_be_visible()


def test_offer_to_undo_a_deletion_stays_until_it_is_restored_elsewhere(visit):
    client, page = visit.log_in(), visit.page
    project = client.new_project(name="Spring")
    client.new_work(project, name="Teaser")
    visit.open(project.removeprefix("/api"))
    choose(page, "Teaser", "Delete")
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    offer = page.get_by_role("log").get_by_role("button", name="Undo")
    expect(offer).to_be_visible()

    visit.go("/trash")
    expect(offer).to_be_visible()
    page.get_by_role("button", name="Restore").click()

    expect(page.get_by_role("log")).to_contain_text("“Teaser” was restored")
    expect(offer).to_have_count(0)


def test_undo_of_a_project_whose_name_is_taken_shows_its_new_name(visit):
    client, page = visit.log_in(), visit.page
    client.new_project(name="Spring")
    page.clock.install()
    visit.open("/")
    choose(page, "Spring", "Delete")
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    messages = page.get_by_role("log")
    undo = messages.get_by_role("button", name="Undo")
    expect(undo).to_be_visible()
    client.new_project(name="Spring")

    undo.click()

    renamed = 'another project called "Spring", so this one is now called "Spring (2)".'
    expect(messages).to_contain_text(renamed)
    expect(page.get_by_role("link", name="Spring (2)")).to_be_visible()
    page.clock.fast_forward(60_000)
    expect(messages).to_contain_text(renamed)  # it stays until it is dismissed


def test_trash_restores_removes_and_is_emptied(visit):
    client, page = visit.log_in(), visit.page
    project = client.new_project(name="Spring")
    for name in ("Teaser", "Film", "Draft", "Cut"):
        client.delete(client.new_work(project, name=name))
    visit.open()
    page.get_by_role("button", name="Account of").click()
    page.get_by_role("menuitem", name="Trash").click()
    rows = page.get_by_role("main").get_by_role("listitem")
    expect(rows).to_have_count(4)
    expect(rows.filter(has_text="Film")).to_contain_text("Work in Spring · Deleted")
    assert visit.accessibility_violations() == []

    page.get_by_role("button", name="Restore Teaser").click()
    expect(rows).to_have_count(3)
    page.get_by_role("button", name="Delete for good: Film").click()
    question = page.get_by_role("dialog", name="Delete “Film” for good?")
    assert visit.accessibility_violations() == []
    question.get_by_role("button", name="Delete for good").click()
    expect(rows).to_have_count(2)
    page.get_by_role("button", name="Empty trash").click()
    page.get_by_role("dialog").get_by_role("button", name="Empty trash").click()

    expect(page.get_by_role("heading", name="The trash is empty")).to_be_visible()
    assert [work["name"] for work in client.get(f"{project}/works").json] == ["Teaser"]
