"""The player sounds as the export: its graph of gains, rendered offline, against a real export."""

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from export.plan.from_work import timeline_of_work
from media.limits import JOBS
from media.music_loudness import loudness_of
from media.streams import read_streams
from tests.browser import needs_browser
from tests.console.modules import open_modules
from tests.console.timelines import work_of
from tests.export import sound
from tests.export.renders import render
from tests.export.sound import Sound
from tests.export.sources import BEEP, Sources, beeps, sine
from tests.media import video_files, voice_recordings

pytestmark = [pytest.mark.slow, needs_browser]

Json = dict[str, Any]
Pair = tuple[Sound, Sound]

RATE = 48_000
SECONDS = 9.0
TONE, MUSIC, VOICE, EFFECT = 440, 220, 660, 550  # Hz
# A clip that is split, one over a transition, muted and quiet ones, and others at other speeds.
CLIPS: list[Json] = [
    {"start": 0, "end": 0.7, "fadeIn": 0.5},
    {"start": 0.7, "end": 1.5, "trimStart": 0.7, "transitionType": "fade"},
    {"start": 1.5, "end": 2.5, "trimStart": 0.2, "volume": 0.7, "fadeOut": 0.2},
    {"start": 2.5, "end": 3, "volume": 0},
    {"start": 3, "end": 4.5, "speed": 2},
    {"start": 4.5, "end": 6.5, "trimStart": 0.3, "speed": 0.5},
    {"start": 6.5, "end": 7, "trimStart": 1, "speed": 0},
    {"start": 7, "end": 9, "trimStart": 2},
]
PLACES: list[Json] = [
    {"id": "a", "start": 2, "end": 5, "trimStart": 0.5, "fadeIn": 1, "fadeOut": 0.5},
    {"id": "b", "start": 7, "end": 9, "fadeOut": 1},
]
# The voice, of a second, speaks from 0.3 s on; the music steps back and comes while it is heard.
PLACE: Json = {"sceneIndex": 0, "start": 7.4, "end": 8.2, "trimStart": 0.2, "volume": 0.5}
WORDS: list[Json] = [{"text": "word", "start": 0.3, "end": 0.9}]
SOUND: Json = {"id": "s", "assetId": "asset_2", "start": 7.2, "end": 8.9, "volume": 0.8}
# Its channels are in opposite phase, and have other constants in their samples.
MENDED: Json = {"voiceOffsets": [0.05, -0.03], "voiceChannels": "opposite"}
# A very quiet one with a knock, 0.2 s after its start, that is limited.
LIMITED, KNOCK_AT = 770, 6.5
LIMITED_PLACE: Json = {"id": "w", "sceneIndex": 1, "start": 6.3, "end": 7.2}
LIMITED_MADE: Json = {"voiceUrl": "/limited.wav", "voiceDuration": 0.9, "voiceLimited": True}
LIMITER = 0.006  # seconds by which that of browsers is late
BEEPS = (0.3, 1.0, 2.4, 3.1)
# Renders what is heard of a work; returns samples of 16 bits, both channels in turn.
_RENDER = """async ([work, sources, options, seconds, rate]) => {
    const { createModel } = await import("/timeline/model.js");
    const { mixer } = await import("/mixer.js");
    const { duckedBus, playBuffer } = await import("/player/graph.js");
    const { cut, decoded } = await import("/player/buffers.js");
    const context = new OfflineAudioContext(2, seconds * rate, rate);
    const output = mixer(context);
    const begin = { time: 0, when: 0, speed: 1 };
    const model = createModel(work, sources, options);
    const ducked = duckedBus(context, output, model.plan.ducking, begin);
    for (const heard of model.heard) {
        const buffer = await cut(await decoded(heard.url), heard);
        playBuffer(context, heard.isDucked ? ducked : output, heard, buffer, begin);
    }
    const buffer = await context.startRendering();
    const channels = [0, 1].map((index) => buffer.getChannelData(index));
    const samples = new Int16Array(buffer.length * 2);
    samples.forEach((_, index) => {
        samples[index] = Math.round(channels[index % 2][index >> 1] * 32767);
    });
    let text = "";
    const bytes = new Uint8Array(samples.buffer);
    for (let at = 0; at < bytes.length; at += 8192) {
        text += String.fromCharCode(...bytes.subarray(at, at + 8192));
    }
    return btoa(text);
}"""


