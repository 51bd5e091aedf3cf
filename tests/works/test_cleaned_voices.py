"""Voices that are cleaned up: the recording stays, and what belongs to it goes with it."""

import os
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from flask import Flask

from export.sources.openers import stored_timeline
from media.limits import JOBS
from media.streams import read_streams
from tests.media.test_cleaning import PAD, in_a_room
from tests.media.voice_recordings import TEXT, write
from tests.people import Person
from tests.simultaneous import at_once
from tests.works.shapes import scene
from tests.works.takes import list_takes, use
from web.context import Services

VOICE = "media/scene/0/voice"
WORDS = [{"text": "Wake", "start": 1.05, "end": 1.25}, {"text": "up", "start": 1.25, "end": 1.5}]

Json = dict[str, Any]


@pytest.fixture(scope="module")
def recording(tmp_path_factory):
    return write(tmp_path_factory.mktemp("voice") / "voice.wav", in_a_room()).read_bytes()


@pytest.fixture
def recorded(ana, work, recording):
    """Return a work whose first scene has a recording, with words."""
    ana.save(work, {"scenes": [scene(0, narration={"text": TEXT})]})
    assert ana.put(f"{work}/{VOICE}?narration=1", data=recording).status_code == 200
    set_words(ana, work, WORDS)
    return work


def set_words(ana: Person, work: str, words: list[Json]) -> None:
    assert ana.put(f"{work}/{VOICE}/words", json={"words": words}).status_code == 200


def words_of(ana: Person, work: str) -> list[Json]:
    words: list[Json] = ana.show(f"{work}/{VOICE}/words")["words"]
    return words


def clean(ana: Person, work: str, is_on: bool = True) -> Json:
    answer = ana.patch(f"{work}/{VOICE}", json={"cleanUp": is_on})
    assert answer.status_code == 200, answer.text
    state: Any = answer.json
    assert state["cleanUp"] is is_on
    return dict(state)


def made(ana: Person, work: str) -> Json:
    [entry] = ana.show(work)["generatedScenes"]
    return dict(entry)


def moved(words: list[Json], seconds: float) -> list[Json]:
    times = ("start", "end")
    return [
        {**word, **{name: pytest.approx(word[name] + seconds) for name in times}} for word in words
    ]


def test_recording_is_cleaned_up_at_once_and_back_at_once(ana, recorded, recording):
    before = made(ana, recorded)
    assert "voiceCleanUp" not in before

    answer = clean(ana, recorded)

    after = made(ana, recorded)
    cut = answer["cutStart"]
    assert PAD - 0.3 <= cut <= PAD - 0.1
    assert after["voiceCleanUp"] is True
    assert after["voiceDuration"] == answer["voiceDuration"]
    assert after["voiceDuration"] == pytest.approx(
        before["voiceDuration"] - cut - answer["cutEnd"], abs=0.005
    )
    assert after["voiceUpdatedAt"] > before["voiceUpdatedAt"]
    assert after["voiceGain"] == pytest.approx(before["voiceGain"], abs=1)
    assert after["voiceTextHash"] == before["voiceTextHash"]
    assert words_of(ana, recorded) == moved(WORDS, -cut)
    served = ana.get(f"{recorded}/{VOICE}")
    assert served.data != recording
    assert served.content_type == "audio/wav"

    clean(ana, recorded, is_on=False)

    ignored = ("voiceUpdatedAt",)
    back = made(ana, recorded)
    assert {**back, **{name: before[name] for name in ignored}} == before
    assert words_of(ana, recorded) == WORDS
    assert ana.get(f"{recorded}/{VOICE}").data == recording


def test_cleaned_file_is_made_once_and_is_a_take(ana, recorded):
    clean(ana, recorded)
    first = ana.get(f"{recorded}/{VOICE}").data
    takes = list_takes(ana, recorded)
    assert [(take["current"], take.get("cleanedFrom")) for take in takes] == [
        (True, takes[1]["id"]),
        (False, None),
    ]

    clean(ana, recorded)
    clean(ana, recorded, is_on=False)
    clean(ana, recorded)

    assert [take["id"] for take in list_takes(ana, recorded)] == [take["id"] for take in takes]
    assert ana.get(f"{recorded}/{VOICE}").data == first


def test_two_requests_at_once_make_one_file(app, ana, recorded):
    people = [Person(app.test_client(), ana.token, ana.user) for _ in range(2)]

    answers = at_once([partial(clean, person, recorded) for person in people])

    assert answers[0] == answers[1]
    assert len(list_takes(ana, recorded)) == 2


def test_what_was_corrected_since_is_kept(ana, recorded):
    cut = clean(ana, recorded)["cutStart"]
    corrected = [{**word, "text": word["text"].upper()} for word in words_of(ana, recorded)]
    set_words(ana, recorded, corrected)

    clean(ana, recorded, is_on=False)
    assert words_of(ana, recorded) == moved(corrected, cut)

    set_words(ana, recorded, WORDS)
    clean(ana, recorded)
    assert words_of(ana, recorded) == moved(WORDS, -cut)


