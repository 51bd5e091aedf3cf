"""The gain that brings a voice to -16 LUFS."""

import math
import re
import struct
from pathlib import Path

import pytest

from media.ffmpeg import run_logged
from media.lanes import PEAKS_PER_SECOND, peaks_of
from media.levelling import VOICE_LUFS
from media.limits import JOBS, UPLOADS
from media.loudness import MAX_GAIN, voice_levelling
from media.streams import read_streams
from providers.recordings import wav_file
from tests.cases import cases

RATE = 24_000


def recording(path: Path, *, peak: float, seconds: float = 2.0) -> Path:
    """Write a tone of this peak."""
    tone = (
        round(32_767 * peak * math.sin(2 * math.pi * 300 * n / RATE))
        for n in range(int(seconds * RATE))
    )
    path.write_bytes(wav_file(struct.pack(f"<{int(seconds * RATE)}h", *tone), RATE))
    return path


def heard(path: Path, gain: float, channels: str = "pan=stereo|c0=c0|c1=c0") -> tuple[float, float]:
    """Return the loudness and the peak of a recording on two channels, with a gain, in a film."""
    silence = "adelay=200:all=1,apad=pad_dur=0.2"
    filters = f"{channels},volume={gain}dB:precision=double,{silence},ebur128=peak=sample"
    arguments = ["-i", str(path), "-af", filters, "-f", "null", "-"]
    summary = run_logged(arguments, 20, JOBS, "info").log.rpartition("Summary:")[2]
    lufs, peak = re.search(r"I: +(\S+) LUFS.*Peak: +(\S+) dBFS", summary, re.S).groups()
    return float(lufs), float(peak)


def gain_of(path: Path) -> float:
    audio = read_streams(path, JOBS).audio
    assert audio is not None
    return voice_levelling(path, audio, JOBS).gain


@cases(("peak", "seconds"), {"quiet": (0.03, 2.0), "loud": (0.9, 2.0), "short": (0.2, 0.3)})
def test_voice_is_brought_to_its_level(tmp_path, peak, seconds):
    path = recording(tmp_path / "a.wav", peak=peak, seconds=seconds)

    assert heard(path, gain_of(path))[0] == pytest.approx(VOICE_LUFS, abs=0.15)


def test_sound_of_more_channels_is_as_loud_as_others_once_it_is_on_two(tmp_path):
    path, two = tmp_path / "a.wav", "aformat=channel_layouts=stereo"
    tone = "aevalsrc=0|0|0.1*sin(2000*t)|0|0|0:c=5.1:d=2"
    run_logged(["-f", "lavfi", "-i", tone, str(path)], 20, JOBS)

    assert heard(path, gain_of(path), two)[0] == pytest.approx(VOICE_LUFS, abs=0.15)


@cases(("peak", "gain"), {"most": (0.0015, MAX_GAIN), "silence": (0.0, 0)})
def test_gain_is_limited_and_silence_stays_silent(tmp_path, peak, gain):
    assert gain_of(recording(tmp_path / "a.wav", peak=peak)) == gain


@pytest.mark.slow  # minutes of sound are measured
def test_long_voices_may_take_longer_than_other_uploads(tmp_path):
    path = tmp_path / "long.wav"
    tone = "aevalsrc=0.1*sin(2000*t)|0.1*sin(2000*t):s=48000:d=300"
    run_logged(["-f", "lavfi", "-i", tone, str(path)], 60, JOBS)
    audio = read_streams(path, UPLOADS).audio
    assert audio is not None

    assert voice_levelling(path, audio, UPLOADS).gain == pytest.approx(4.8, abs=0.3)
    assert len(peaks_of(str(path), audio, UPLOADS)) == 300 * PEAKS_PER_SECOND
