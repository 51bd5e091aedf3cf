"""Take the screenshots of docs/tour.md from a running service: a new account makes a demo video.

    .venv/bin/python docs/take_screenshots.py http://localhost:3001

The service needs the demo provider, and the machine a Chromium.
"""

import secrets
import shutil
import sys
from pathlib import Path

from playwright.sync_api import (
    Browser,
    Page,
    Playwright,
    ViewportSize,
    expect,
    sync_playwright,
)

IMAGES = Path(__file__).with_name("images")
PHOTO = Path(__file__).with_name("example.jpg")
BROWSERS = ("chromium", "chromium-headless-shell")
SIZE = ViewportSize(width=1280, height=800)
SEEK = """video => new Promise((done) => {
    video.onseeked = done;
    video.pause();
    video.currentTime = 1;
})"""
COMMENTS = {  # of a guest, by their frames
    20: "Could the title come a moment later?",
    75: "Lovely light in this part.",
}
MINUTES = 3 * 60_000  # milliseconds that a demo video may take


def main(url: str) -> None:
    """Take all screenshots."""
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = open_browser(playwright)
        context = browser.new_context(viewport=SIZE, color_scheme="dark", reduced_motion="reduce")
        page = context.new_page()
        page.goto(url)
        register(page)
        make_demo_video(page)
        show_work(page)
        show_review(page)
        show(page, url, "jobs", "jobs")
        show(page, url, "settings", "settings/providers")
        show(page, url, "projects", "")
        make_film(page)
        browser.close()


def open_browser(playwright: Playwright) -> Browser:
    """Start the machine's Chromium."""
    program = next(filter(None, map(shutil.which, BROWSERS)))
    return playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])


def register(page: Page) -> None:
    """Create an account, which nobody uses again."""
    create = page.get_by_role("button", name="Create account")
    expect(create).to_be_visible()
    if page.get_by_label("Your name").count() == 0:  # not the first account of the service
        create.click()
    page.get_by_label("Your name").fill("Mara")
    page.get_by_label("E-mail").fill(f"mara-{secrets.token_hex(4)}@example.com")
    page.get_by_label("Password", exact=True).fill(secrets.token_hex(8))
    create.click()


def make_demo_video(page: Page) -> None:
    """Make a demo video, and wait until it plays."""
    page.get_by_role("button", name="Make a demo video").click()
    expect(page.get_by_text("Your video is ready")).to_be_visible(timeout=MINUTES)
    page.locator("video.player").evaluate(SEEK)
    save(page, "demo")


def show_work(page: Page) -> None:
    """Go through the tabs of the work."""
    page.get_by_role("link", name="Open the work").click()
    for tab in ("Brief", "Scenes", "Edit", "Export"):
        page.get_by_role("navigation").get_by_role("link", name=tab, exact=True).click()
        save(page, tab.lower())


def show_review(page: Page) -> None:
    """Share the exported video for review, and comment on it as a guest."""
    page.get_by_role("button", name="Share for review").click()
    page.get_by_role("button", name="Create link").click()
    link = page.get_by_role("dialog").locator("pre").inner_text()
    page.get_by_role("button", name="Close").click()
    guest = page.context.new_page()
    guest.goto(link)
    expect(guest.get_by_role("slider", name="Position")).to_be_visible()
    for number, (frame, text) in enumerate(COMMENTS.items()):
        guest.get_by_role("slider", name="Position").fill(str(frame))
        guest.locator(".composer textarea").fill(text)
        guest.get_by_role("button", name="Comment", exact=True).click()
        if number == 0:
            guest.get_by_role("textbox", name="Your name").fill("Bea")
            guest.get_by_role("button", name="Continue").click()
        expect(guest.locator(".thread", has_text=text)).to_be_visible()
    save(guest, "review")
    guest.close()


def make_film(page: Page) -> None:
    """Make a film from a photo in the dialog for a new project."""
    page.get_by_role("button", name="New project").click()
    page.locator("input[type=file]").set_input_files(PHOTO)
    page.get_by_label("What is said with photo 1").fill("This lamp follows the sun.")
    save(page, "new-project")
    page.get_by_role("button", name="Make the film").click()
    expect(page.get_by_role("heading", name="Your film is ready")).to_be_visible(timeout=MINUTES)
    page.locator("video.player").evaluate(SEEK)
    save(page, "film")


def show(page: Page, url: str, name: str, path: str) -> None:
    """Take a screenshot of an address."""
    page.goto(f"{url}/{path}")
    save(page, name)


def save(page: Page, name: str) -> None:
    """Take a screenshot once nothing is loaded any more."""
    page.mouse.move(0, 0)
    page.wait_for_timeout(1000)  # the module of a tab begins to load
    expect(page.get_by_text("Loading…")).to_have_count(0)
    page.wait_for_timeout(1500)  # pictures are decoded, and fade in
    page.screenshot(path=IMAGES / f"{name}.jpg", type="jpeg", quality=82)


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
