"""The player shows transitions, crops and motions as exports do: many frames of each."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import FloatRect, Page

from schemas.transitions import MOVEMENTS
from tests.browser import needs_browser
from tests.console import edited_work
from tests.console.screenshots import compare_until
from tests.console.timelines import Json
from tests.export.measure import Frame, frames
from tests.media import video_files
from tests.media.image_files import encoded
from timeline.framing import MOTIONS

pytestmark = [pytest.mark.slow, needs_browser]

FRAME = (180, 320)
FPS = 30
LENGTH, MIXED = 12, 6  # frames of a clip and of a transition
TALL, WIDE, CLIP = range(3)  # scenes
TRANSITIONS = {  # and frames of them; test_player_parity.py has the others
    "wipeup": [1, 5],
    "wipedown": [3],
    "zoom": [1, 3, 5],
    "blur": [1, 3, 5],
    "fadeblack": [1, 3, 5],
    "fadewhite": [1, 5],
}
CROP = {"x": 0.3, "y": 0.1, "width": 0.4, "height": 0.8}
DEEP = {
    "from": {"x": 0, "y": 0, "width": 1, "height": 1},
    "to": {"x": 0.6, "y": 0.1, "width": 0.4, "height": 0.4},
}
STAGE: FloatRect = {"x": 0, "y": 0, "width": FRAME[0], "height": FRAME[1]}
_SHOW = "async (time) => { player.seek(time); await player.settled(); }"


class Look(NamedTuple):
    """A clip of a timeline, and which of its frames are compared."""

    name: str
    fields: Json
    frames: Sequence[int]


MIXED_LOOKS = [
    Look(
        name,
        {"transitionType": name, "sceneIndex": number % 2},
        [LENGTH - MIXED + each for each in moments],
    )
    for number, (name, moments) in enumerate(TRANSITIONS.items())
]
FRAMED_LOOKS = [
    Look("crop", {"sceneIndex": TALL, "crop": CROP}, [0]),
    Look("crop of a wide picture", {"sceneIndex": WIDE, "crop": CROP}, [0]),
    Look("crop of a clip", {"sceneIndex": CLIP, "crop": CROP}, [6]),
    Look("crop and motion", {"sceneIndex": WIDE, "crop": CROP, "motion": DEEP}, [0, 6]),
    Look("motion of a clip", {"sceneIndex": CLIP, "motion": DEEP}, [11]),
    Look(
        "motion at double speed",
        {"sceneIndex": CLIP, "speed": 2, "motion": {"preset": "panUp"}, "transitionType": "fade"},
        [9],
    ),
    Look("motion of a frozen clip", {"sceneIndex": CLIP, "speed": 0, "motion": DEEP}, [9]),
    Look("motion after a transition", {"sceneIndex": TALL, "motion": DEEP}, [11]),
]
PRESET_LOOKS = [
    Look(name, {"sceneIndex": WIDE, "motion": {"preset": name}}, [11]) for name in MOTIONS
]
LOOKS = {
    "contain": [*MIXED_LOOKS, *FRAMED_LOOKS, *PRESET_LOOKS],
    "cover": FRAMED_LOOKS[2:4],
    "blur": FRAMED_LOOKS[2:4],
}


def test_every_transition_is_compared_with_its_export():
    assert {*TRANSITIONS, *edited_work.TRANSITIONS} >= MOVEMENTS.keys() - {"wipe"}


@pytest.fixture(scope="module")
def work(opened_for_player, tmp_path_factory):
    """The address of a work with media."""
    _, client, _ = opened_for_player
    path = client.new_work(client.new_project())
    clip = video_files.make(
        tmp_path_factory.mktemp("media") / "clip.mp4",
        "-f lavfi -i testsrc2=s=240x320:r=30:d=1 -vf hue=s=0.5,gblur=sigma=4,format=yuv420p"
        " -c:v libx264 -preset veryfast -crf 18",
    )
    media = {
        f"{TALL}/image": (picture(FRAME, 1), "image/png"),
        f"{WIDE}/image": (picture((480, 360), 2), "image/png"),
        f"{CLIP}/video": (clip.read_bytes(), "video/mp4"),
    }
    for slot, (content, media_type) in media.items():
        answer = client.put(f"{path}/media/scene/{slot}", content, Content_Type=media_type)
        assert answer.status == 200, answer.body
    return path


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


@pytest.mark.parametrize(
    "fit",
    [  # test_player_parity.py covers and blurs, too
        pytest.param(fit, marks=() if fit == "contain" else pytest.mark.thorough) for fit in LOOKS
    ],
)
def test_player_shows_each_look_as_the_export(opened_for_player, work, fit, tmp_path):
    visit, client, _ = opened_for_player
    looks = LOOKS[fit]
    answer = client.save(work, {"editorState": state(looks, fit)})
    exported = client.post(f"{work}/export", {})
    assert exported.status == 200, exported.body
    (tmp_path / "exported.mp4").write_bytes(exported.body)
    visit.page.evaluate(edited_work.CLOSE_PLAYER)
    visit.page.evaluate(edited_work.OPEN_PLAYER, [answer, *FRAME, {}])
    found = list(frames(tmp_path / "exported.mp4"))

    for number, look in enumerate(looks):
        for each in look.frames:
            frame = number * LENGTH + each
            assert_alike(visit.page, frame, found[frame], f"{look.name}, frame {each}")


def state(looks: Sequence[Look], fit: str) -> Json:
    """Return an editorState with a clip for each look."""
    clips = [
        {
            "id": f"clip-{number}",
            "start": number * LENGTH / FPS,
            "end": (number + 1) * LENGTH / FPS,
            "transitionDuration": MIXED / FPS,
            **look.fields,
        }
        for number, look in enumerate(looks)
    ]
    return {
        "editorData": {"videoTrack": clips, "textTrack": [], "audioTrack": []},
        "textOverlays": {},
        "exportSettings": {"width": FRAME[0], "height": FRAME[1], "fps": FPS, "fit": fit},
    }


def assert_alike(page: Page, frame: int, exported: Frame, name: str) -> None:
    """Assert that the player at a frame shows that of the export."""
    page.evaluate(_SHOW, (frame + 0.5) / FPS)
    found, distance = compare_until(page, STAGE, exported, 0.97, 5)
    assert found > 0.97, name
    assert distance < 5, name