def work(**fields: Any) -> Json:
    track = [{"id": f"c{n}", "sceneIndex": 0, **clip} for n, clip in enumerate(CLIPS)]
    made = {"sceneIndex": 0, "videoUrl": "/c", "voiceUrl": "/voice.wav", "voiceDuration": 1}
    tracks = {"audioTrack": PLACES, "soundTrack": [SOUND]}
    tracks["voiceTrack"] = [{"id": "v", **PLACE}, LIMITED_PLACE]
    return work_of(
        generatedScenes=[
            {**made, "voiceGain": 4, **MENDED},
            {"sceneIndex": 1, **LIMITED_MADE, "voiceGain": 24},
        ],
        editorState={
            "editorData": {"videoTrack": track, **tracks},
            "audioUrl": "/api/projects/proj_1/assets/asset_1",
            "audioVolume": 0.8,
            "exportSettings": {"width": 96, "height": 160, "fps": 30},
        },
        **fields,
    )


@pytest.fixture(scope="module")
def heard(browser, tmp_path_factory):
    """What the player sounds like, and the export of the same work."""
    return pair_of(work(), browser, tmp_path_factory)


def pair_of(made: Json, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """Return what the player of a work sounds like, and its export."""
    sources = Sources(tmp_path_factory.mktemp("media"))
    clip = sources.solid(seconds=4, sound=f"{beeps(*BEEPS)}+{sine(TONE, -24)}")
    music = sources.sound(sine(MUSIC, -22), 4, "music.m4a")
    effect = sources.sound(sine(EFFECT, -30), 2, "effect.wav")
    phases = np.arange(voice_recordings.RATE) * 2 * np.pi * VOICE / voice_recordings.RATE
    wave = np.sqrt(2) * 10 ** (-22 / 20) * np.sin(phases)
    path = tmp_path_factory.mktemp("voice") / "voice.wav"
    voice = voice_recordings.write(path, wave + 0.05, -wave - 0.03)
    limited = voice_recordings.write(path.with_name("limited.wav"), quiet_with_knock())
    timeline = timeline_of_work(made, {}, {0: WORDS})
    files = {0: voice, 1: limited}
    directory = tmp_path_factory.mktemp("sound")
    video = render(
        directory,
        timeline.clips,
        [clip],
        music={"asset_1": music, "asset_2": effect},
        tracks=timeline.music,
        effects=timeline.effects,
        voices={each: files[each.scene] for each in timeline.voices},
        duck=timeline.duck,
        ducks_clips=timeline.ducks_clips,
        decode=False,
    )
    export = sound.read(video_files.make(directory / "export.wav", f"-i {video.path}"))
    with open_modules(browser) as modules:
        media = {"/clip.mp4": clip, "/assets/asset_1": music, "/assets/asset_2": effect}
        voices = {"/voice.wav": voice, "/limited.wav": limited}
        narration = [{"sceneIndex": 0, "spokenText": "word", "words": WORDS}]
        options = {"narration": narration}
        return played(modules.page, {**media, **voices}, made, options, SECONDS), export


def quiet_with_knock() -> voice_recordings.Samples:
    """Return a tone of -48 dB with a knock of 5 ms."""
    times = np.arange(round(0.9 * voice_recordings.RATE)) / voice_recordings.RATE
    samples: voice_recordings.Samples = 0.0056 * np.sin(2 * np.pi * LIMITED * times)
    knock = (KNOCK_AT - LIMITED_PLACE["start"] <= times) & (
        times < KNOCK_AT - LIMITED_PLACE["start"] + 0.005
    )
    return samples + 0.9 * knock * np.sin(2 * np.pi * 2000 * times)


def played(
    page: Page, files: Mapping[str, Path], work: Json, options: Json, seconds: float
) -> Sound:
    """Render what the player plays of a work; the media of its scene 0 is at /clip.mp4."""

    def serve(path: Path) -> Any:
        return lambda route: route.fulfill(body=path.read_bytes())

    for name, path in files.items():
        page.route(f"**{name}*", serve(path))
    source = {
        "url": "/clip.mp4",
        "seconds": 4,
        "soundSeconds": 4 if "/clip.mp4" in files else None,
        "fps": 30,
    }
    encoded = page.evaluate(_RENDER, [work, {"0": source}, options, seconds, RATE])
    samples = np.frombuffer(base64.b64decode(encoded), "<i2").reshape(-1, 2)
    return Sound((samples / 32767).astype(np.float32), RATE)


def onsets(heard: Sound, start: float, end: float) -> list[float]:
    """Return when beeps begin between two times, counted from the first of these."""
    return sound.onsets(heard.between(start, end), BEEP)


def pitch(heard: Sound) -> float:
    """Return the loudest frequency, in Hz."""
    mono = heard.samples.mean(axis=1)
    spectrum = np.abs(np.fft.rfft(mono * np.hanning(len(mono))))
    return float(np.argmax(spectrum) * heard.rate / len(mono))


@pytest.mark.parametrize(
    ("start", "end", "count"), [(0, 1.5, 2), (1.5, 2.5, 1), (3, 4.4, 3), (7, 9, 2)]
)
def test_sounds_are_at_their_places(heard, start, end, count):
    found, expected = (onsets(each, start, end) for each in heard)

    assert len(found) == count
    assert found == pytest.approx(expected, abs=0.02)


def test_limited_voice_is_as_loud_around_a_knock(heard):
    """But for the knock itself, where the player limits the whole mix."""
    for start in (6.35, 6.4, KNOCK_AT + 0.15, 6.75, 6.9, 7.0):
        found, expected = (sound.tone(each.between(start, start + 0.05), LIMITED) for each in heard)
        assert expected > -30, start
        assert found == pytest.approx(expected, abs=1), start
    peaks = [np.abs(each.between(KNOCK_AT - 0.01, KNOCK_AT + 0.05).samples).max() for each in heard]
    assert max(peaks) <= 1


def test_slow_sound_is_at_its_place(heard):
    found, expected = (onsets(each, 4.7, 6.5) for each in heard)

    assert found == pytest.approx(expected, abs=0.03)  # 15 ms of the media


@pytest.mark.parametrize(
    ("frequency", "count"), [(TONE, 40), (MUSIC, 40), (VOICE, 10), (EFFECT, 20)]
)
def test_sounds_are_as_loud_at_normal_speed(heard, frequency, count):
    """Fades, transitions, volumes, the music and its ducking, every 50 ms.

    Ducked music changes by 12 dB in 250 ms, so that a shift of 30 ms is more than a decibel.
    """
    times = np.concatenate([np.arange(0.05, 2.9, 0.05), np.arange(7.05, 8.8, 0.05)])
    levels = levels_of(heard, frequency, times)
    loud = levels[levels.max(axis=1) > -45]

    assert len(loud) > count
    assert np.abs(loud[:, 0] - loud[:, 1]).max() < 1


def test_clips_step_back_alike(heard, browser, tmp_path_factory):
    """As the music does: by 12 dB, at the same times, in the player and in the export."""
    ducked = pair_of(work(sound={"clips": "duck"}), browser, tmp_path_factory)
    times = np.arange(7.05, 8.8, 0.05)

    levels = levels_of(ducked, TONE, times)
    change = levels - levels_of(heard, TONE, times)

    assert np.abs(levels[:, 0] - levels[:, 1]).max() < 1
    assert change.max() == pytest.approx(0, abs=0.5)
    assert change.min() == pytest.approx(-12, abs=0.5)
    assert np.abs(levels_of(ducked, MUSIC, times) - levels_of(heard, MUSIC, times)).max() < 0.5


def levels_of(heard: Pair, frequency: int, times: Any) -> Any:
    """Return how loud a tone is from some times on, for 0.1 s, in the player and in the export."""
    late = Sound(heard[0].samples[round(LIMITER * RATE) :], RATE)
    return np.array(
        [
            [sound.tone(each.between(at, at + 0.1), frequency) for each in (late, heard[1])]
            for at in times
        ]
    )


@pytest.mark.parametrize(("start", "end"), [(3.7, 4.1), (5.1, 5.7)])
def test_sounds_are_as_high_and_loud_at_other_speeds(heard, start, end):
    player, export = (each.between(start, end) for each in heard)

    assert sound.tone(player, TONE) == pytest.approx(sound.tone(export, TONE), abs=1)
    assert pitch(player) == pytest.approx(pitch(export), rel=0.01)


def test_voices_have_no_constant_in_their_samples(heard):
    for each in heard:
        assert np.abs(each.between(7.6, 8.0).samples.mean(axis=0)).max() < 0.004


@pytest.mark.parametrize(("start", "end"), [(2.55, 2.95), (6.55, 6.95)])
def test_muted_clips_and_stills_are_silent(heard, start, end):
    for each in heard:
        assert sound.tone(each.between(start, end), TONE) < -70


@pytest.fixture(scope="module")
def bed(browser, tmp_path_factory):
    """Loud music that is levelled under a voice, and repeated, in the player and in an export.

    A quiet recording is heard in it as well.
    """
    sources = Sources(tmp_path_factory.mktemp("media"))
    song = sources.sound(sine(MUSIC, -12), 2.1, "song.wav")
    voice = sources.sound(sine(VOICE, -22), 1, "voice.wav")
    recorded = sources.sound(sine(EFFECT, -40), 0.8, "recorded.wav")
    recording = {"id": "r", "assetId": "asset_2", "start": 6.5, "end": 8, "voice": True}
    clip = {"id": "c", "sceneIndex": 0, "start": 0, "end": 9}
    place = {"id": "v", "sceneIndex": 0, "start": 1, "end": 2}
    made = {"sceneIndex": 0, "videoUrl": "/c", "voiceUrl": "/voice.wav", "voiceDuration": 1}
    spoken = work_of(
        generatedScenes=[made],
        editorState={
            "editorData": {
                "videoTrack": [clip],
                "voiceTrack": [place],
                "soundTrack": [recording],
            },
            "audioUrl": "/api/projects/proj_1/assets/asset_1",
            "audioLevel": -24,
            "audioLoop": True,
            "exportSettings": {"width": 96, "height": 160, "fps": 30},
        },
    )
    timeline = timeline_of_work(spoken, {})
    directory = tmp_path_factory.mktemp("bed")
    video = render(
        directory,
        timeline.clips,
        [sources.solid(seconds=9)],
        music={"asset_1": song, "asset_2": recorded},
        tracks=timeline.music,
        recordings=timeline.recordings,
        voices={timeline.voices[0]: voice},
        duck=timeline.duck,
        music_level=timeline.music_level,
        loops_music=timeline.loops_music,
        decode=False,
    )
    export = sound.read(video_files.make(directory / "export.wav", f"-i {video.path}"))
    with open_modules(browser) as modules:
        files = {"/voice.wav": voice, "/assets/asset_1": song, "/assets/asset_2": recorded}
        songs = {
            f"/api/projects/{spoken['projectId']}/assets/asset_2": {
                "seconds": 0.8,
                "loudness": loudness(recorded),
            }
        }
        options = {"song": {"seconds": 2.1, "loudness": loudness(song)}, "songs": songs}
        yield played(modules.page, files, spoken, options, 9), export


def loudness(song: Path) -> float:
    audio = read_streams(str(song), JOBS).audio
    assert audio is not None
    return loudness_of(str(song), audio, JOBS)


def test_levelled_music_sounds_as_in_exports(bed):
    """Its level, ducking, repetitions and the fade at the end, every 50 ms."""
    times = np.arange(0.05, 8.75, 0.05)
    late = Sound(bed[0].samples[round(LIMITER * RATE) :], RATE)
    levels = np.array(
        [[sound.tone(each.between(at, at + 0.1), MUSIC) for each in (late, bed[1])] for at in times]
    )
    loud = levels[levels.max(axis=1) > -50]

    assert len(loud) > 100
    assert np.abs(loud[:, 0] - loud[:, 1]).max() < 1
    assert np.ptp(levels[50:95, 1]) < 6.1  # from 2.6 s on, with joins at 2 and 4 s
    assert levels[-1, 1] < levels[50, 1] - 6


def test_recording_is_as_loud_as_voices_and_music_steps_back_under_it(bed):
    """A recording of -40 dB is at its place, at -16 LUFS, in the player and in the export."""
    late = Sound(bed[0].samples[round(LIMITER * RATE) :], RATE)
    for each in (late, bed[1]):
        # A tone of -20 dB on both channels has -17.5 LUFS.
        assert sound.tone(each.between(6.7, 7.1), EFFECT) == pytest.approx(-18.5, abs=0.7)
        assert sound.tone(each.between(6.3, 6.45), EFFECT) < -60
        assert sound.tone(each.between(7.4, 7.9), EFFECT) < -60
        before, under, after = (
            sound.tone(each.between(at, at + 0.3), MUSIC) for at in (5.7, 6.8, 8.0)
        )
        assert before - under == pytest.approx(12, abs=1)
        assert before == pytest.approx(after, abs=1)
