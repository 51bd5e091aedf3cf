"""The inspector of the editor."""

from playwright.sync_api import Locator, Page


def open_section(page: Page, name: str) -> Locator:
    """Open a part of the inspector, unless it is open since an earlier work; return it."""
    section = page.locator(".inspector-section", has_text=name)
    summary = section.locator("summary")
    if not summary.evaluate("each => each.parentElement.open"):
        summary.click()
    return section
