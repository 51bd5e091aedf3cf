"""Spoken lines of scenes: their text, the length of their voice, recordings."""

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser import TONE, needs_browser
from tests.console.modules import Modules
from tests.console.visit import Visit
from tests.export import sound
from tests.jobs.helpers import until
from tests.media import video_files
from tests.media.image_files import encoded
from tests.media.test_cleaning import in_a_room
from tests.media.voice_recordings import write
from tests.service import Client

pytestmark = [needs_browser, pytest.mark.slow]

SMALL = {"resolution": {"width": 320, "height": 180}}
LINE = "This lamp follows the sun."
PICTURE = encoded(Image.new("RGB", (64, 36), "teal"))
LEVEL = "Number(document.querySelector('.level')?.ariaValueNow)"
# Keeps the sizes of takes, and refuses the microphone while there is a problem.
WATCH = """() => {
    window.takes = [];
    const make = URL.createObjectURL;
    URL.createObjectURL = (blob) => (window.takes.push(blob.size), make(blob));
    const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = (options) =>
        window.problem ? Promise.reject(new DOMException("", window.problem)) : open(options);
}"""

# Lets sounds play until they are stopped, however long the test takes to look.
ENDLESS = """() => {
    const { play } = HTMLMediaElement.prototype;
    HTMLMediaElement.prototype.play = function () {
        this.loop = true;
        return play.call(this);
    };
}"""


def open_scenes(visit: Visit, client: Client) -> str:
    """Open the scenes of a new work, which have pictures; return the work's path."""
    work = client.new_work(client.new_project(name="Spring"), name="Teaser", **SMALL)
    scenes = [{"scene_index": n, "duration_seconds": 1} for n in range(2)]
    assert client.request("PATCH", work, {"scenes": scenes}).status == 200
    for index in range(2):
        put(client, f"{work}/media/scene/{index}/image", PICTURE, "image/png")
    visit.open(work.removeprefix("/api") + "/scenes")
    return work


def put(client: Client, path: str, contents: bytes, media_type: str) -> None:
    assert client.put(path, contents, Content_Type=media_type).status == 200


def record(page: Page, number: int) -> None:
    """Record a take of at least one whole tone."""
    name = "Record" if number == 1 else "Record another take"
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_function(f"() => {LEVEL} > 50")
    page.wait_for_function(f"() => {LEVEL} < 30")  # after the whole tone
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_role("radio", name=f"Take {number}, ")).to_be_checked()


def voice_of(scene: int, seconds: float, clip: float = 4) -> dict[str, object]:
    """Return the entry of a scene with a voice and a clip."""
    voice = {"voiceUrl": "/voice", "voiceDuration": seconds}
    return {"sceneIndex": scene, **voice, "videoUrl": "/clip", "videoDuration": clip}


def misfits(modules: Modules, editor_data: object, *made: dict[str, object]) -> list[object]:
    """Return what is wrong with the voices of a work, whose lines have ten words each."""
    state = {"editorData": editor_data}
    work = {"language": "English", "editorState": state, "generatedScenes": made}
    module = "screens/work/scenes/narration/actions.js"
    return modules.call_all(module, "misfitOf", [[work, each, "word " * 10] for each in made])


def test_voice_that_is_longer_than_its_clip_has_up_to_three_ways_out(modules):
    made = voice_of(0, 3.5), voice_of(1, 4), voice_of(2, 8)

    fits, faster, too_long = misfits(modules, {}, *made)
    assert fits is None
    assert faster == pytest.approx({"over": 0.4, "longer": 5, "words": 9, "speed": 1.12})
    assert too_long == pytest.approx({"over": 4.4, "longer": 9, "words": 4, "speed": None})
    slower = {"voiceTrack": [{"id": "a", "sceneIndex": 0, "start": 0, "end": 5, "speed": 0.8}]}
    [misfit] = misfits(modules, slower, voice_of(0, 3.5))
    assert misfit == pytest.approx({"over": 0.775, "longer": 5, "words": 8, "speed": 0.98})


def test_voice_in_a_cut_runs_into_the_next_one_or_past_the_end(modules):
    clips = [{"id": f"c{n}", "sceneIndex": n, "start": 4 * n, "end": 4 * n + 4} for n in range(3)]
    made = voice_of(0, 3.9), voice_of(1, 4.4), voice_of(2, 5)

    fits, into_next, past_end = misfits(modules, {"videoTrack": clips}, *made)
    assert fits is None
    assert into_next == pytest.approx(
        {"over": 0.4, "following": 2, "longer": 0.6, "words": 9, "speed": 1.1}
    )
    assert past_end == pytest.approx(
        {"over": 1.2, "following": None, "longer": 1.4, "words": 7, "speed": None}
    )


