"""The player shows transitions as they are exported: many frames of one export."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, FloatRect, Page

from tests.browser import needs_browser
from tests.console import edited_work
from tests.console.timelines import Json
from tests.console.visit import Visit
from tests.export.measure import Frame, frames, ssim
from tests.media.image_files import encoded
from tests.service import Client, Service

pytestmark = [pytest.mark.slow, needs_browser]

FRAME = (180, 320)
FPS = 30
LENGTH, MIXED = 12, 6  # frames of a clip and of a transition
TRANSITIONS = ("wipeup", "wipedown", "zoom", "blur", "fadeblack", "fadewhite")
MOMENTS = (1, 3, 5)  # frames of a transition
STAGE: FloatRect = {"x": 0, "y": 0, "width": FRAME[0], "height": FRAME[1]}
_SHOW = "async (time) => { player.seek(time); await player.settled(); }"


@pytest.fixture(scope="module")
def visit(browser: Browser, console_service: Service) -> Iterator[Visit]:
    with browser.new_context() as context:
        visit = Visit(context, console_service)
        yield visit
        assert visit.problems == []


@pytest.fixture(scope="module")
def exported(visit: Visit, tmp_path_factory: pytest.TempPathFactory) -> list[Frame]:
    """The frames of an export of all looks; the page shows the same work in a player."""
    client = visit.log_in()
    path = client.new_work(client.new_project())
    for scene, size in enumerate((FRAME, (240, 180))):
        answer = client.put(
            f"{path}/media/scene/{scene}/image", picture(size, scene), Content_Type="image/png"
        )
        assert answer.status == 200, answer.body
    answer = client.put(path, {"editorState": state()})
    assert answer.status == 200, answer.body
    file = tmp_path_factory.mktemp("looks") / "exported.mp4"
    export(client, path, file)
    visit.open()
    visit.page.evaluate(edited_work.OPEN_PLAYER, [answer.json, *FRAME, {}])
    return list(frames(file))


def state() -> Json:
    """Return an editorState in which two pictures take turns, with a transition after each."""
    clips = [
        {
            "id": f"clip-{number}",
            "start": number * LENGTH / FPS,
            "end": (number + 1) * LENGTH / FPS,
            "sceneIndex": number % 2,
            "transitionType": transition,
            "transitionDuration": MIXED / FPS,
        }
        for number, transition in enumerate([*TRANSITIONS, "cut"])
    ]
    return {
        "editorData": {"videoTrack": clips, "textTrack": [], "audioTrack": []},
        "textOverlays": {},
        "exportSettings": {"width": FRAME[0], "height": FRAME[1], "fps": FPS},
    }


def picture(size: tuple[int, int], seed: int) -> bytes:
    """Return a picture of soft spots of many sizes and colours."""
    chance = np.random.default_rng(seed)
    layers = [
        np.asarray(Image.fromarray(spots).resize(size, Image.Resampling.BICUBIC), float)
        for side in (3, 7, 16)
        for spots in [chance.integers(0, 256, (side, side, 3), np.uint8)]
    ]
    mixture = sum(layers) / len(layers)
    return encoded(Image.fromarray(mixture.astype(np.uint8)))


def export(client: Client, path: str, file: Path) -> None:
    """Write the export of a work to a file."""
    answer = client.post(f"{path}/export", {})
    assert answer.status == 200, answer.body
    file.write_bytes(answer.body)


def test_player_shows_each_transition_as_the_export(visit: Visit, exported: list[Frame]) -> None:
    for number, name in enumerate(TRANSITIONS):
        for moment in MOMENTS:
            frame = (number + 1) * LENGTH - MIXED + moment
            assert_alike(visit.page, frame, exported[frame], f"{name}, frame {moment} of {MIXED}")


def assert_alike(page: Page, frame: int, exported: Frame, name: str) -> None:
    """Assert that the player at a frame shows that of the export."""
    page.evaluate(_SHOW, (frame + 0.5) / FPS)
    shown = np.asarray(Image.open(BytesIO(page.screenshot(clip=STAGE))).convert("RGB"))
    assert ssim(shown, exported) > 0.97, name
    assert np.abs(shown.astype(int) - exported).mean() < 5, name
