"""The player shows what is exported: its stage against frames of a real export."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FloatRect, Page

from media.streams import exact_rate
from tests.browser import needs_browser
from tests.console import edited_work, styled_texts
from tests.console.edited_work import FPS, FRAME, HELD, TRANSITIONS, middle_of
from tests.console.screenshots import compare_until
from tests.console.timelines import Json
from tests.console.visit import Visit
from tests.export.measure import Frame, frames
from tests.service import ROOT, Client

pytestmark = [pytest.mark.slow, needs_browser]

Temporary = pytest.TempPathFactory

SCALE = 2  # pixels of the screen for one of CSS: the player has half of the frame's size in these
SIZE = (FRAME[0] // SCALE, FRAME[1] // SCALE)
STAGE: FloatRect = {"x": 0, "y": 0, "width": SIZE[0], "height": SIZE[1]}
FEW: Json = {"fps": 10}  # frames, as the whole work is exported; the others have all
TIMES = {  # in the middle of frames
    "alone": 0.25,
    **{name: middle_of(name) for name in TRANSITIONS if name != "cut"},
    "held": HELD + 0.45,
    "gap": HELD + 1.25,
}
# What an export can have besides: clips over a blurred copy, captions, a font of the project.
FONT = ROOT / "media" / "fonts" / "NotoSans-Bold.ttf"
OPTIONS: Json = {"fit": "blur", "captions": "burn", "from": 1.1, "to": 2.3}
CAPTIONS = [
    {"start": 0, "end": 1.5, "text": "A caption that is long enough to need a second line"},
    {"start": 1.3, "end": 3, "text": "नमस्ते"},
    {"start": 1.35, "end": 2.0, "text": "שלום, עולם! שלום, שלום!"},
]
# Captions that follow their words, of which the second one is spoken at `SPOKEN`.
_SAID = (
    ("Every", 1.1, 1.2),
    ("Weihnachtsgeschichten,", 1.2, 1.3),
    ("नमस्ते", 1.3, 1.4),
    ("早上", 1.4, 1.5),
)
SPOKEN_CAPTION: Json = {
    "start": 1.1,
    "end": 1.5,
    "text": "Every Weihnachtsgeschichten,\nनमस्ते 早上",
    "words": [{"text": text, "start": start, "end": end} for text, start, end in _SAID],
}
SPOKEN_WINDOW: Json = {"captions": "burn", "from": 1.1, "to": 1.5}
SPOKEN = {"second": 1.27, "joined letters": 1.37, "without spaces": 1.47}  # within frames
# Clips that fill the frame, at another rate: as the work says, without options of the export.
COVERING: Json = {"width": FRAME[0], "height": FRAME[1], "fps": 12, "fit": "cover"}
COVERED_TIMES = {"clip": 1.2, "wipe": 1.75, "image": 2.2}
OPTIONAL_TIMES = {"blurred clip": 1.2, "three captions": 1.4, "wipe": 1.75, "blurred image": 2.2}
# Clips at other speeds, at a rate that is none of theirs, and where each is looked at.
SPEEDS = {"quarter": 0.25, "double": 2, "fourfold": 4, "still": 0}
RATE = 29.97
SPEED_TIMES = {
    f"{name} {at}": number / 2 + at for number, name in enumerate(SPEEDS) for at in (0.02, 0.31)
}
_SEEK = "async (time) => { player.seek(time); await player.settled(); }"


@pytest.fixture(scope="module")
def visit(browser, console_service):
    with browser.new_context(device_scale_factor=SCALE) as context:
        visit = Visit(context, console_service)
        yield visit
        assert visit.problems == []


@pytest.fixture(scope="module")
def client(visit):
    client = visit.log_in()
    visit.open()
    return client


@pytest.fixture(scope="module")
def work(client, tmp_path_factory):
    return edited_work.create(client, tmp_path_factory.mktemp("media"))


@pytest.fixture(scope="module")
def exported(visit, client, work, tmp_path_factory):
    """The frames of the work's export; the page shows the work in a player."""
    return export_and_open(visit, client, work, tmp_path_factory.mktemp("plain"), FEW)


@pytest.fixture(scope="module")
def exported_with_options(visit, client, work, tmp_path_factory):
    """The frames of a part of it with all options; the page shows the same."""
    font = edited_work.upload(client, f"/api/projects/{work['projectId']}/assets", FONT)
    state = work["editorState"]
    latin = {**state["textOverlays"]["Latin"], "fontAssetId": font}
    changed = {"captions": CAPTIONS, "textOverlays": {**state["textOverlays"], "Latin": latin}}
    answer = client.save(path_of(work), {"editorState": {**state, **changed}})
    directory = tmp_path_factory.mktemp("options")
    return export_and_open(visit, client, answer, directory, OPTIONS)


@pytest.fixture(scope="module")
def exported_covering(visit, client, work, tmp_path_factory):
    """The frames of a part of it in which clips fill the frame; the page shows the same."""
    state = {**work["editorState"], "exportSettings": COVERING}
    answer = client.save(path_of(work), {"editorState": state})
    window = {name: OPTIONS[name] for name in ("from", "to")}
    directory = tmp_path_factory.mktemp("covering")
    return export_and_open(visit, client, answer, directory, window)


