"""The Edit screen as a person uses it: by mouse, keys and fingers alone."""

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.console.inspector import choose_transition, open_section
from tests.console.journeys.film import Film
from tests.console.strip import Point, Strip
from tests.console.timelines import Json
from tests.service import Client

EDGE = 4  # pixels from the edge of an item, where a pointer takes it
_STEPS = 8  # of a drag


class EditScreen:
    """The Edit screen of a work in a tab."""

    def __init__(self, page: Page, client: Client, work: str, *, by_touch: bool = False) -> None:
        self.page = page
        self.client = client
        self.work = work
        self._press = Locator.tap if by_touch else Locator.click
        self.strip = page.get_by_role("region", name="Timeline")
        self.clips = self.lane("Clips")
        self.inspector = page.get_by_role("region", name="Inspector")
        self.said = self.strip.locator("[aria-live]")

    # What there is

    def lane(self, name: str) -> Locator:
        """Return all that is on a lane."""
        return self.strip.get_by_role("group", name=name, exact=True).get_by_role("button")

    def clip(self, name: str, number: int = 0) -> Locator:
        """Return a clip by its name, such as "Clip 2"; parts of it are counted from 0."""
        return self.clips.filter(has_text=re.compile(rf"^\s*{name}\b")).nth(number)

    def place(self, item: Locator, across: float = 0.5) -> Point:
        """Return a place in an item, in the middle of its height."""
        item.scroll_into_view_if_needed()
        box = item.bounding_box()
        assert box is not None
        return box["x"] + box["width"] * across, box["y"] + box["height"] / 2

    def edge(self, item: Locator, name: str) -> Point:
        """Return where the start or the end of an item is taken."""
        left, y = self.place(item, 0)
        right, _ = self.place(item, 1)
        return (left + EDGE if name == "start" else right - EDGE), y

    @property
    def scale(self) -> float:
        """The pixels of a second."""
        return Strip(self.page).scale

    def at(self, seconds: float) -> Point:
        """Return where a time is on the ruler."""
        ruler = self.strip.get_by_role("slider", name="Time")
        ruler.scroll_into_view_if_needed()
        box = ruler.bounding_box()
        assert box is not None
        return box["x"] + seconds * self.scale, box["y"] + box["height"] / 2

    def saved(self) -> Json:
        """Return the editorState when it is saved."""
        expect(self.page.locator(".save-status")).to_have_text("Saved")
        state: Json = self.client.show(self.work)["editorState"]
        return state

    def track(self, name: str = "videoTrack") -> list[Json]:
        """Return what is on a track when it is saved."""
        return list(self.saved()["editorData"][name])

    # By mouse

    def drag(self, start: Point, end: Point) -> None:
        """Press the mouse here, move it there, and release it."""
        self.pull(start, end)
        self.page.mouse.up()

    def pull(self, start: Point, end: Point) -> None:
        """Press the mouse here, and move it there."""
        self.page.mouse.move(*start)
        self.page.mouse.down()
        self.page.mouse.move(*end, steps=_STEPS)

    def pull_edge(self, item: Locator, name: str, seconds: float) -> None:
        """Pull the start or the end of an item."""
        x, y = self.edge(item, name)
        self.drag((x, y), (x + seconds * self.scale, y))

    def go_to(self, seconds: float) -> None:
        """Put the playhead to a time, by typing it."""
        self._press(self.page.get_by_role("textbox", name="Time"))
        whole = int(seconds)
        self.page.keyboard.type(f"{whole}.{round((seconds - whole) * 30):02}")
        self.page.keyboard.press("Enter")

    def tool(self, name: str) -> None:
        """Press a button of the page."""
        self._press(self.page.get_by_role("button", name=name, exact=True).first)

    def tab(self, name: str) -> None:
        """Show a tab of the inspector."""
        self._press(self.inspector.get_by_role("tab", name=name))

    def choose(self, label: str, option: str) -> None:
        """Choose an option of a field of the inspector, by typing its name."""
        _choose(self.inspector, label, option)

    def transition(self, name: str) -> None:
        """Choose the transition of the selected clip to the next."""
        choose_transition(self.page, name)

    def enter(self, label: str, value: str) -> None:
        """Type a number into a field of the inspector."""
        field = self.inspector.get_by_role("spinbutton", name=label, exact=True)
        self._press(field)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(value)
        self.page.keyboard.press("Tab")

    def open_section(self, name: str) -> None:
        """Open a part of the inspector."""
        open_section(self.page, name)

    def tick(self, name: str) -> None:
        """Switch a box of the inspector on or off."""
        self._press(self.inspector.get_by_role("checkbox", name=name))

    def preset(self, name: str) -> None:
        """Add a text in a preset."""
        self.tool("Add a text in a preset")
        self._press(self.page.get_by_role("menuitem", name=name))

    # By keys

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    # The video

    def export(self, directory: Path, captions: str | None = None) -> Film:
        """Export a draft on the Export screen, and return it."""
        self.saved()
        page = self.page
        self._press(page.get_by_role("link", name="Export", exact=True))
        self._press(page.get_by_role("radio", name="Draft"))
        if captions:
            _choose(page.locator("#main"), "Captions", captions)
        self._press(page.get_by_role("button", name="Export draft"))
        expect(page.get_by_text("The video is ready")).to_be_visible()
        newest = self.client.show(f"{self.work}/exports")["exports"][0]
        answer = self.client.get(newest["url"])
        assert answer.status == 200, answer.body
        path = directory / "film.mp4"
        path.write_bytes(answer.body)
        return Film(path)


def _choose(root: Locator, label: str, option: str) -> None:
    field = root.get_by_role("combobox", name=label, exact=True)
    root.locator("label").get_by_text(label, exact=True).click()
    expect(field).to_be_focused()
    root.page.keyboard.type(option)
    expect(field.locator("option:checked")).to_have_text(option)


class Files:
    """Files that are dragged from another program over a page."""

    def __init__(self, page: Page, *paths: Path) -> None:
        self._session = page.context.new_cdp_session(page)
        self._data = {"items": [], "files": [*map(str, paths)], "dragOperationsMask": 1}

    def drop(self, place: Point) -> None:
        """Drag them to a place, and release them."""
        for kind in ("dragEnter", "dragOver", "drop"):
            event = {"type": kind, "x": place[0], "y": place[1], "data": self._data}
            self._session.send("Input.dispatchDragEvent", event)