def test_scenes_last_as_long_as_their_voices(modules):
    planned = [{"scene_index": n, "duration_seconds": 4} for n in range(3)]
    photo = {"sceneIndex": 0, "imageUrl": "/photo", "voiceUrl": "/voice", "voiceDuration": 5}
    work = {"scenes": planned, "generatedScenes": [photo, voice_of(1, 2, clip=6)]}
    ending = {**work, "scenes": planned[:1], "editorState": {"endPause": 1}}
    calls = [[work], [ending]]
    seconds, to_the_end = modules.call_all("timeline/placed-clips.js", "secondsOfScenes", calls)

    assert seconds == pytest.approx(5.4 + 6 + 4)
    assert to_the_end == pytest.approx(6.2)


def test_lines_are_spoken_by_a_chosen_voice_and_made_to_fit(visit, samples, tmp_path):
    visit.expect_problem("412")  # of a save that begins before the page heard of a voice
    client = visit.log_in()
    work = open_scenes(visit, client)
    for index, name in enumerate(("video.mp4", "long.mp4")):
        clip = (samples / name).read_bytes()
        put(client, f"{work}/media/scene/{index}/video", clip, "video/mp4")
    visit.page.evaluate(ENDLESS)
    check_that_a_narrator_is_chosen_by_ear_and_speaks_what_has_changed(visit, client, work)
    check_that_a_voice_that_is_too_long_says_what_helps(visit, client, work, tmp_path)


def check_that_a_narrator_is_chosen_by_ear_and_speaks_what_has_changed(
    visit: Visit, client: Client, work: str
) -> None:
    page = visit.page
    second = page.locator("#scene-1")
    second.get_by_label("Spoken line").fill(LINE)
    page.get_by_role("button", name="Narrator: standard voice").click()
    dialog = page.get_by_role("dialog", name="Who speaks")
    dialog.get_by_label("Language", exact=True).select_option("English")
    dialog.get_by_label("Search voices").fill("UK man")
    expect(dialog.get_by_role("radio")).to_have_count(2)  # with the standard voice
    assert visit.accessibility_violations() == []
    dialog.get_by_role("button", name="Play a sample of English (UK, man)").click()
    expect(dialog.get_by_role("button", name="Stop")).to_be_visible()
    dialog.get_by_role("radio", name="English (UK, man)").check()
    dialog.get_by_label("Also for new works of this project").check()
    dialog.get_by_role("button", name="Use this voice").click()
    expect(page.get_by_role("button", name="Narrator: English (UK, man)")).to_be_visible()

    page.get_by_role("button", name="Speak 1 line").click()
    expect(page.get_by_text("1 line is spoken")).to_be_visible()
    expect(second.get_by_text(re.compile(r"^voice [\d.]+ s, clip 8 s$"))).to_be_visible()
    stored = client.show(work)
    assert stored["sound"]["narrator"] == {"provider": "demo", "voice": "en-man"}
    project, narrator = work.partition("/works/")[0], stored["sound"]["narrator"]
    until(lambda: client.show(project)["styleGuide"].get("narrator") == narrator)
    changed = second.get_by_text("Text changed since")
    second.get_by_label("Spoken line").fill(f"{LINE} And the moon.")
    expect(changed).to_be_visible()
    page.get_by_role("button", name="Speak again: scene 2").click()
    expect(changed).to_have_count(0)
    page.get_by_role("button", name="Takes of scene 2").click()
    takes = page.get_by_role("dialog", name="Takes of scene 2")
    expect(takes.get_by_role("button", name="Play this voice")).to_have_count(2)
    expect(takes.get_by_text(f"{LINE} And the moon.")).to_be_visible()
    page.keyboard.press("Escape")

    narrator = {"provider": "demo", "voice": "en-us-woman"}
    client.request("PATCH", work, {"sound": {"narrator": narrator}})
    expect(second.get_by_text("Another voice since")).to_be_visible()
    page.get_by_role("button", name="Speak 1 line").click()
    until(lambda: narrators(client, work) == {("en-us-woman", True)})
    expect(second.get_by_text(re.compile(r"^voice [\d.]+ s, clip 8 s$"))).to_be_visible()
    expect(second.get_by_text("Another voice since")).to_have_count(0)


def narrators(client: Client, work: str) -> set[tuple[str, bool]]:
    """Return who speaks in a work, and whether that is who is to speak."""
    said = client.show(f"{work}/narration")["scenes"]
    return {(each["voice"], each["isCurrent"]) for each in said if each["voice"]}


