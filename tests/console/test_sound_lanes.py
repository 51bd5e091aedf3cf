"""Voices and sounds in the editor: captions by the word, lanes, gestures, what does not fit."""

import io
import math
import re
import struct
import wave

import pytest
from PIL import Image
from playwright.sync_api import Locator, expect

from tests.browser import needs_browser
from tests.console import edited_work
from tests.console.strip import Strip
from tests.console.timelines import Json
from tests.console.visit import Visit
from tests.media import video_files
from tests.media.image_files import encoded
from tests.service import Client

pytestmark = [needs_browser, pytest.mark.slow]

LINES = (
    "Spring is here. Come in!",
    "Half price on all boots, this week alone.",
    "Come and see us.",
)
VOICES = (2.2, 4.6, 1.8)  # seconds; each image is shown for three
WORDS = [
    {"text": text, "start": start, "end": start + 0.25}
    for text, start in zip(LINES[0].split(), (0.1, 0.5, 0.9, 1.5, 1.9), strict=True)
]
RATE = 8000
FRAME = 1 / 30


def spoken(seconds: float) -> bytes:
    """Return a WAV file that sounds in bursts, as words do."""
    samples = [
        int(9000 * math.sin(number * 0.35) * max(math.sin(number / 700), 0))
        for number in range(int(seconds * RATE))
    ]
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return file.getvalue()


class Cut:
    """The editor of a work whose scenes speak, and what is stored of it."""

    def __init__(self, visit: Visit, client: Client) -> None:
        self.page = visit.page
        self.client = client
        project = self.client.new_project(name="Shop")
        self.path = self.client.new_work(project, name="Boots")
        scenes = [
            {"scene_index": index, "duration_seconds": 3, "narration": {"text": line}}
            for index, line in enumerate(LINES)
        ]
        assert self.client.put(self.path, {"scenes": scenes}).status == 200
        image = encoded(Image.new("RGB", (90, 160), "teal"), "JPEG")
        for index, seconds in enumerate(VOICES):
            self.put(f"{index}/image", image, "image/jpeg")
            self.put(f"{index}/voice", spoken(seconds), "audio/wav")
        words = f"{self.path}/media/scene/0/voice/words"
        assert self.client.put(words, {"words": WORDS}).status == 200
        assets = f"{project}/assets"
        self.bell = edited_work.upload_bytes(self.client, assets, "bell.wav", spoken(1.5))
        visit.go(f"{self.path.removeprefix('/api')}/edit")
        self.strip = Strip(visit.page)
        expect(self.page.locator(".item.voice")).to_have_count(len(LINES))

    def put(self, slot: str, content: bytes, media_type: str) -> None:
        """Upload a file of a scene."""
        path = f"{self.path}/media/scene/{slot}"
        answer = self.client.put(path, content, Content_Type=media_type)
        assert answer.status == 200, answer.body

    def arrange(self) -> None:
        """Let each scene be a clip of three seconds, and wait until the page shows them."""
        clips = [{"scene": index, "seconds": 3} for index in range(len(LINES))]
        operations = {"operations": [{"op": "arrange", "clips": clips}]}
        assert self.client.post(f"{self.path}/timeline/operations", operations).status == 200
        expect(self.strip.clips.nth(1)).to_have_accessible_name(re.compile("Clip 2 3.0 s"))

    def track(self, name: str) -> list[Json]:
        """Return what is on a track, when it is saved."""
        expect(self.page.locator(".save-status")).to_have_text("Saved")
        state = self.client.get(self.path).json["editorState"]
        return list(state["editorData"].get(name, []))


def test_voices_and_sounds_are_edited(opened):
    visit, client, _ = opened
    cut = Cut(visit, client)
    check_captions(cut, visit)
    check_that_a_silenced_voice_arranges_nothing(cut)
    cut.arrange()
    check_the_ways_out(cut)
    check_gestures(cut)
    check_sounds(cut)
    check_mix(cut)


