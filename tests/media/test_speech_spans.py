"""Pauses of recordings, found in the sound of files."""

import pytest

from media.limits import JOBS
from media.speech_spans import spans_of, speech_spans
from storage.store import Store
from tests.media.voice_recordings import speech, write


@pytest.mark.parametrize("level", [0.8, 0.1])
def test_pauses_are_found_although_samples_have_a_constant(tmp_path, level):
    store = Store(tmp_path / "data")
    plain, offset = (
        speech_spans(store, str(write(tmp_path / f"{dc}.wav", level * speech() + dc)), JOBS)
        for dc in (0, 0.05)
    )

    assert len(plain) == 2  # sentences
    assert offset == [pytest.approx(span, abs=0.15) for span in plain]


def test_short_sounds_and_pauses_count_wherever_they_are():
    """Seconds of the same number of intervals differ by what is rounded."""
    quiet, click, sound = bytes(8), bytes([255] * 2), bytes([255] * 3)

    for before in range(100):
        start = (before + 2 + 8) / 50
        heard = spans_of(bytes(before) + click + quiet + sound + quiet + sound)
        expected = [(start, start + 0.06), (start + 0.22, start + 0.28)]
        assert heard == [pytest.approx(span) for span in expected]
