"""Everything by keyboard alone, from the login to an export; the focus is always to be seen."""

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import FileChooser, Page, expect

from tests.browser import TIMEOUT, needs_browser
from tests.console import edited_work
from tests.console.visit import PASSWORD, Visit
from tests.jobs.helpers import until
from tests.service import Client

pytestmark = [needs_browser, pytest.mark.slow]

# How the element that has the focus is called, and whether something is wrong with it.
FOCUS = """() => {
    const element = document.activeElement;
    if (!element || element === document.body) return { names: [], problem: "", bar: [] };
    const { ariaLabel, innerText, value, title } = element;
    const labels = [...(element.labels ?? [])].map((label) => label.innerText.trim());
    const names = [ariaLabel, innerText?.trim(), value, title, ...labels];
    if (element.id === "main") return { names, problem: "", bar: [] };
    const box = element.getBoundingClientRect();
    const at = (part, start, length) => start + 1 + part * (length - 2);
    const parts = [0, 0.25, 0.5, 0.75, 1];
    const isAt = (x, y) => {
        const top = document.elementFromPoint(x, y);
        return element.contains(top) || top?.closest("label")?.control === element;
    };
    const seen = parts.some((x) => parts.some((y) =>
        isAt(at(x, box.left, box.width), at(y, box.top, box.height))));
    const around = element.closest(".segments, .card");
    const frame = around ?? element.closest(".pick")?.querySelector("img");
    const styles = [element, frame].filter(Boolean).flatMap((each) =>
        [getComputedStyle(each), getComputedStyle(each, "::after")]);
    const marked = styles.some(({ outlineStyle, boxShadow }, index) =>
        outlineStyle !== "none" || (index > 1 && boxShadow !== "none"));
    const problem = seen ? (marked ? "" : "no mark of the focus") : "obscured";
    const bar = element.closest("[role=toolbar]")?.querySelectorAll("button") ?? [];
    return { names, problem, bar: [...bar].map((each) => each.ariaLabel ?? each.innerText.trim()) };
}"""

# Between its last and first element, the focus is in the browser's own bars.
CONTAINS_FOCUS = """dialog => [dialog.contains(document.activeElement),
    document.activeElement === document.body].includes(true)"""


class Keyboard:
    """Someone without a mouse, who has to see where the focus is after each key."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def write(self, text: str) -> None:
        """Replace what a field has."""
        self.press("ControlOrMeta+a")
        self.page.keyboard.type(text)

    def tab_to(self, name: str, back: bool = False) -> None:
        """Press Tab until something with this name, text, value or label has the focus.

        In its toolbar, press arrows. It may appear meanwhile.
        """
        passed = []
        bar: list[str] = []
        deadline = time.monotonic() + TIMEOUT / 1000
        while time.monotonic() < deadline:
            tab = "Shift+Tab" if back else "Tab"
            self.press("ArrowRight" if name in bar else tab)
            focus = self.page.evaluate(FOCUS)
            bar = focus["bar"]
            passed.append((focus["names"], focus["problem"]))
            assert not focus["problem"], passed[-1]
            if any(each and each.split("\n")[0] == name for each in focus["names"]):
                return
        raise AssertionError(f"{name} cannot be reached: {passed[-60:]}")

    def choose(self, name: str, back: bool = False) -> None:
        """Go to a button or link, and use it."""
        self.tab_to(name, back)
        self.press("Enter")

    def choose_file(self, name: str, file: Path) -> None:
        with self.page.expect_file_chooser() as chooser:
            self.choose(name)
        found: FileChooser = chooser.value
        found.set_files(file)


def test_keyboard_alone_leads_from_the_login_to_an_export(visit, samples):
    account = {"email": visit.email, "password": PASSWORD, "name": "Ana"}
    visit.service.request("POST", "/api/auth/register", account)
    visit.open("/")
    expect(visit.page.get_by_label("E-mail")).to_be_visible()
    keyboard = Keyboard(visit.page)
    log_in(keyboard, visit.email)
    create_work(keyboard)
    write_brief(keyboard, samples / "image.jpg")
    make_scenes(keyboard)
    cut(keyboard)
    export(keyboard)
    visit.expect_problem("401")  # of what is asked for while the session ends
    log_out(keyboard)


def log_in(keyboard: Keyboard, email: str) -> None:
    keyboard.tab_to("E-mail")
    keyboard.write(email)
    keyboard.tab_to("Password")
    keyboard.write(PASSWORD)
    keyboard.press("Enter")
    expect(keyboard.page.get_by_role("heading", name="Make your first video")).to_be_visible()


def create_work(keyboard: Keyboard) -> None:
    """Create a project with a work; its dialog keeps the focus, and gives it back."""
    page = keyboard.page
    keyboard.choose("An idea")
    dialog = page.get_by_role("dialog", name="New project")
    name = dialog.get_by_role("textbox").first
    expect(name).to_be_focused()
    for _ in range(8):
        keyboard.press("Tab")
        assert dialog.evaluate(CONTAINS_FOCUS)
    keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("button", name="An idea")).to_be_focused()
    keyboard.press("Enter")
    expect(name).to_be_focused()
    keyboard.tab_to("Name (optional)")
    keyboard.write("Arc lamp")
    keyboard.tab_to("Make the film at once, with the demo")
    keyboard.press("Space")
    keyboard.choose("Create project")
    expect(page.get_by_label("Name of the work")).to_be_visible()


def write_brief(keyboard: Keyboard, photo: Path) -> None:
    keyboard.tab_to("Product or subject")
    keyboard.write("Arc lamp")
    keyboard.choose_file("Add pictures", photo)
    expect(keyboard.page.get_by_role("checkbox", name=photo.name)).to_be_checked()
    keyboard.tab_to("Format")
    keyboard.press("a")  # "Another size": further letters count if they follow within a second
    values = {"Width": "320", "Height": "180", "Length": "2", "Number of scenes": "2"}
    for label, value in values.items():
        keyboard.tab_to(label)
        keyboard.write(value)
    keyboard.choose("Go to the scenes")


def make_scenes(keyboard: Keyboard) -> None:
    """Write the scenario and make the scenes; arrows move in a scene's menu, Escape closes it."""
    page = keyboard.page
    expect(page.get_by_role("button", name="Write the scenario")).to_be_enabled()
    keyboard.choose("Write the scenario")
    expect(page.get_by_role("heading", name="2 scenes")).to_be_visible()
    keyboard.choose("Make 2 missing clips")
    expect(page.get_by_text("2 of 2 with a clip")).to_be_visible()
    keyboard.choose("More actions for scene 2")
    expect(page.get_by_role("menuitem", name="New clip from this picture")).to_be_focused()
    keyboard.press("ArrowUp")  # to the last item
    expect(page.get_by_role("menuitem", name="Remove")).to_be_focused()
    keyboard.press("Escape")
    expect(page.get_by_role("button", name="More actions for scene 2")).to_be_focused()


