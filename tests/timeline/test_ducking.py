"""Ducking: the music's envelope while someone speaks. The page's suite has the same cases."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from schemas.sound import DEFAULT_DUCK
from timeline.ducking import Point, Speech, ducking_of, gains, speech_of_voice

CASES = json.loads(Path(__file__).with_name("ducking_cases.json").read_text(encoding="utf-8"))
RATE = 1000


def points_of(case: dict[str, Any]) -> list[Point]:
    spans = [
        span
        for voice in case["voices"]
        for span in speech_of_voice(
            Speech(voice["start"], voice["end"]),
            [Speech(*word) for word in voice.get("words", ())],
            voice.get("trim", 0.0),
            voice.get("speed", 1.0),
        )
    ]
    return ducking_of(spans, case["duck"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_envelope(case):
    points = [[round(value, 9) for value in point] for point in points_of(case)]

    assert points == case["points"]


def test_music_is_9_db_lower_while_someone_speaks_and_back_within_a_second():
    points = ducking_of([Speech(2, 4)], DEFAULT_DUCK)
    levels = 20 * np.log10(np.array(gains(points, RATE, 8 * RATE)))

    assert (levels[2000:4000] <= -9).all()
    assert (levels[:1750] == 0).all()
    assert (levels[5000:] == 0).all()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_sampled_gains_are_those_of_the_points(case):
    points = points_of(case)
    times = np.arange(5 * RATE) / RATE
    known = points or [Point(0, 1)]
    expected = np.interp(times, [at for at, _ in known], [gain for _, gain in known])

    assert np.allclose(gains(points, RATE, 5 * RATE), expected, atol=1e-6)
