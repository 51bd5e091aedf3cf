"""Recordings among the assets: they are cleaned up, and the words in them are estimated."""

import pytest

from tests.media.test_cleaning import PAD, in_a_room
from tests.media.voice_recordings import TEXT, write
from tests.simultaneous import at_once


@pytest.fixture
def recording(ana, project, tmp_path):
    """Return the path of an asset that is a recording in a noisy room."""
    path = write(tmp_path / "voice.wav", in_a_room())
    made = ana.upload(f"{project}/assets", path)
    return f"{project}/assets/{made.json['id']}"


def test_recording_is_cleaned_up_once_and_stays(ana, project, recording):
    before = ana.show(f"{recording}/meta")
    sound = ana.get(recording).data

    answers = at_once([lambda: ana.post(f"{recording}/clean")] * 2)

    [cleaned] = {each.json["id"] for each in answers}
    made = ana.show(f"{project}/assets/{cleaned}/meta")
    assert made["cleanedFrom"] == before["id"]
    assert made["name"] == before["name"]
    assert made["cutStart"] == pytest.approx(PAD, abs=0.25)
    lost = made["cutStart"] + made["cutEnd"]
    assert made["duration"] == pytest.approx(before["duration"] - lost, abs=0.01)
    assert ana.show(f"{recording}/meta") == before
    assert ana.get(recording).data == sound
    assert ana.post(f"{project}/assets/{cleaned}/clean").json["id"] == cleaned
    assert ana.show(f"{project}/assets")["count"] == 2


def test_what_is_no_recording_is_not_cleaned_up(ana, project, sources):
    picture = ana.upload(f"{project}/assets", sources.quadrants()).json["id"]

    refused = ana.post(f"{project}/assets/{picture}/clean")

    assert refused.status_code == 400
    assert refused.json["error"] == "The asset is no recording"
    assert ana.post(f"{project}/assets/asset_none/clean").status_code == 404


def test_words_are_spread_over_what_is_heard(ana, recording):
    words = ana.post(f"{recording}/words", json={"text": TEXT}).json["words"]

    assert " ".join(each["text"] for each in words) == TEXT
    assert words[0]["start"] == pytest.approx(PAD, abs=0.3)
    assert words[-1]["end"] < ana.show(f"{recording}/meta")["duration"] - PAD / 2