def test_captions_of_chinese_end_between_words(opened):
    visit, client, _ = opened
    loaded: list[str] = []
    visit.page.on("request", lambda request: loaded.append(request.url.rpartition("/")[2]))
    cut = Cut(visit, client)
    visit.page.get_by_label("Inspector").get_by_role("tab", name="Captions").click()
    expect(visit.page.get_by_label("Caption 1", exact=True)).to_have_value("Spring is here.")
    assert not any(name.startswith("phrase-facts.") for name in loaded)
    text = "周末带上家人去公园散步享受阳光和新鲜空气没有人看见他们。"
    words = [{"text": char, "start": n / 14, "end": n / 14 + 0.07} for n, char in enumerate(text)]

    voice_words = f"{cut.path}/media/scene/0/voice/words"
    assert cut.client.put(voice_words, {"words": words, "text": text}).status == 200

    shown = visit.page.get_by_label("Caption 1", exact=True)
    expect(shown).to_have_value("周末带上家人去\n公园散步享受阳光")
    assert any(name.startswith("phrase-facts.") for name in loaded)


def check_captions(cut: Cut, visit: Visit) -> None:
    page, inspector = cut.page, cut.page.get_by_label("Inspector")
    inspector.get_by_role("tab", name="Captions").click()
    first, second = (inspector.get_by_label(f"Caption {number}", exact=True) for number in (1, 2))
    expect(first).to_have_value("Spring is here.")
    expect(second).to_have_value("Come in!")
    inspector.get_by_label("Karaoke").check(force=True)
    inspector.get_by_role("button", name="Go to caption 2").click()
    expect(page.locator(".player-word.lit")).to_have_text("Come")
    assert visit.accessibility_violations() == []

    visit.expect_problem("412")  # of a save that begins before the page heard of the words' version
    first.fill("Spring was here now.")
    first.fill("Spring was here.")
    expect(page.locator(".save-status")).to_have_text("Saved")
    stored: Json = cut.client.get(cut.path).json
    assert stored["sound"]["captions"] == {"style": "karaoke"}
    assert not stored["editorState"].get("captions")
    words = cut.client.get(f"{cut.path}/media/scene/0/voice/words").json["words"]
    assert [word["text"] for word in words] == ["Spring", "was", "here.", "Come", "in!"]
    assert [word["start"] for word in words] == [word["start"] for word in WORDS]
    caption = page.locator(".item.caption").first
    expect(caption).to_contain_text("Spring was here.")
    place = str(caption.get_attribute("style"))
    cut.strip.drag(cut.strip.item("voice-0"), 0.3)
    expect(caption).not_to_have_attribute("style", place)  # it follows its voice
    page.keyboard.press("Control+z")
    expect(caption).to_have_attribute("style", place)
    inspector.get_by_role("tab", name="Captions").click()

    inspector.get_by_role("button", name="Make them captions of the video's own").click()
    first.fill("Spring is here.")
    expect(page.locator(".save-status")).to_have_text("Saved")
    corrected, kept, *_ = cut.client.get(cut.path).json["editorState"]["captions"]
    assert [word["text"] for word in corrected["words"]] == ["Spring", "is", "here."]
    assert corrected["words"][1]["start"] == 0.7  # 0.2 s after the clip, as its voice
    assert [word["start"] for word in kept["words"]] == [1.7, 2.1]
    inspector.get_by_role("button", name="Use the words of the voices").click()
    expect(first).to_have_value("Spring was here.")


def check_that_a_silenced_voice_arranges_nothing(cut: Cut) -> None:
    page, clip = cut.page, cut.strip.clips.nth(1)
    expect(clip).to_have_accessible_name(re.compile("Clip 2 5.0 s"))  # as long as its voice
    cut.strip.item("voice-1").click()

    page.get_by_role("button", name="Silence").click()

    expect(clip).to_have_accessible_name(re.compile("Clip 2 3.0 s"))
    [entry] = cut.track("voiceTrack")
    assert entry["volume"] == 0
    assert cut.track("videoTrack") == []
    page.get_by_role("button", name="Back to its scene").click()
    assert cut.track("voiceTrack") == []