def check_that_a_voice_that_is_too_long_says_what_helps(
    visit: Visit, client: Client, work: str, directory: Path
) -> None:
    page = visit.page
    first = page.locator("#scene-0")
    first.get_by_label("Spoken line").fill(LINE)
    expect(first.get_by_text("Not spoken yet")).to_be_visible()
    expect(page.get_by_role("button", name="Speak 1 line")).to_be_visible()
    expect(page.locator(".save-status")).to_have_text("Saved")
    voice = video_files.make(directory / "voice.wav", "-f lavfi -i sine=440:d=2")
    first.get_by_label("Upload a voice for scene 1").locator("+ input").set_input_files(voice)

    expect(first.get_by_text("voice 2 s, clip 1 s")).to_be_visible()
    assert client.show(work)["scenes"][0]["narration"] == {"text": LINE}
    first.get_by_role("button", name="Play the voice of scene 1").click()
    first.get_by_role("button", name="Stop").click()
    first.get_by_role("button", name="1.4 s longer than the clip").click()
    items = page.get_by_role("menuitem")
    expect(items).to_have_text(["Make the clip 3 s long", "Write a line of 1 word at most"])
    items.first.click()  # speaking 1.25 times as fast would not do
    expect(page.get_by_text("Scene 1 is to last 3 s.")).to_be_visible()
    expect(first.get_by_text("3 s", exact=True)).to_be_visible()
    expect(page.locator(".save-status")).to_have_text("Saved")
    clip = {"id": "clip", "sceneIndex": 0, "start": 0, "end": 1}
    cut = {"editorState": {"editorData": {"videoTrack": [clip]}}}
    assert client.request("PATCH", work, cut).status == 200
    first.get_by_role("button", name="1.2 s past the end of the cut").click()
    items.get_by_text("Make its clip 2.2 s longer in the cut").click()
    expect(page.get_by_text("The clip of scene 1 is 2.2 s longer in the cut.")).to_be_visible()
    expect(first.get_by_text("past the end")).to_have_count(0)
    expect(page.locator(".save-status")).to_have_text("Saved")
    [lengthened] = client.show(work)["editorState"]["editorData"]["videoTrack"]
    assert lengthened["end"] == pytest.approx(3.2)


def test_one_of_three_recorded_takes_is_heard_in_the_export(visit, tmp_path):
    client, page = visit.log_in(), visit.page
    work = open_scenes(visit, client)
    page.evaluate(WATCH)
    page.locator("#scene-0").get_by_label("Spoken line").fill(LINE)
    expect(page.locator(".save-status")).to_have_text("Saved")
    page.get_by_role("button", name="Record scene 1").click()
    dialog = page.get_by_role("dialog", name="Record scene 1")
    expect(dialog.get_by_text(LINE)).to_be_visible()
    for problem, words in {
        "NotAllowedError": "does not let this page use the microphone",
        "NotFoundError": "No microphone was found",
    }.items():
        page.evaluate("problem => (window.problem = problem)", problem)
        dialog.get_by_role("button", name="Record", exact=True).click()
        expect(dialog.get_by_role("alert")).to_contain_text(words)
    page.evaluate("() => (window.problem = '')")
    for number in (1, 2, 3):
        record(page, number)
    assert visit.accessibility_violations() == []
    page.keyboard.press("Escape")
    question = page.get_by_role("dialog", name="Discard the takes?")
    question.get_by_role("button", name="Cancel").click()
    dialog.get_by_role("radio", name="Take 2").check()
    dialog.get_by_role("button", name="Use it, and go to scene 2").click()

    expect(page.get_by_role("dialog", name="Record scene 2")).to_be_visible()
    stored = client.get(f"{work}/media/scene/0/voice")
    assert stored.headers["Content-Type"] == "audio/webm"
    assert len(stored.body) == page.evaluate("window.takes[1]")
    words = client.show(f"{work}/media/scene/0/voice/words")
    assert (" ".join(word["text"] for word in words["words"]), words["source"]) == (
        LINE,
        "estimate",
    )
    answer = client.post(f"{work}/export", {"options": {"quality": "draft"}})
    assert answer.status == 200, answer.body
    video = tmp_path / "film.mp4"
    video.write_bytes(answer.body)
    heard = sound.read(video)
    loudest = np.abs(heard.samples).max(axis=1).argmax() / heard.rate
    assert sound.tone(heard.between(loudest - 0.02, loudest + 0.02), TONE) > -30


def test_recording_is_cleaned_up_by_a_switch(visit, tmp_path):
    client, page = visit.log_in(), visit.page
    work = open_scenes(visit, client)
    recording = write(tmp_path / "voice.wav", in_a_room()).read_bytes()
    put(client, f"{work}/media/scene/0/voice", recording, "audio/wav")
    first = page.locator("#scene-0")
    switch = first.get_by_role("checkbox", name="Clean up the recording of scene 1")
    expect(switch).not_to_be_checked()
    expect(first.get_by_text("voice 5.3 s")).to_be_visible()
    page.evaluate(ENDLESS)
    first.get_by_role("button", name="Play the voice of scene 1").click()
    expect(first.get_by_role("button", name="Stop")).to_be_visible()

    switch.click()

    expect(first.get_by_text("voice 3.6 s")).to_be_visible()
    expect(switch).to_be_checked()
    expect(first.get_by_role("button", name="Stop")).to_be_visible()  # it goes on, cleaned up
    assert client.get(f"{work}/media/scene/0/voice").body != recording
    assert visit.accessibility_violations() == []

    switch.click()

    expect(first.get_by_text("voice 5.3 s")).to_be_visible()
    expect(switch).not_to_be_checked()
    assert client.get(f"{work}/media/scene/0/voice").body == recording
