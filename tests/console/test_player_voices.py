"""The player lets a voice be heard, and the music step back for it: levels of what it plays."""

from collections.abc import Mapping
from mimetypes import guess_type
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser import TIMEOUT, needs_browser
from tests.console import edited_work
from tests.export.sources import Sources, sine
from tests.service import Client

pytestmark = [pytest.mark.slow, needs_browser]

VOICE, MUSIC = 660, 220  # Hz
TONE = -31  # dB, as the meter shows a tone of -20 dB: halved, and lowered by its window
# Measures what goes to the loudspeaker first: the mix.
_METER = """() => {
    const { connect } = AudioNode.prototype;
    AudioNode.prototype.connect = function (target, ...rest) {
        if (target instanceof AudioDestinationNode && !window.meter) {
            const options = { fftSize: 8192, smoothingTimeConstant: 0 };
            window.meter = new AnalyserNode(this.context, options);
            connect.call(this, window.meter);
        }
        return connect.call(this, target, ...rest);
    };
    window.levelOf = (frequency) => {
        if (!window.meter) return -Infinity;
        const levels = new Float32Array(meter.frequencyBinCount);
        meter.getFloatFrequencyData(levels);
        return levels[Math.round((frequency * meter.fftSize) / meter.context.sampleRate)];
    };
}"""
# Plays ten seconds, again and again, until levels are within 3 dB of what is expected.
_LISTEN = """async ([start, expected, timeout]) => {
    const deadline = performance.now() + timeout;
    let found = {};
    do {
        await new Promise(requestAnimationFrame);
        if (player.time.value > start + 10) player.seek(start);
        found = Object.fromEntries(expected.map(([each]) => [each, levelOf(each)]));
    } while (
        !expected.every(([each, level]) => Math.abs(found[each] - level) < 3) &&
        performance.now() < deadline
    );
    return found;
}"""


def levels(page: Page, time: float, expected: Mapping[int, float]) -> dict[str, float]:
    """Play from a time on; return levels in dB when they are as expected, or else after a while."""
    page.evaluate("(time) => player.seek(time)", time)
    page.locator(".player-stage").press("l")  # sound needs a key
    found: dict[str, float] = page.evaluate(_LISTEN, [time, [*expected.items()], TIMEOUT])
    page.locator(".player-stage").press("k")
    return found


def test_voice_is_heard_and_the_music_steps_back(visit, tmp_path_factory):
    client = visit.log_in()
    sources = Sources(tmp_path_factory.mktemp("media"))
    path = client.new_work(client.new_project(name="Spring"), name="Teaser")
    scenes = [{"scene_index": 0, "duration_seconds": 40}]
    put(client, f"{path}/media/scene/0/image", sources.quadrants())
    put(client, f"{path}/media/scene/0/voice", sources.sound(sine(VOICE), 20, "voice.m4a"))
    put(client, f"{path}/media/audio", sources.sound(sine(MUSIC), 40, "music.m4a"))
    fields = {"scenes": scenes, "editorState": {"audioUrl": f"{path}/media/audio"}}
    work = client.put(path, {**fields, "sound": {"duck": -20}}).json
    page = visit.page
    visit.open()
    page.evaluate(_METER)
    page.evaluate(edited_work.OPEN_PLAYER, [work, 180, 320])

    voice = TONE + work["generatedScenes"][0]["voiceGain"]
    spoken, after = {VOICE: voice, MUSIC: TONE - 20}, {MUSIC: TONE}
    assert levels(page, 5, spoken) == pytest.approx(named(spoken), abs=3)
    assert levels(page, 24, after) == pytest.approx(named(after), abs=3)


def named(expected: Mapping[int, float]) -> dict[str, float]:
    return {str(frequency): level for frequency, level in expected.items()}


def put(client: Client, path: str, file: Path) -> None:
    answer = client.put(path, file.read_bytes(), Content_Type=guess_type(file)[0] or "")
    assert answer.status == 200, answer.body
