"""Voices of scenes: what uploading one changes, its words, and what is said in a work."""

from pathlib import Path
from typing import Any

import pytest

from export.sources.openers import stored_timeline
from providers.recordings import wav_file
from storage.documents.tables import DocumentTable
from storage.errors import DiskFullError
from storage.paths import WorkRef
from tests.media.voice_recordings import quieter, write
from tests.people import Person
from tests.works.shapes import scene
from works import voices, work_media
from works.narration import text_hash
from works.origins import takes_of
from works.slots import scene_voice

VOICE = "media/scene/0/voice"
TEXT = "Wake up with light"
HASH = text_hash(TEXT)
WORDS = [{"text": "Wake", "start": 0, "end": 0.25}, {"text": "up", "start": 0.25, "end": 0.5}]


@pytest.fixture
def spoken(ana, work, samples):
    """Return a work whose first scene has a narration, and a voice that says it."""
    ana.save(work, {"scenes": [scene(0, narration={"text": TEXT}), scene(1)]})
    upload(ana, work, samples, "audio.wav", "?narration=1")
    return work


def upload(ana: Person, work: str, samples: Path, name: str, query: str = "") -> None:
    answer = ana.put(f"{work}/{VOICE}{query}", data=(samples / name).read_bytes())
    assert answer.json == {"ok": True, "url": f"{work}/{VOICE}"}


def made(ana: Person, work: str) -> Any:
    [entry] = ana.show(work)["generatedScenes"]
    return entry


def test_voice_gets_an_entry_with_its_measures_and_goes_with_it(ana, spoken):
    entry = made(ana, spoken)

    gain = entry.pop("voiceGain")
    assert -20 <= gain <= 40
    assert entry == {
        "sceneIndex": 0,
        "voiceUrl": f"{spoken}/{VOICE}",
        "voiceDuration": pytest.approx(1, abs=0.05),
        "voiceTextHash": HASH,
        "voiceUpdatedAt": ana.show(spoken)["updatedAt"],
        "status": "pending",
    }

    assert ana.delete(f"{spoken}/{VOICE}").status_code == 204
    assert made(ana, spoken) == {"sceneIndex": 0, "status": "pending"}
    assert ana.get(f"{spoken}/{VOICE}").json["details"] == "Scene 0 has no voice."


def test_voice_changes_neither_the_pictures_nor_the_status(ana, spoken, samples):
    ana.put(f"{spoken}/media/scene/0/image", data=(samples / "image.png").read_bytes())
    ana.save(spoken, {"generatedScenes": [{"sceneIndex": 0, "status": "error", "error": "No"}]})
    before = made(ana, spoken)

    upload(ana, spoken, samples, "audio.mp3", "?narration=0")

    after = made(ana, spoken)
    assert "voiceTextHash" not in after  # of this recording, nobody said what it says
    assert {**after, **{key: before[key] for key in before if "voice" in key}} == before


def test_words_can_be_corrected(ana, spoken):
    url = f"{spoken}/{VOICE}/words"
    estimated = ana.show(url)
    assert [word["text"] for word in estimated["words"]] == TEXT.split()
    assert (estimated["source"], estimated["textHash"]) == ("estimate", HASH)

    answer = ana.put(url, json={"words": WORDS, "source": "alignment"})

    assert answer.json == {"words": WORDS, "source": "alignment", "textHash": HASH}
    answer = ana.put(url, json={"words": WORDS[:1], "text": "Wake"})
    assert answer.json == ana.show(url)
    assert answer.json["source"] == "alignment"
    assert made(ana, spoken)["voiceTextHash"] == answer.json["textHash"] == text_hash(" Wake\n")


def test_corrected_captions_leave_a_voice_current(ana, spoken):
    body = {"words": WORDS[:1], "text": "Wake!", "textHash": HASH}

    answer = ana.put(f"{spoken}/{VOICE}/words", json=body)

    assert answer.json["textHash"] == HASH
    said = ana.show(f"{spoken}/narration")["scenes"][0]
    assert (said["isCurrent"], said["spokenText"], said["text"]) == (True, "Wake!", TEXT)


def test_same_recording_of_the_same_text_keeps_corrected_words(ana, spoken, samples):
    url = f"{spoken}/{VOICE}/words"
    corrected = ana.put(url, json={"words": WORDS, "source": "alignment"}).json

    upload(ana, spoken, samples, "audio.wav")

    assert ana.show(url) == corrected


BAD_WORDS: list[tuple[Any, str]] = [
    ({}, "words"),
    ({"words": [WORDS[1], WORDS[0]]}, "words.1.start"),
    ({"words": [{"text": "a", "start": 1, "end": 0.5}]}, "words.0.end"),
    ({"words": [{"text": "a", "start": 0, "end": 9}]}, "words.0.end"),
    ({"words": [{"text": "", "start": 0, "end": 0.5}]}, "words.0.text"),
    ({"words": [], "source": "guess"}, "source"),
    ({"words": [], "text": "a\x00"}, "text"),
]


