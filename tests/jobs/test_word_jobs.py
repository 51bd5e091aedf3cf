"""Jobs that find the words of recordings with a vendor."""

import wave
from typing import Any

import pytest

from tests.jobs.helpers import Job, call_states, start_job, wait_for_call_state, wait_until_finished
from tests.jobs.voices import line, new_narrated_work
from tests.people import Person

HEADERS = {"x-transcription-provider": "elevenlabs"}
OWN = [{"text": "Own", "start": 0, "end": 0.1}, {"text": "words.", "start": 0.1, "end": 0.2}]
TRANSCRIPTION = {"vendor": "elevenlabs", "kind": "transcription"}


@pytest.fixture
def work(ana, project, samples):
    """The path of a work with two lines, of which the first was recorded."""
    work = new_narrated_work(ana, project, 2)
    ana.upload(f"{work}/media/scene/0/voice", samples / "audio.wav")
    return work


def run(person: Person, work: str, kind: str, **fields: Any) -> Job:
    return wait_until_finished(person, start_job(person, work, kind, HEADERS, **fields))


def test_words_of_a_recording_are_aligned_with_its_line(ana, work, vendors):
    job = run(ana, work, "captions")

    assert job["result"] == {"transcripts": [{"sceneIndex": 0, "words": 6, "source": "alignment"}]}
    [paid] = vendors.counts()
    assert paid["prompt"] == line(0)
    said = ana.show(f"{work}/narration")["scenes"][0]
    assert " ".join(word["text"] for word in said["words"]) == line(0)
    assert said["words"][-1]["end"] <= said["voiceDuration"]
    assert call_states(run(ana, work, "captions")) == {}


def test_words_that_a_vendor_does_not_recognise_are_estimated(ana, work, vendors):
    vendors.rule(kind="transcription", empty=True)
    headers = {"x-transcription-provider": "gemini"}

    job = wait_until_finished(ana, start_job(ana, work, "captions", headers))

    assert job["result"] == {"transcripts": [{"sceneIndex": 0, "words": 6, "source": "estimate"}]}


def test_corrected_words_get_better_times_and_stay_corrected(ana, work, vendors):
    ana.put(f"{work}/media/scene/0/voice/words", json={"words": OWN, "source": "estimate"})

    run(ana, work, "captions")

    assert [paid["prompt"] for paid in vendors.counts()] == ["Own words."]
    said = ana.show(f"{work}/narration")["scenes"][0]
    assert ([word["text"] for word in said["words"]], said["source"]) == (
        ["Own", "words."],
        "alignment",
    )


def test_words_that_were_corrected_meanwhile_stay(ana, work, vendors):
    vendors.rule(**TRANSCRIPTION, slow=None)
    job = start_job(ana, work, "captions", HEADERS)
    wait_for_call_state(ana, job, "transcription-0", "submitting")
    ana.put(f"{work}/media/scene/0/voice/words", json={"words": OWN, "source": "alignment"})
    vendors.release()

    [call] = wait_until_finished(ana, job)["calls"]

    assert (call["state"], "its words were changed" in call["note"]) == ("done", True)
    assert ana.show(f"{work}/narration")["scenes"][0]["words"] == OWN


def test_asset_is_transcribed(ana, project, work, samples, vendors):
    asset = ana.upload(f"{project}/assets", samples / "audio.mp3").json["id"]
    vendors.rule(**TRANSCRIPTION, answer="Hello there, all of you.")

    job = run(ana, work, "transcript", assetId=asset)

    result = job["result"]
    assert (result["text"], result["source"]) == ("Hello there, all of you.", "transcription")
    assert [word["text"] for word in result["words"]] == result["text"].split()


def test_recording_of_more_than_an_hour_is_not_sent(ana, project, work, vendors, tmp_path):
    with wave.open(str(tmp_path / "long.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(60)
        file.writeframes(bytes(61 * 60 * 60))
    asset = ana.upload(f"{project}/assets", tmp_path / "long.wav").json["id"]

    job = run(ana, work, "transcript", assetId=asset)

    assert job["state"] == "failed"
    assert job["reason"] == (
        "The recording is too long: It lasts 61 minutes; at most 60 can be written down."
    )
    assert vendors.requests() == []


def test_playlist_that_calls_itself_an_mp3_reaches_no_vendor(ana, project, work, vendors, tmp_path):
    (tmp_path / "list.mp3").write_bytes(b"ID3\x04" + bytes(6) + b"#EXTM3U\nfile:///etc/passwd\n")
    asset = ana.upload(f"{project}/assets", tmp_path / "list.mp3").json["id"]

    job = run(ana, work, "transcript", assetId=asset)

    assert job["state"] == "failed"
    assert job["reason"].startswith("The recording cannot be read: ")
    assert vendors.requests() == []