def cut(keyboard: Keyboard) -> None:
    """Add a transition and a text to the timeline."""
    page = keyboard.page
    keyboard.choose("Edit", back=True)
    expect(page.get_by_role("region", name="Timeline")).to_be_visible()
    keyboard.choose("Clip 1")
    keyboard.tab_to("Transition to the next", back=True)
    keyboard.press("Enter")
    expect(page.get_by_role("radio", name="Cut")).to_be_attached()
    keyboard.tab_to("Cut")
    keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="Fade", exact=True)).to_be_checked()
    keyboard.choose("Text")
    expect(page.get_by_role("textbox", name="Text on the picture")).to_be_focused()
    page.keyboard.type("Summer")  # instead of the words that it begins with
    expect(page.get_by_role("group", name="Texts").get_by_role("button")).to_contain_text("Summer")


def export(keyboard: Keyboard) -> None:
    page = keyboard.page
    keyboard.choose("Export", back=True)
    expect(page.get_by_role("radio", name="Standard")).to_be_visible()
    keyboard.tab_to("Standard")
    keyboard.press("ArrowLeft")  # to the draft
    keyboard.choose("Export draft")
    expect(page.get_by_role("button", name=re.compile("Play the video"))).to_be_visible()
    keyboard.tab_to("Download")
    with page.expect_download() as download:
        keyboard.press("Enter")
    assert download.value.suggested_filename == "Arc lamp 16x9 320x180 draft.mp4"


def log_out(keyboard: Keyboard) -> None:
    keyboard.choose("Account of Ana", back=True)
    expect(keyboard.page.get_by_role("menuitem", name="Ana (")).to_be_focused()
    keyboard.press("ArrowUp", "Enter")  # the last item
    expect(keyboard.page.get_by_label("E-mail")).to_be_visible()


def test_focus_is_not_below_the_bars_of_a_small_window(visit):
    client, page = visit.log_in(), visit.page
    work = client.new_work(client.new_project(name="Spring"), name="Teaser")
    scenes = [{"scene_index": n, "image_prompt": f"Lamp {n}"} for n in range(3)]
    client.put(work, {"scenes": scenes})
    page.set_viewport_size({"width": 390, "height": 480})
    visit.open(f"{work.removeprefix('/api')}/scenes")
    expect(page.get_by_role("heading", name="3 scenes")).to_be_visible()

    keyboard = Keyboard(page)
    keyboard.tab_to("Add a scene")
    keyboard.tab_to("Models", back=True)


def test_keys_of_the_editor_work_wherever_the_focus_is(opened, edited):
    visit, client, page = opened
    visit.open(f"{edited.removeprefix('/api')}/edit")  # the focus is nowhere yet
    keyboard = Keyboard(page)
    clips = page.get_by_role("group", name="Clips").get_by_role("button")
    expect(clips).to_have_count(edited_work.CLIPS)

    keyboard.press("Tab", "Enter", "Tab", "Enter")  # over what comes before
    expect(clips.first).to_be_focused()
    play_with_space(keyboard)
    list_keys(keyboard, visit)
    copy_and_split(keyboard)
    delete_clips(keyboard, client, edited)