def check_the_ways_out(cut: Cut) -> None:
    page, second = cut.page, cut.strip.item("voice-1")
    expect(second).to_have_accessible_name(re.compile("does not fit"))
    second.click()
    told = page.get_by_text("It runs 1.6 s into the voice of scene 3.")
    expect(told).to_be_visible()
    expect(page.get_by_text("At the highest speed, 1.25")).to_be_visible()
    page.get_by_role("button", name="Write a line of 5 words at most").click()
    line = page.get_by_role("dialog").get_by_label("New line")
    expect(line).to_have_value(LINES[1])
    line.fill("Half price on boots.")
    page.get_by_role("button", name="Use this line").click()
    expect(page.locator(".toast")).to_contain_text("Scene 2 has the new line.")
    page.locator(".toast").get_by_role("button", name="Dismiss").click()
    expect(page.get_by_role("button", name="Speak again")).to_be_visible()

    page.get_by_role("button", name="Clip 1.8 s longer").click()
    expect(told).to_have_count(0)
    assert cut.track("videoTrack")[1]["end"] == pytest.approx(7.8, abs=FRAME)
    page.keyboard.press("Control+z")
    expect(told).to_be_visible()
    cut.strip.drag(cut.strip.item("voice-2"), 1)
    second.click()
    page.get_by_role("button", name=re.compile(r"^Speed 1\.1")).click()
    expect(page.locator(".item.overrun")).to_have_count(0)
    speeds = [each.get("speed") for each in cut.track("voiceTrack")]
    assert speeds == [pytest.approx(1.15, abs=0.02), None]


def check_gestures(cut: Cut) -> None:
    page, strip, first = cut.page, cut.strip, cut.strip.item("voice-0")
    expect(first).to_have_attribute("title", LINES[0])

    strip.drag(first, 0.3)
    strip.drag(first, -0.4, "end")
    strip.drag(first, 0.3, "start")

    entry = cut.track("voiceTrack")[0]
    assert entry["trimEnd"] == pytest.approx(0.4, abs=FRAME)
    assert entry["trimStart"] == pytest.approx(0.3, abs=FRAME)
    assert entry["start"] == pytest.approx(0.8, abs=2 * FRAME)
    assert entry["end"] == pytest.approx(entry["start"] + 1.5, abs=2 * FRAME)
    page.keyboard.press("Delete")
    expect(first).to_have_accessible_name(re.compile("silenced"))
    assert cut.track("voiceTrack")[0]["volume"] == 0


def check_sounds(cut: Cut) -> None:
    page, strip = cut.page, cut.strip
    page.get_by_role("tab", name="Project").click()
    tile = page.locator(".bin-tile", has_text="bell.wav")
    place = strip.place(strip.clips.nth(1))
    tile.locator(".bin-add").hover()
    page.mouse.down()
    page.mouse.move(*place, steps=4)
    page.mouse.up()
    bell = page.locator(".item.sound")
    expect(bell).to_have_attribute("title", "bell.wav")
    [sound] = cut.track("soundTrack")
    assert sound["assetId"] == cut.bell
    assert sound["end"] - sound["start"] == pytest.approx(1.5, abs=FRAME)

    volume = page.get_by_role("spinbutton", name="Volume")
    volume.fill("50")
    volume.press("Enter")
    strip.drag(bell, 0.5, "start")
    [trimmed] = cut.track("soundTrack")
    assert trimmed["volume"] == 0.5
    assert trimmed["trimStart"] == pytest.approx(0.5, abs=FRAME)
    page.keyboard.press("Control+d")
    expect(bell).to_have_count(2)
    page.keyboard.press("Delete")
    expect(bell).to_have_count(1)
    tile.get_by_role("button", name="Actions").click()
    page.get_by_role("menuitem", name="Use as music").click()
    expect(page.locator(".item.place")).to_have_attribute("title", "bell.wav")