def test_bad_words_are_refused(ana, spoken):
    for body, path in BAD_WORDS:
        answer = ana.put(f"{spoken}/{VOICE}/words", json=body)

        assert (answer.status_code, [*answer.json["details"]]) == (400, [path])


def test_words_of_a_voice_that_was_replaced_are_refused(ana, spoken, samples):
    etag = ana.get(f"{spoken}/{VOICE}").headers["ETag"]
    upload(ana, spoken, samples, "audio.mp3", "?narration=0")

    answer = ana.put(f"{spoken}/{VOICE}/words", json={"words": WORDS}, headers={"If-Match": etag})

    assert answer.status_code == 412
    assert ana.show(f"{spoken}/{VOICE}/words")["words"] == []


def test_narration_tells_in_order_what_is_said(ana, spoken):
    ana.put(f"{spoken}/{VOICE}/words", json={"words": WORDS, "source": "estimate"})
    ana.save(
        spoken, {"scenes": [scene(1, narration={"text": "Hi"}), ana.show(spoken)["scenes"][0]]}
    )

    silent, voiced = ana.show(f"{spoken}/narration")["scenes"]

    unknown = ("voiceUrl", "voiceDuration", "spokenText", "voice", "isCurrent", "source")
    nothing = {**dict.fromkeys(unknown), "changed": []}
    said = {"sceneIndex": 1, "text": "Hi", "textHash": text_hash("Hi")}
    assert silent == {**said, "words": [], **nothing}
    assert voiced == {
        "sceneIndex": 0,
        "text": TEXT,
        "textHash": HASH,
        "voiceUrl": f"{spoken}/{VOICE}",
        "voiceDuration": made(ana, spoken)["voiceDuration"],
        "spokenText": TEXT,
        "voice": None,
        "isCurrent": True,
        "changed": [],
        "words": WORDS,
        "source": "estimate",
    }


def test_voice_of_another_text_is_not_current(ana, spoken):
    ana.save(spoken, {"scenes": [scene(0, narration={"text": "Sleep"})]})

    assert ana.show(f"{spoken}/narration")["scenes"][0]["isCurrent"] is False


def test_take_that_is_used_again_brings_its_words_and_measures(ana, spoken, samples):
    ana.put(f"{spoken}/{VOICE}/words", json={"words": WORDS, "source": "vendor"})
    first = made(ana, spoken)
    upload(ana, spoken, samples, "audio.mp3")
    takes = f"{spoken}/media/scene/0/takes"
    current, earlier = ana.show(takes)["takes"]
    assert (current["kind"], earlier["text"], earlier["wordsSource"]) == ("voice", TEXT, "vendor")
    assert "words" not in earlier

    ana.post(f"{takes}/{earlier['id']}/use")

    assert ana.show(f"{spoken}/{VOICE}/words")["words"] == WORDS
    changed = ("voiceUpdatedAt",)
    again = made(ana, spoken)
    assert {**again, **{key: first[key] for key in changed}} == first


def test_same_recording_of_another_text_is_of_that_text(ana, spoken, samples):
    ana.save(spoken, {"scenes": [scene(0, narration={"text": f"{TEXT}!"})]})

    upload(ana, spoken, samples, "audio.wav", "?narration=1")

    assert made(ana, spoken)["voiceTextHash"] == text_hash(f"{TEXT}!")
    assert len(ana.show(f"{spoken}/media/scene/0/takes")["takes"]) == 1


def test_what_is_no_voice_is_refused(ana, work, samples):
    long = wav_file(bytes(2 * 601 * 200), 200)
    for body, status, error in (
        ((samples / "audio.wav").read_bytes()[:44], 415, "The voice cannot be read"),
        ((samples / "video.mp4").read_bytes(), 415, "The voice cannot be read"),
        (b"ID3\x03\0\0\0\0\0\0#EXTM3U\nfile:///etc/passwd\n", 415, "The voice cannot be read"),
        (b"#EXTM3U\nfile:///etc/passwd\n", 415, "Unsupported media type"),
        (long, 413, "The voice is too long"),
    ):
        answer = ana.put(f"{work}/{VOICE}", data=body)
        assert (answer.status_code, answer.json["error"]) == (status, error), body[:40]
    assert answer.json["details"] == "It lasts 601 s; the voice of a scene may last 600 s."
    slightly_longer = wav_file(bytes(2 * (600 * 200 + 4)), 200)
    answer = ana.put(f"{work}/{VOICE}", data=slightly_longer)
    assert answer.json["details"] == "It lasts 600.1 s; the voice of a scene may last 600 s."
    answer = ana.put(f"{work}/{VOICE}?narration=1", data=(samples / "audio.wav").read_bytes())
    assert answer.json["details"] == {"narration": "The scene has no narration."}
    assert ana.show(work)["generatedScenes"] == []


