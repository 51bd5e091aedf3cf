"""A recording that was cleaned up in what is made of a work: its video and its hand-over."""

from pathlib import Path

import numpy as np
import opentimelineio as otio
import pytest

from tests.export import sound
from tests.media.test_cleaning import in_a_room
from tests.media.voice_recordings import write
from tests.people import Person
from timeline.voice_lengths import LEAD

VOICE = "media/scene/0/voice"
HEARD = 0.1  # seconds of silence that are looked at


@pytest.fixture
def recorded(ana, work, sources, tmp_path):
    """Return a work with a picture and a recording."""
    ana.upload(f"{work}/media/scene/0/image", sources.quadrants())
    ana.upload(f"{work}/{VOICE}", write(tmp_path / "voice.wav", in_a_room()))
    ana.save(work, {"editorState": {"exportSettings": {"width": 96, "height": 160, "fps": 30}}})
    return work


def exported(ana: Person, work: str, path: Path) -> sound.Sound:
    answer = ana.post(f"{work}/export", json={"options": {"quality": "draft"}})
    assert answer.status_code == 200, answer.text
    path.write_bytes(answer.data)
    return sound.read(path)


def test_video_and_hand_over_have_the_cleaned_recording(app, ana, recorded, tmp_path):
    before = exported(ana, recorded, tmp_path / "before.mp4")

    answer = ana.patch(f"{recorded}/{VOICE}", json={"cleanUp": True})
    assert answer.status_code == 200
    after = exported(ana, recorded, tmp_path / "after.mp4")
    timeline = otio.adapters.read_from_string(
        ana.get(f"{recorded}/timeline.otio").text, "otio_json"
    )

    cleaned = answer.json["voiceDuration"]
    assert after.duration < before.duration  # as the voice is shorter
    noise = [
        20 * np.log10(np.sqrt(np.mean(each.between(LEAD + 0.02, LEAD + HEARD).samples ** 2)))
        for each in (before, after)
    ]
    assert noise[1] < noise[0] - 6
    [voice] = next(track for track in timeline.tracks if track.name == "Voices").find_clips()
    assert voice.trimmed_range().duration.to_seconds() == pytest.approx(cleaned, abs=0.05)
    assert app.test_cli_runner().invoke(args=["doctor"]).exit_code == 0
