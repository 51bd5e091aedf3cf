"""Recordings of a voice as microphones make them: quiet, with a knock or DC, on one side."""

import wave
from functools import cache
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from providers.espeak import speak

Samples: TypeAlias = npt.NDArray[np.float64]

TEXT = "Wake up with light. In the evening it glows warmly."
RATE = 22_050
_KNOCK_SECONDS, _KNOCK_AT = 0.005, 0.5


@cache
def speech() -> Samples:
    """Return a line that the demo's voice speaks."""
    return np.frombuffer(speak("en", TEXT).samples, "<i2").astype(np.float64) / 32_768


def quieter(decibels: float) -> Samples:
    """Return it quieter."""
    return speech() * 10 ** (-decibels / 20)


def knocked(samples: Samples) -> Samples:
    """Return a recording with a loud noise of 5 ms."""
    noise = np.random.default_rng(1).choice([-0.95, 0.95], round(_KNOCK_SECONDS * RATE))
    start = round(_KNOCK_AT * RATE)
    result = samples.copy()
    result[start : start + len(noise)] += noise
    return result


def write(path: Path, *channels: Samples) -> Path:
    """Write a recording of 16 bits."""
    limited = np.clip(np.stack(channels, axis=1), -1, 1)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((limited * 32_767).round().astype("<i2").tobytes())
    return path
