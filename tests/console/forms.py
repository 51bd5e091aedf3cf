"""What people fill in and choose at the page."""

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.console.visit import PASSWORD, Visit
from tests.service import Client


def enter(page: Page, email: str, button: str = "Log in") -> None:
    """Fill in an account's e-mail address and password, and send them."""
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name=button).click()


def choose_files(button: Locator, *paths: Path) -> None:
    """Choose files in the dialog that a button opens."""
    with button.page.expect_file_chooser() as chooser:
        button.click()
    chooser.value.set_files(paths)


def product(page: Page) -> Locator:
    """Return the first field of a brief."""
    return page.get_by_label("Product or subject")


def open_brief(visit: Visit, project: str = "Spring") -> tuple[Client, str, Page]:
    """Open the brief of a new work of somebody new; return their client, the work's path, a tab."""
    client = visit.log_in()
    work = client.new_work(client.new_project(name=project), name="Teaser")
    visit.open(work.removeprefix("/api"))
    expect(visit.page.get_by_label("Name of the work")).to_have_value("Teaser")
    expect(product(visit.page)).to_be_visible()
    return client, work, visit.page
