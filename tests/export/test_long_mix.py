"""Ten minutes of voices and music: everything stays at its time, and nothing clicks."""

from pathlib import Path

import numpy as np
import pytest

from export.plan.clips import Source
from export.plan.plan import make_plan
from export.plan.timeline import Clip, Output, Timeline
from export.plan.voices import Music, Voice
from export.render.mixing import Mixer
from export.sources.openers import music_name, voice_name
from media.processes import go_on
from media.rendering import render
from tests.export import sound
from tests.export.renders import measured
from tests.export.sources import BEEP, Sources, beeps, sine

pytestmark = pytest.mark.thorough

SECONDS, SPACING = 600.0, 6.0
TONE, MUSIC = 660, 220  # Hz
AMPLITUDE = 0.1414
TRIM = 0.3
VOICES = [
    Voice(number, 2.0 - TRIM, number * SPACING + 0.2137, TRIM, speech=((0.0, 2.0 - TRIM),))
    for number in range(100)
]


@pytest.fixture(scope="module")
def heard(tmp_path_factory):
    """100 voices of a tone and a beep at 0.5 s of their file, and music."""
    directory = tmp_path_factory.mktemp("mix")
    sources = Sources(tmp_path_factory.mktemp("media"))
    tone = f"{AMPLITUDE}*cos(2*PI*{TONE}*t)"
    voice = measured(sources.sound(f"{beeps(0.5)}+{tone}", 2.0), directory)
    music = measured(sources.sound(sine(MUSIC), SECONDS, "music.m4a"), directory)
    output = Output(96, 160)
    timeline = Timeline(
        output, [Clip(0, 0, SECONDS)], music=[Music("music")], voices=VOICES, duck=-12
    )
    media = {voice_name(each.scene): voice for each in VOICES} | {music_name("music"): music}
    path = directory / "mix.m4a"

    def run(arguments, on_position=lambda _seconds: None, level="error"):
        return render(arguments, go_on, on_position, level)

    plan = make_plan(timeline, {0: Source(None)})
    Mixer(timeline, plan, media, directory, run, lambda _seconds: None).mix(str(path))
    return sound.read(Path(path))


def test_beeps_of_voices_stay_at_their_times(heard):
    assert heard.duration == pytest.approx(SECONDS, abs=0.03)
    for number in range(len(VOICES)):
        start = number * SPACING
        part = heard.between(start, start + 3)
        beep = 0.2137 + 0.5 - TRIM
        assert sound.onsets(part, BEEP) == pytest.approx([beep], abs=0.002)


def test_music_is_ducked_at_the_end_as_at_the_begin(heard):
    for number in (0, 50, 99):
        start = number * SPACING
        assert sound.tone(heard.between(start + 0.9, start + 1.7), MUSIC) == pytest.approx(
            -32, abs=0.5
        )
        assert sound.tone(heard.between(start + 3.5, start + 5.5), MUSIC) == pytest.approx(
            -20, abs=0.5
        )


def test_no_voice_begins_or_ends_with_a_click(heard):
    steps = np.abs(np.diff(heard.samples[:, 0]))
    own = sum(2 * np.pi * each / heard.rate * AMPLITUDE for each in (TONE, MUSIC))
    for voice in VOICES:
        for at in (voice.start or 0.0, (voice.start or 0.0) + voice.seconds):
            first = round((at - 0.005) * heard.rate)
            assert steps[first : first + round(0.01 * heard.rate)].max() < 1.2 * own
