"""Pauses of recordings, found in the sound of files."""

from pathlib import Path

import pytest

from media.limits import JOBS
from media.speech_spans import speech_spans
from storage.store import Store
from tests.media.voice_recordings import speech, write


@pytest.mark.parametrize("level", [0.8, 0.1])
def test_pauses_are_found_although_samples_have_a_constant(tmp_path: Path, level: float) -> None:
    store = Store(tmp_path / "data")
    plain, offset = (
        speech_spans(store, str(write(tmp_path / f"{dc}.wav", level * speech() + dc)), JOBS)
        for dc in (0, 0.05)
    )

    assert len(plain) == 2  # sentences
    assert offset == [pytest.approx(span, abs=0.15) for span in plain]