def check_music_level(cut: Cut, inspector: Locator) -> None:
    """Repeat music of 1.5 s, which is offered; then change its level, and undo that."""
    page, loop = cut.page, inspector.get_by_label("Repeat it where its file ends")
    ends = inspector.get_by_text("The music ends at 0:02")
    expect(ends).to_be_visible()
    expect(loop).not_to_be_checked()
    inspector.get_by_role("button", name="Give it a place of its own").click()
    expect(ends).to_be_hidden()
    expect(cut.page.locator(".item.place")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Undo").click()
    expect(ends).to_be_visible()
    inspector.get_by_role("button", name="Make longer music").click()
    expect(page.get_by_role("dialog", name="Make music").get_by_label("Length")).to_have_value("")
    page.keyboard.press("Escape")
    inspector.get_by_role("button", name="Repeat it").click()
    expect(ends).to_be_hidden()
    expect(loop).to_be_checked()
    level = inspector.get_by_role("spinbutton", name="Music beside voices")
    expect(level).to_have_value("-24")  # as in all new works
    level.fill("-20")
    level.press("Enter")
    expect(page.locator(".save-status")).to_have_text("Saved")
    state = cut.client.get(cut.path).json["editorState"]
    assert (state["audioLevel"], state["audioLoop"]) == (-20, True)
    inspector.get_by_role("button", name="As loud as its file").click()
    inspector.get_by_role("button", name="Level music").click()
    expect(level).to_have_value("-24")
    page.keyboard.press("Escape")
    for _ in range(4):
        page.get_by_role("button", name="Undo").click()
    expect(ends).to_be_visible()
    expect(level).to_have_value("-24")
    expect(page.locator(".save-status")).to_have_text("Saved")
    state = cut.client.get(cut.path).json["editorState"]
    assert (state["audioLevel"], "audioLoop" in state) == (-24, False)


def check_mix(cut: Cut) -> None:
    page, inspector = cut.page, cut.page.get_by_label("Inspector")
    page.keyboard.press("Escape")
    inspector.get_by_role("tab", name="Sound").click()
    check_music_level(cut, inspector)
    inspector.get_by_label("Music while someone speaks").select_option("18 dB quieter")
    inspector.get_by_label("Sound of the clips").select_option("Quieter while someone speaks")

    expect(page.locator(".save-status")).to_have_text("Saved")
    sound = cut.client.get(cut.path).json["sound"]
    assert (sound["duck"], sound["clips"]) == (-18, "duck")


def test_lines_that_leave_the_end_without_music_lead_to_what_helps(opened, tmp_path):
    visit, client, page = opened
    project = client.new_project()
    line = {"text": "The bakery opens at seven in the morning, and the bread is still warm."}
    work = client.new_work(project, language="English")
    client.save(work, {"scenes": [{"scene_index": 0, "narration": line}]})
    photo = encoded(Image.new("RGB", (64, 36), "teal"))
    client.put(f"{work}/media/scene/0/image", photo, Content_Type="image/png")
    song = video_files.make(tmp_path / "song.wav", "-f lavfi -i sine=d=1.5")
    asset = edited_work.upload(client, f"{project}/assets", song)
    client.save(work, {"editorState": {"audioUrl": f"{project}/assets/{asset}"}})

    visit.go(f"{work.removeprefix('/api')}/scenes")
    page.get_by_role("button", name="Speak 1 line").click()
    told = page.get_by_role("log").get_by_text("The music ends")
    expect(told).to_be_visible()
    page.get_by_role("button", name="Fix it in Edit").click()
    expect(told).to_be_hidden()
    inspector = page.get_by_label("Inspector")
    ends = inspector.get_by_text("The music ends at 0:02")
    expect(ends).to_be_visible()
    assert visit.accessibility_violations() == []
    inspector.get_by_role("button", name="Repeat it").click()
    expect(ends).to_be_hidden()
