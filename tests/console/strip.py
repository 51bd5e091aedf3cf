"""The timeline of the editor, by mouse and by fingers."""

from collections.abc import Sequence
from typing import Literal

from playwright.sync_api import Locator, Page

Part = Literal["start", "middle", "end"]

_HANDLE = 4  # pixels from the edge of an item


class Strip:
    """The timeline of a page. Distances are in seconds of it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clips = page.locator(".item.clip")
        self.said = page.locator(".strip [aria-live]")

    def item(self, id_: str) -> Locator:
        """Return a clip, text, picture, place of music or caption."""
        return self.page.locator(f'.item[data-id="{id_}"]')

    @property
    def scale(self) -> float:
        """The pixels of a second."""
        found = self.page.locator(".strip-content").evaluate(
            "e => e.style.getPropertyValue('--scale')"
        )
        return float(found)

    def place(self, item: Locator, part: Part = "middle") -> tuple[float, float]:
        """Return where a part of an item is in the window."""
        item.scroll_into_view_if_needed()
        box = item.bounding_box()
        assert box is not None
        across = {"start": _HANDLE, "middle": box["width"] / 2, "end": box["width"] - _HANDLE}
        return box["x"] + across[part], box["y"] + box["height"] / 3

    def pull(self, item: Locator, seconds: float, part: Part = "middle") -> None:
        """Press a mouse on a part of an item and move it, without releasing it."""
        x, y = self.place(item, part)
        mouse, by = self.page.mouse, seconds * self.scale
        mouse.move(x, y)
        mouse.down()
        mouse.move(x + by / 2, y)
        mouse.move(x + by, y)

    def drag(self, item: Locator, seconds: float, part: Part = "middle") -> None:
        """Drag a part of an item."""
        self.pull(item, seconds, part)
        self.page.mouse.up()


class Fingers:
    """Touches of a page's screen."""

    def __init__(self, page: Page) -> None:
        self._session = page.context.new_cdp_session(page)

    def down(self, *places: tuple[float, float]) -> None:
        """Put fingers down."""
        self._touch("touchStart", places)

    def move(self, *places: tuple[float, float]) -> None:
        """Move the fingers that are down."""
        self._touch("touchMove", places)

    def up(self) -> None:
        """Lift all fingers."""
        self._touch("touchEnd", ())

    def _touch(self, kind: str, places: Sequence[tuple[float, float]]) -> None:
        points = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(places)]
        self._session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