def test_length_is_that_of_the_sound_whatever_a_file_claims(ana, work, samples):
    honest = (samples / "audio.wav").read_bytes()
    start = honest.index(b"data") + 4
    claimed = (2_000_000_000).to_bytes(4, "little")

    ana.put(f"{work}/{VOICE}", data=honest[:start] + claimed + honest[start + 4 :])

    assert made(ana, work)["voiceDuration"] == pytest.approx(1, abs=0.05)


def test_what_a_crash_left_of_the_voice_before_is_corrected(ana, spoken, store):
    ref = WorkRef(*spoken.split("/")[3::2])
    expected = made(ana, spoken)

    def forget(work: Any) -> None:
        work["generatedScenes"][0] |= {"voiceDuration": 9, "voiceTextHash": "0" * 16}

    store.works(ref.project_id).change(ref.work_id, forget)

    timeline = stored_timeline(store, ana.show(spoken), {})
    [voiced, _] = ana.show(f"{spoken}/narration")["scenes"]

    assert [each.seconds for each in timeline.voices] == [expected["voiceDuration"]]
    assert (voiced["isCurrent"], voiced["voiceDuration"]) == (True, expected["voiceDuration"])
    changed = ana.show(spoken)["updatedAt"]
    assert made(ana, spoken) == {**expected, "voiceUpdatedAt": changed}


def test_voice_that_could_not_be_measured_is_measured_later(ana, work, samples, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(work_media, "measure_voice", lambda *_: {})
        upload(ana, work, samples, "audio.wav")
    assert "voiceDuration" not in made(ana, work)

    [voiced] = ana.show(f"{work}/narration")["scenes"]

    assert voiced["voiceDuration"] == made(ana, work)["voiceDuration"] > 0.9
    assert "voiceGain" in made(ana, work)


@pytest.mark.parametrize(("before", "is_kept"), [(-0.5, True), (-6, False)])
def test_voice_that_was_measured_otherwise_is_measured_anew_once(
    ana, spoken, store, before, is_kept
):
    ref = WorkRef(*spoken.split("/")[3::2])
    right = made(ana, spoken)["voiceGain"]
    takes = takes_of(store, ref, scene_voice(0))
    takes.add_facts({"voiceGain": right + before, "voiceMeasured": None})

    def state(work: Any) -> None:
        work["generatedScenes"][0]["voiceGain"] = right + before

    store.works(ref.project_id).change(ref.work_id, state)
    stored = ana.show(spoken)

    ana.show(f"{spoken}/narration")

    found = ana.show(spoken)
    assert found["generatedScenes"][0]["voiceGain"] == pytest.approx(right + before * is_kept)
    assert (found == stored) is is_kept  # not a new version, unless it sounds otherwise
    ana.show(f"{spoken}/narration")
    assert ana.show(spoken) == found


def test_very_quiet_recording_is_made_louder_with_a_warning(ana, work, tmp_path):
    answers = []
    for decibels in (10, 30):
        quiet = write(tmp_path / "voice.wav", quieter(decibels))
        ana.put(f"{work}/{VOICE}", data=quiet.read_bytes())
        answers += ana.show(f"{work}/narration")["scenes"]

    assert "warnings" not in answers[0]
    [warning] = answers[1]["warnings"]
    louder = f"it is made {made(ana, work)['voiceGain']:.0f} dB louder, and its noise as well."
    assert warning.startswith(f"The voice of scene 1 is very quiet: {louder}")


def test_what_is_said_is_told_although_nothing_can_be_corrected(ana, spoken, store, monkeypatch):
    ref = WorkRef(*spoken.split("/")[3::2])

    def forget(work: Any) -> None:
        del work["generatedScenes"][0]["voiceTextHash"]

    def refuse(*_: Any) -> None:
        raise DiskFullError

    store.works(ref.project_id).change(ref.work_id, forget)
    with monkeypatch.context() as patch:
        patch.setattr(DocumentTable, "change", refuse)
        [voiced, _] = ana.show(f"{spoken}/narration")["scenes"]

    assert voiced["isCurrent"] is True
    assert "voiceTextHash" not in made(ana, spoken)


def test_export_without_a_voice_that_could_not_be_measured_is_refused(
    ana, work, samples, monkeypatch
):
    ana.save(work, {"scenes": [scene(0)]})
    for module in (work_media, voices):
        monkeypatch.setattr(module, "measure_voice", lambda *_: {})
    upload(ana, work, samples, "audio.wav")

    answer = ana.post(f"{work}/export")

    assert answer.status_code == 400
    assert answer.json["error"] == "The voice of scene 1 could not be measured"


def test_voice_alone_makes_no_poster(ana, project, spoken):
    [listed] = ana.show(f"{project}/works")

    assert "posterUrl" not in listed
    assert listed["progress"] == {"scenes": 2, "images": 0, "videos": 0, "errors": 0}
