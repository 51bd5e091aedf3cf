"""The player plays a work, by keys, with its sound; its fonts are those of exports."""

from mimetypes import guess_type
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from console import font_styles
from tests.browser import TIMEOUT, needs_browser
from tests.console import edited_work
from tests.console.relay import Stalling
from tests.jobs.helpers import until
from tests.media import video_files
from tests.service import Client

pytestmark = [pytest.mark.slow, needs_browser]

_PLAYING = """() => player.stage.decks.map(({ root, video }) => ({
    visible: root.style.visibility === "visible",
    paused: video.paused,
    time: video.currentTime,
}))"""
# Counts how often sound, not video, is sought.
_COUNT_SEEKS = """() => {
    const { get, set } = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, "currentTime");
    window.seeks = 0;
    Object.defineProperty(HTMLAudioElement.prototype, "currentTime", {
        get,
        set(time) { seeks += 1; set.call(this, time); },
    });
}"""
# Presses keys; returns the speed after each.
_SPEEDS = """(keys) => keys.map((key) => {
    const stage = document.querySelector(".player-stage");
    stage.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    return player.speed.value;
})"""
# Shows other clips, and returns the number of the deck of each.
_SHOW_TRACK = """async (videoTrack) => {
    const base = new URL(".", document.querySelector("script[type=module]").src);
    const { createModel } = await import(new URL("timeline/model.js", base));
    const { stage, model } = player;
    const shown = { ...work, editorState: { editorData: { videoTrack } } };
    player.load(createModel(shown, model.sources));
    return videoTrack.map((_, clip) => stage.decks.indexOf(stage.deckOf(clip)));
}"""


@pytest.fixture(scope="module")
def page(opened_for_player, tmp_path_factory):
    """A page with the player of a work in it."""
    visit, client, _ = opened_for_player
    work = edited_work.create(client, tmp_path_factory.mktemp("work"))
    visit.page.evaluate(edited_work.OPEN_PLAYER, [work, 180, 320])
    visit.page.evaluate("(work) => { window.work = work; }", work)
    return visit.page


def play_until(page: Page, least: float, most: float, then: str) -> Any:
    """Let the player play until its time is within a range and an expression true; return that.

    A page that stood still may be past it: it plays once more from a little before.
    """
    return page.evaluate(
        f"""async ([least, most]) => {{
            const deadline = performance.now() + {TIMEOUT};
            while (performance.now() < deadline) {{
                await new Promise(requestAnimationFrame);
                const time = player.time.value;
                const found = time > least && time < most && {then};
                if (found) return found;
                if (time >= most) player.seek(least - 0.3);
            }}
            throw new Error(`it never was so between ${{least}} and ${{most}} s`);
        }}""",
        [least, most],
    )


def press(page: Page, key: str) -> None:
    page.locator(".player-stage").press(key)


def wait_for(page: Page, condition: str) -> None:
    """Wait for a condition; the page's policy forbids what Playwright itself has for that."""
    found = page.evaluate(
        f"""async () => {{
            const deadline = performance.now() + {TIMEOUT};
            let found = false;
            while (!(found = {condition}) && performance.now() < deadline) {{
                await new Promise(requestAnimationFrame);
            }}
            return found;
        }}"""
    )
    assert found, condition


def time(page: Page) -> float:
    return float(page.evaluate("player.time.value"))


def test_clips_follow_each_other_without_a_pause(page):
    """The next clip plays from the beginning of the transition on, in step with the one before."""
    page.evaluate("player.seek(0.2)")
    press(page, " ")
    # While one of them waits for its media, both stand still.
    play_until(page, 0.6, 0.95, f"({_PLAYING})().every((deck) => deck.visible && !deck.paused)")

    # In the page: a key that comes late may stop it in the clip after that.
    play_until(page, 1.1, 1.4, "(player.pause(), true)")
    # The frame of the time at which it stopped; a slow machine takes a while to show it.
    until(lambda: abs(page.evaluate(_PLAYING)[1]["time"] - (time(page) - 0.5)) <= 1 / 30)


def test_it_stops_at_the_end_and_begins_again(page):
    page.evaluate(f"player.seek({edited_work.SECONDS - 0.3})")
    press(page, " ")
    wait_for(page, "!player.playing.value")
    assert time(page) == edited_work.SECONDS

    press(page, "l")
    playing = f"player.time.value > 0 && player.time.value < {edited_work.SECONDS}"
    wait_for(page, f"player.playing.value && {playing}")
    press(page, "k")  # which does not begin anew if it has come to the end meanwhile