@pytest.fixture(
    scope="module", params=["karaoke", "one-word", pytest.param("box", marks=pytest.mark.thorough)]
)
def exported_words(visit, client, work, tmp_path_factory, request):
    """The frames of a part of it with captions in a style; the page shows the same."""
    state = {**work["editorState"], "captions": [SPOKEN_CAPTION]}
    look = {"style": request.param, "color": "#f0f0ff", "position": "top"}
    answer = client.save(path_of(work), {"editorState": state, "sound": {"captions": look}})
    directory = tmp_path_factory.mktemp(request.param)
    return export_and_open(visit, client, answer, directory, SPOKEN_WINDOW)


@pytest.fixture(scope="module")
def exported_texts(visit, client, tmp_path_factory):
    """The frames of an export with texts of every look; the page shows the same."""
    styled = styled_texts.create(client, tmp_path_factory.mktemp("still"))
    return export_and_open(visit, client, styled, tmp_path_factory.mktemp("texts"))


@pytest.fixture(
    scope="module",
    params=[RATE, *(pytest.param(rate, marks=pytest.mark.thorough) for rate in (25, 30))],
)
def exported_speeds(visit, client, work, tmp_path_factory, request):
    """The rate and the frames of clips at other speeds; the page shows the same."""
    track = [
        {"id": name, "sceneIndex": 0, "start": number / 2, "end": number / 2 + 0.5, "speed": speed}
        | {"trimStart": 0.3 * (number % 2)}
        for number, (name, speed) in enumerate(SPEEDS.items())
    ]
    settings = {**COVERING, "fps": request.param}
    state = {"editorData": {"videoTrack": track}, "exportSettings": settings}
    answer = client.save(path_of(work), {"editorState": {**work["editorState"], **state}})
    directory = tmp_path_factory.mktemp("speeds")
    return request.param, export_and_open(visit, client, answer, directory)


def export_and_open(
    visit: Visit, client: Client, work: Json, directory: Path, options: Json | None = None
) -> list[Frame]:
    """Export a work, and show it in a player; return the frames of the export."""
    answer = client.post(f"{path_of(work)}/export", {"options": options or {}})
    assert answer.status == 200, answer.body
    path = directory / "exported.mp4"
    path.write_bytes(answer.body)
    visit.page.evaluate(edited_work.CLOSE_PLAYER)
    visit.page.evaluate(edited_work.OPEN_PLAYER, [work, *SIZE, options or {}])
    return list(frames(path))


def path_of(work: Json) -> str:
    return f"/api/projects/{work['projectId']}/works/{work['id']}"


def assert_similar(page: Page, time: float, exported: Frame, least: float = 0.97) -> None:
    """Assert how similar the player at a time is to a frame of an export."""
    page.evaluate(_SEEK, time)
    found, distance = compare_until(page, STAGE, exported, least, 6)
    assert found > least
    assert distance < 6  # colours are the same, too


def params(times: Mapping[str, float], *thorough: str) -> list[Any]:
    """Return the times by their names; of `thorough` ones, others are like them."""
    assert times.keys() >= {*thorough}
    marks = dict.fromkeys(thorough, pytest.mark.thorough)
    return [pytest.param(time, id=name, marks=marks.get(name, ())) for name, time in times.items()]


@pytest.mark.parametrize("time", params(TIMES, "wiperight", "slidedown"))
def test_player_shows_the_frame_of_the_export(visit, exported, time):
    frame = exported[int(time * FEW["fps"])]

    assert_similar(visit.page, time, frame)


@pytest.mark.parametrize("time", OPTIONAL_TIMES.values(), ids=OPTIONAL_TIMES)
def test_player_shows_what_options_add(visit, exported_with_options, time):
    frame = exported_with_options[int((time - OPTIONS["from"]) * FPS + 1e-6)]

    assert_similar(visit.page, time, frame, 0.98)


@pytest.mark.parametrize("time", params(SPOKEN, "without spaces"))
def test_player_lights_the_words_of_captions_as_the_export(visit, exported_words, time):
    frame = exported_words[int((time - SPOKEN_WINDOW["from"]) * FPS + 1e-6)]

    assert_similar(visit.page, time, frame, 0.98)


@pytest.mark.parametrize("time", params(COVERED_TIMES, "wipe"))
def test_player_fills_the_frame_as_the_export(visit, exported_covering, time):
    first = round(OPTIONS["from"] * COVERING["fps"])
    frame = exported_covering[int(time * COVERING["fps"] + 1e-6) - first]

    assert_similar(visit.page, time, frame)


@pytest.mark.parametrize("time", params(styled_texts.TIMES, "nearly there", "nearly gone"))
def test_player_shows_the_looks_of_texts_as_the_export(visit, exported_texts, time):
    frame = exported_texts[int(time * FPS + 1e-6)]

    assert_similar(visit.page, time, frame, 0.985)


@pytest.mark.parametrize(
    "time", params(SPEED_TIMES, *(name for name in SPEED_TIMES if name.endswith("0.02")))
)
def test_player_shows_clips_at_their_speeds(visit, exported_speeds, time):
    fps, exported = exported_speeds

    frame = exported[int(time * float(exact_rate(fps)) + 1e-6)]
    assert_similar(visit.page, time, frame, 0.95)  # the frame before has 0.93
