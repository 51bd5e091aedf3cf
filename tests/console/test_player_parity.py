"""The player shows what is exported: its stage against frames of a real export."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.browser import needs_browser
from tests.console import edited_work
from tests.console.edited_work import FPS, FRAME, middle_of
from tests.console.timelines import Json
from tests.console.visit import Visit
from tests.export.measure import Frame, frames
from tests.media.browser import similarity
from tests.service import Service

pytestmark = [pytest.mark.slow, needs_browser]

SCALE = 2  # pixels of the screen for one of CSS: the player has half of the frame's size in these
SIZE = (FRAME[0] // SCALE, FRAME[1] // SCALE)
VIDEO = "yuv420p"  # in which videos are: colours have half of the resolution
HELD, GAP = 8.4, 9.3
MOVEMENTS = ("fade", "wipeleft", "wiperight", "slide", "slideup", "slidedown", "dissolve")
TIMES = {"alone": 0.2, **{name: middle_of(name) for name in MOVEMENTS}, "held": HELD, "gap": GAP}
_SEEK = "async (time) => { player.seek(time); await player.settled(); }"


@pytest.fixture(scope="module")
def visit(browser: Browser, console_service: Service) -> Iterator[Visit]:
    with browser.new_context(device_scale_factor=SCALE) as context:
        visit = Visit(context, console_service)
        yield visit
        assert visit.problems == []


@pytest.fixture(scope="module")
def exported(visit: Visit, tmp_path_factory: pytest.TempPathFactory) -> tuple[Page, list[Frame]]:
    """The player of a work, and the frames of the work's export."""
    directory = tmp_path_factory.mktemp("work")
    client = visit.log_in()
    work: Json = edited_work.create(client, directory)
    answer = client.post(f"/api/projects/{work['projectId']}/works/{work['id']}/export", {})
    assert answer.status == 200, answer.body
    path = directory / "exported.mp4"
    path.write_bytes(answer.body)
    visit.open()
    visit.page.evaluate(edited_work.OPEN_PLAYER, [work, *SIZE])
    return visit.page, list(frames(path))


@pytest.mark.parametrize("time", TIMES.values(), ids=TIMES)
def test_player_shows_the_frame_of_the_export(
    exported: tuple[Page, list[Frame]], time: float, tmp_path: Path
) -> None:
    page, video = exported
    page.evaluate(_SEEK, time)
    stage = {"x": 0, "y": 0, "width": SIZE[0], "height": SIZE[1]}
    page.screenshot(path=tmp_path / "page.png", clip=stage)  # type: ignore[arg-type]
    shown = Image.open(tmp_path / "page.png").convert("RGB")

    expected = Image.fromarray(video[int(time * FPS + 1e-6)])
    assert similarity(expected, shown, tmp_path, VIDEO) > 0.97, similarity(
        expected, shown, tmp_path, VIDEO
    )