def play_with_space(keyboard: Keyboard) -> None:
    """Play while a clip, a tab, a link and nothing has the focus: none of them is pressed."""
    page = keyboard.page
    pause = page.get_by_role("button", name="Pause", exact=True)
    playhead = page.get_by_role("textbox", name="Time")
    clip = page.get_by_role("group", name="Clips").get_by_role("button").first
    keyboard.press(" ")
    expect(pause).to_be_visible()
    keyboard.press(" ")
    expect(clip).to_have_attribute("aria-pressed", "false")
    page.evaluate("document.activeElement.blur()")
    keyboard.press("Home")  # so that it does not come to the end meanwhile
    page.get_by_role("tab", name="Sound").click()
    keyboard.press(" ")
    expect(pause).to_be_visible()
    expect(page.get_by_role("tab", name="Sound")).to_have_attribute("aria-selected", "true")
    page.get_by_role("link", name="Edit").click()
    keyboard.press("k", "Home", "ArrowRight")
    expect(playhead).to_have_value("00:00.01")
    page.evaluate("document.activeElement.blur()")
    keyboard.press("ArrowRight")
    expect(playhead).to_have_value("00:00.02")


def list_keys(keyboard: Keyboard, visit: Visit) -> None:
    """Open the list of keys with its button and its key; keys do nothing behind it."""
    page = keyboard.page
    dialog = page.get_by_role("dialog", name="Keys")
    keyboard.choose("Keys")
    expect(dialog.get_by_role("term")).to_have_count(40)
    expect(dialog).to_contain_text("Split at the playhead")
    assert visit.accessibility_violations() == []
    keyboard.press("Escape")
    expect(page.get_by_role("button", name="Keys")).to_be_focused()
    keyboard.press("?")
    expect(dialog).to_be_visible()
    keyboard.press("s", "Escape")
    expect(page.get_by_role("button", name="Keys")).to_be_focused()


def copy_and_split(keyboard: Keyboard) -> None:
    page = keyboard.page
    clips = page.get_by_role("group", name="Clips").get_by_role("button")
    texts = page.get_by_role("group", name="Texts").get_by_role("button")
    expect(clips).to_have_count(edited_work.CLIPS)
    page.evaluate("document.activeElement.blur()")
    keyboard.press("Shift+ArrowRight", *5 * ["ArrowRight"], "s")
    expect(clips).to_have_count(edited_work.CLIPS + 1)
    keyboard.press("Control+z")
    expect(clips).to_have_count(edited_work.CLIPS)
    keyboard.press("Control+Shift+Z")
    expect(clips).to_have_count(edited_work.CLIPS + 1)
    keyboard.press("Control+z")
    clips.first.click()
    keyboard.press("Control+c", "End", "Control+v")
    expect(clips).to_have_count(edited_work.CLIPS + 1)
    expect(clips.last).to_have_attribute("aria-pressed", "true")
    keyboard.press("Delete")
    expect(clips).to_have_count(edited_work.CLIPS)
    texts.first.click()
    keyboard.press("Control+d", "Control+x", "Control+v")
    expect(texts).to_have_count(len(edited_work.TEXTS) + 1)


def delete_clips(keyboard: Keyboard, client: Client, path: str) -> None:
    """Delete a clip so that black is left, and close the gap; then one that leaves none."""
    page = keyboard.page
    clips = page.get_by_role("group", name="Clips").get_by_role("button")
    expect(page.get_by_text("Saved")).to_be_visible()
    track = client.get(path).json["editorState"]["editorData"]["videoTrack"]

    def third() -> float:
        expect(page.get_by_text("Saved")).to_be_visible()
        after = client.get(path).json["editorState"]["editorData"]["videoTrack"]
        return float(next(each["start"] for each in after if each["id"] == track[2]["id"]))

    gap = page.get_by_role("button", name="Close the gap, 1.0 s")
    clips.nth(1).click()
    keyboard.press("Shift+Delete")
    expect(clips).to_have_count(edited_work.CLIPS - 1)
    expect(page.get_by_text("Clip 2 was deleted")).to_be_attached()
    keyboard.press("Control+z")
    expect(clips.nth(1)).to_have_attribute("aria-pressed", "true")
    expect(gap).to_have_count(0)
    keyboard.press("Shift+Delete")
    expect(clips).to_have_count(edited_work.CLIPS - 1)
    assert third() == 2
    gap.press("Enter")
    until(lambda: third() == 1)
    clips.first.click()
    page.get_by_label("Start", exact=True).fill("0")  # as it is
    expect(page.get_by_text("Saved")).to_be_visible()
    clips.first.click()
    keyboard.press("Delete")
    until(lambda: third() == 0)