def test_keys_step_and_shuttle(page):
    page.evaluate("player.seek(3)")
    press(page, "ArrowRight")
    press(page, "ArrowRight")
    press(page, "ArrowLeft")
    assert time(page) == pytest.approx(3 + 1 / 30)
    press(page, "Shift+ArrowRight")
    assert time(page) == pytest.approx(4 + 1 / 30)

    # At once: with pauses in between, it may have come to the end.
    assert page.evaluate(_SPEEDS, ["l", "l", "j"]) == [1, 2, -1]
    wait_for(page, "player.time.value < 3.9")
    press(page, "k")
    press(page, "End")
    assert time(page) == edited_work.SECONDS
    press(page, "Home")
    assert time(page) == 0


def test_sound_has_the_volumes_of_the_export(page):
    """In the middle of a transition both clips have the same power; an image has no sound."""
    moments = page.evaluate(
        """async () => {
            const base = new URL(".", document.querySelector("script[type=module]").src);
            const { gainAt } = await import(new URL("timeline/envelope.js", base));
            const gains = (time) => player.model.heard.map((heard) => gainAt(heard, time));
            return [0.2, 0.75, 2.2].map((time) => gains(time).filter((gain) => gain > 0));
        }"""
    )

    assert moments == [[1], [pytest.approx(0.5**0.5), pytest.approx(0.5**0.5)], []]


def test_split_clip_plays_on_in_the_same_deck(page):
    places = [(0, 0.4, 0), (0.4, 0.8, 0.4), (0.8, 1.2, 1), (1.2, 1.6, 0.2)]
    track = [
        {"id": str(start), "sceneIndex": 0, "start": start, "end": end, "trimStart": trim}
        for start, end, trim in places
    ]

    assert page.evaluate(_SHOW_TRACK, track) == [0, 0, 1, 0]
    assert page.evaluate("player.model.heard.map(({ start }) => start)") == [0, 0.8, 1.2]


def test_music_waits_for_a_clip_that_is_not_there_yet(proxied, proxy, tmp_path):
    """It used to play on and be sought back, six times a second."""
    client = proxied.log_in()
    work = client.new_work(client.new_project(name="Spring"), name="Teaser")
    for index, file in enumerate(
        (clip(tmp_path / "a.mp4"), clip(tmp_path / "b.mp4", "-crf 1 -movflags +faststart"))
    ):
        put(client, f"{work}/media/scene/{index}/video", file)
    music = video_files.make(tmp_path / "music.wav", "-f lavfi -i sine=d=8:r=8000")
    put(client, f"{work}/media/audio", music)
    state = {"audioUrl": f"{work}/media/audio"}
    loaded = client.put(work, {"editorState": state}).json
    page, second = proxied.page, Stalling(300_000)
    proxy.behaviours = {f"GET {work}/media/scene/1/video": second}
    proxied.open()
    page.evaluate(edited_work.OPEN_PLAYER, [loaded, 180, 320])
    page.evaluate(_COUNT_SEEKS)
    page.evaluate("player.seek(0.5)")
    wait_for(page, "player.stage.decks[1].video.readyState >= HTMLMediaElement.HAVE_METADATA")
    press(page, " ")

    wait_for(page, "player.waiting.value")
    page.evaluate("seeks = 0")
    wait_for(page, "player.waiting.value && (waited = (window.waited ?? 0) + 1) > 40")  # frames
    assert page.evaluate("player.playing.value")
    assert page.evaluate("seeks") <= 1  # to where the picture stopped
    second.release.set()
    wait_for(page, "player.time.value > 1.2")


def clip(path: Path, options: str = "") -> Path:
    """Make a clip of a second of noise."""
    noise = "-f lavfi -i nullsrc=s=180x320:r=30:d=1 -vf geq=random(1)*255:128:128"
    return video_files.make(
        path, f"{noise} -c:v libx264 -preset ultrafast -pix_fmt yuv420p {options}"
    )


def put(client: Client, path: str, file: Path) -> None:
    media_type = guess_type(file)[0] or ""
    answer = client.put(path, file.read_bytes(), Content_Type=media_type)
    assert answer.status == 200, answer.body


def test_fonts_of_the_page_are_those_of_exports():
    """If this fails, run `python -m console.font_styles`."""
    assert font_styles.STYLES.read_text(encoding="ascii") == font_styles.styles()
