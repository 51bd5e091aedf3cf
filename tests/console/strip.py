"""The timeline of the editor, by mouse and by fingers."""

import asyncio
from typing import Any, Literal

from playwright.sync_api import Locator, Page

from tests.console.timelines import Json

Part = Literal["start", "middle", "end"]

Point = tuple[float, float]

_HANDLE = 4  # pixels from the edge of an item
_STEPS = 8  # of a swipe


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

    def down(self, *places: Point) -> None:
        """Put fingers down."""
        self._touch(_event("touchStart", *places))

    def move(self, *places: Point) -> None:
        """Move the fingers that are down."""
        self._touch(_event("touchMove", *places))

    def slide(self, start: Point, end: Point) -> None:
        """Move a finger that is down."""
        self._touch(*_moves(start, end))

    def up(self) -> None:
        """Lift all fingers."""
        self._touch(_event("touchEnd"))

    def tap(self, place: Point) -> None:
        """Put a finger down, and lift it."""
        self._touch(_event("touchStart", place), _event("touchEnd"))

    def swipe(self, start: Point, end: Point) -> None:
        """Move a finger from here to there at once."""
        self._touch(_event("touchStart", start), *_moves(start, end), _event("touchEnd"))

    def _touch(self, *events: Json) -> None:
        """Send events together: with pauses in between, a tap or a swipe would be a hold."""
        session: Any = self._session._impl_obj  # the API waits for each of them

        async def send() -> None:
            sent = (session.send("Input.dispatchTouchEvent", event, None) for event in events)
            await asyncio.gather(*sent)

        self._session._sync(send())


def _event(kind: str, *places: Point) -> Json:
    points = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(places)]
    return {"type": kind, "touchPoints": points}


def _moves(start: Point, end: Point) -> list[Json]:
    shares = [step / _STEPS for step in range(1, _STEPS + 1)]
    places = [
        (start[0] + (end[0] - start[0]) * each, start[1] + (end[1] - start[1]) * each)
        for each in shares
    ]
    return [_event("touchMove", place) for place in places]
