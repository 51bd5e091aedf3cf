"""The inspector of the editor."""

from playwright.sync_api import Locator, Page


def open_section(page: Page, name: str) -> Locator:
    """Open a part of the inspector, unless it is open since an earlier work; return it."""
    section = page.locator(".inspector-section", has_text=name)
    summary = section.locator("summary")
    if not summary.evaluate("each => each.parentElement.open"):
        summary.click()
    return section


def choose_transition(page: Page, name: str) -> None:
    """Choose the transition from the selected clip to the next."""
    section = open_section(page, "Transition to the next")
    section.get_by_text(name, exact=True).last.click()
