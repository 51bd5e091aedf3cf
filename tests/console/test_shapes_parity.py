"""A film in another shape: the player shows under *Format* what the export of the film gives.

Texts, pictures and captions are at nine places each.
"""

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page

from tests.browser import needs_browser
from tests.console import edited_work
from tests.console.screenshots import compare_until
from tests.console.timelines import Json
from tests.export.measure import Frame, frames
from tests.media.image_files import encoded
from tests.service import Client

pytestmark = [pytest.mark.slow, needs_browser]

FRAME = (640, 360)
SHAPES = {"9:16": (360, 640), "1:1": (360, 360), "4:5": (360, 450), "16:9": FRAME}
FPS = 10
LENGTH = 2  # frames of each place
PLACES = [(x, y) for y in (-140, 0, 140) for x in (-210, 0, 210)]
LOOKS: list[Json] = [
    {"align": "left", "width": 200},
    {"backgroundColor": "#203a8acc", "shadow": False},
    {"align": "right", "width": 130, "outlineWidth": 2},
]
WORDS = ("Summer sale", "Weihnachtsgeschenke", "夏のセール", "One line\nand another one")
_SHOW = "async (time) => { player.seek(time); await player.settled(); }"


@pytest.fixture(scope="module")
def work(opened_for_player):
    """A work in 16:9 with something at each place, and its path."""
    _, client, _ = opened_for_player
    project = client.new_project(name="Shapes")
    path = client.new_work(project, name="Shapes")
    still = np.linspace((20, 60, 110), (90, 120, 60), FRAME[0])[None].repeat(FRAME[1], 0)
    answer = client.put(
        f"{path}/media/scene/0/image", encoded_array(still), Content_Type="image/png"
    )
    assert answer.status == 200, answer.body
    logo = np.full((60, 120, 3), (230, 180, 40))
    logo[8:-8, 8:-8] = (120, 40, 90)
    asset = edited_work.upload_bytes(client, f"{project}/assets", "logo.png", encoded_array(logo))
    return client.save(path, {"editorState": state(asset)}), path


def encoded_array(pixels) -> bytes:
    return encoded(Image.fromarray(pixels.astype(np.uint8)))


def state(asset: str) -> Json:
    """Return an editorState: in each slot a text at a place, a picture at another, a caption."""
    seconds = LENGTH / FPS
    times = [{"start": n * seconds, "end": (n + 1) * seconds} for n in range(len(PLACES))]
    texts, pictures = {}, {}
    for number, (x, y) in enumerate(PLACES):
        texts[f"text-{number}"] = {
            "text": WORDS[number % len(WORDS)],
            "fontSize": 24 + number % 3 * 4,
            "fontColor": "#ffffff",
            "centerX": x,
            "centerY": y,
            **LOOKS[number % len(LOOKS)],
        }
        across, down = PLACES[(number + 4) % len(PLACES)]
        pictures[f"picture-{number}"] = {
            "assetId": asset,
            "width": 80,
            "height": 40,
            "centerX": across,
            "centerY": down,
            "opacity": 1,
            "rotation": (0, 0, 30)[number % 3],
        }
    return {
        "editorData": {
            "videoTrack": [{"id": "c", "sceneIndex": 0, "start": 0, "end": times[-1]["end"]}],
            "textTrack": [{"id": f"text-{n}", **each} for n, each in enumerate(times)],
            "imageTrack": [{"id": f"picture-{n}", **each} for n, each in enumerate(times)],
            "audioTrack": [],
        },
        "textOverlays": texts,
        "imageOverlays": pictures,
        "captions": [{**each, "text": f"Caption {n}"} for n, each in enumerate(times)],
        "exportSettings": {"width": FRAME[0], "height": FRAME[1], "fps": FPS, "fit": "cover"},
    }


@pytest.mark.parametrize(
    "shape",
    ["9:16", "1:1", *(pytest.param(each, marks=pytest.mark.thorough) for each in ("4:5", "16:9"))],
)
def test_player_shows_the_format_as_the_export(opened_for_player, work, shape, tmp_path):
    visit, client, _ = opened_for_player
    (stored, path), (width, height) = work, SHAPES[shape]
    exported = export(client, path, {"width": width, "height": height}, tmp_path)
    changed = {**stored, "editorState": formatted(client, stored, width, height)}
    visit.page.evaluate(edited_work.CLOSE_PLAYER)
    visit.page.evaluate(edited_work.OPEN_PLAYER, [changed, width, height, {"captions": "burn"}])

    for number in range(len(PLACES)):
        assert_alike(visit.page, number * LENGTH, exported[number * LENGTH], f"place {number}")


def export(client: Client, path: str, size: Json, directory) -> list[Frame]:
    answer = client.post(f"{path}/export", {"options": {**size, "captions": "burn"}})
    assert answer.status == 200, answer.body
    (directory / "exported.mp4").write_bytes(answer.body)
    return list(frames(directory / "exported.mp4"))


def formatted(client: Client, work: Json, width: int, height: int) -> Json:
    """Return the editorState of a copy of a work in another format."""
    project = f"/api/projects/{work['projectId']}"
    copy = client.new_work(project, name="Copy")
    client.save(copy, {"editorState": work["editorState"]})
    operation = {"op": "format", "width": width, "height": height}
    answer = client.post(f"{copy}/timeline/operations", {"operations": [operation]})
    assert answer.status == 200, answer.body
    return dict(client.get(copy).json["editorState"])


def assert_alike(page: Page, frame: int, exported: Frame, name: str) -> None:
    height, width = exported.shape[:2]
    page.evaluate(_SHOW, (frame + 0.5) / FPS)
    stage = {"x": 0, "y": 0, "width": width, "height": height}
    found, distance = compare_until(page, stage, exported, 0.98, 6)
    assert found > 0.98, name
    assert distance < 6, name