@pytest.mark.parametrize("trims", [{}, {"trimStart": 0.5}, {"trimStart": 0.95, "trimEnd": 1.2}])
def test_what_is_spoken_stays_at_its_place_on_the_timeline(ana, recorded, app, trims):
    place = {"id": "v", "sceneIndex": 0, "start": 5, "end": 8, "speed": 1.25, **trims}
    ana.save(recorded, {"editorState": {"editorData": {"voiceTrack": [place]}}})
    before = pytest.approx(spoken_spans(app, ana, recorded), abs=0.005)

    clean(ana, recorded)
    assert spoken_spans(app, ana, recorded) == before
    [entry] = ana.show(recorded)["editorState"]["editorData"]["voiceTrack"]
    assert entry["start"] + entry.get("trimStart", 0) > 5

    clean(ana, recorded, is_on=False)
    assert spoken_spans(app, ana, recorded) == before


def spoken_spans(app: Flask, ana: Person, work: str) -> list[float]:
    """Return when the voice speaks in an export, in seconds of its timeline."""
    services: Services = app.extensions["services"]
    [voice] = stored_timeline(services.store, ana.show(work), {}).voices
    assert voice.start is not None
    return [voice.start + time for span in voice.speech for time in span]


def test_recording_that_was_cleaned_up_is_not_deleted(ana, recorded):
    clean(ana, recorded)
    current, original = list_takes(ana, recorded)

    answer = ana.delete(original["url"])
    assert answer.status_code == 409
    assert answer.json["details"] == "Switch its clean-up off first."

    assert use(ana, original)[1]["current"]
    assert "voiceCleanUp" not in made(ana, recorded)
    assert use(ana, current)[0]["current"]
    assert made(ana, recorded)["voiceCleanUp"] is True


def test_recording_goes_after_what_was_made_of_it(ana, recorded, samples):
    clean(ana, recorded)
    cleaned, original = list_takes(ana, recorded)
    ana.put(f"{recorded}/{VOICE}", data=(samples / "audio.wav").read_bytes())

    answer = ana.delete(original["url"])
    assert answer.status_code == 409
    assert answer.json["details"] == f"Delete that first: {cleaned['id']}."

    assert ana.delete(cleaned["url"]).status_code == 204
    assert ana.delete(original["url"]).status_code == 204


def test_clean_up_of_a_deleted_recording_can_be_switched_off(ana, recorded):
    clean(ana, recorded)
    cleaned, original = list_takes(ana, recorded)
    use(ana, original)
    assert ana.delete(f"{recorded}/{VOICE}").status_code == 204
    use(ana, cleaned)
    before = made(ana, recorded)
    words = words_of(ana, recorded)

    clean(ana, recorded, is_on=False)

    after = made(ana, recorded)
    assert "voiceCleanUp" not in after
    assert after["voiceDuration"] == before["voiceDuration"]
    assert words_of(ana, recorded) == words
    [take] = list_takes(ana, recorded)
    assert (take["current"], take.get("cleanedFrom")) == (True, None)


class TestWithoutTakes:
    """Without earlier files, the recording is kept as long as it was cleaned up."""

    @pytest.fixture
    def settings(self, settings):
        return replace(settings, takes=0)

    def test_recording_is_kept_until_another_voice_is_stored(
        self, ana, recorded, recording, samples
    ):
        clean(ana, recorded)
        assert len(list_takes(ana, recorded)) == 2
        clean(ana, recorded, is_on=False)
        assert len(list_takes(ana, recorded)) == 1
        assert ana.get(f"{recorded}/{VOICE}").data == recording

        clean(ana, recorded)
        ana.put(f"{recorded}/{VOICE}", data=(samples / "audio.wav").read_bytes())
        assert [take["current"] for take in list_takes(ana, recorded)] == [True]


def test_refused_without_a_voice_of_another_version_and_for_others(ana, recorded):
    nothing = ana.patch(f"{recorded}/media/scene/1/voice", json={"cleanUp": True})
    assert (nothing.status_code, nothing.json["details"]) == (404, "Scene 1 has no voice.")
    unclear = ana.patch(f"{recorded}/{VOICE}", json={"cleanUp": "please"})
    assert (unclear.status_code, list(unclear.json["details"])) == (400, ["cleanUp"])
    stale = {"If-Match": '"other"'}
    assert (
        ana.patch(f"{recorded}/{VOICE}", json={"cleanUp": True}, headers=stale).status_code == 412
    )
    assert "voiceCleanUp" not in made(ana, recorded)


def test_cleaned_file_counts_and_no_temporary_file_is_left(ana, recorded, settings):
    clean(ana, recorded)

    directory = settings.data_dir / recorded.removeprefix("/api/")
    assert not [name for name in os.listdir(directory) if name.startswith(".tmp")]
    voice = next((directory / "media").glob("scene-0-voice.*"))
    audio = read_streams(voice, JOBS).audio
    assert audio is not None
    assert audio.seconds == pytest.approx(made(ana, recorded)["voiceDuration"], abs=0.001)
