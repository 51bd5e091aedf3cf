"""Voices of a stored work in its export, and what is rendered again when one changes."""

import os
from pathlib import Path
from typing import Any

import pytest

from export.job import export_key
from export.sources.openers import Location, open_voice, stored_timeline
from storage.media.media_files import entity_tag
from storage.paths import WorkRef
from tests.export import sound
from tests.export.running import SIZE, exports_of, start_export
from tests.export.sound import Sound
from tests.export.sources import BEEP, Sources, beeps, sine
from tests.jobs.helpers import wait_until_finished
from tests.people import Person
from web.context import Services

pytestmark = pytest.mark.measured_anew

MUSIC, RECORDED = 220, 660  # Hz


@pytest.fixture
def film(ana, work, sources):
    """Two stills of 1 s with music and voices, of which the first one is longer than its scene."""
    scenes = [{"scene_index": index, "duration_seconds": 1} for index in (0, 1)]
    ana.save(work, {"scenes": scenes, "sound": {"duck": -18}})
    for index, voice in enumerate(voices(sources)):
        uploads = {"image": sources.quadrants(), "voice": voice}
        for slot, path in uploads.items():
            answer = ana.upload(f"{work}/media/scene/{index}/{slot}", path)
            assert answer.status_code == 200, answer.text
    ana.upload(f"{work}/media/audio", sources.sound(sine(MUSIC, -20), 5, "music.m4a"), "audio")
    music = {"audioUrl": f"{work}/media/audio", "audioLevel": None}
    ana.save(work, {"editorState": {"exportSettings": SIZE, **music}})
    return work


def voices(sources: Sources) -> list[Path]:
    return [sources.sound(beeps(0.1, 1.6), 2.0), sources.sound(beeps(0.1), 0.5)]


def exported(person: Person, work: str, directory: Path) -> Sound:
    """Return the sound of a work's export."""
    answer = person.post(f"{work}/export")
    assert answer.status_code == 200, answer.text
    path = directory / "exported.mp4"
    path.write_bytes(answer.data)
    return sound.read(path)


def test_voices_are_heard_in_a_work_that_nobody_edited(ana, film, tmp_path, ffmpeg, sources):
    heard = exported(ana, film, tmp_path)

    # Each scene lasts until its voice has ended, the last one for a second more.
    assert heard.duration == pytest.approx(0.2 + 2 + 0.2 + 0.2 + 0.5 + 1, abs=0.03)
    assert sound.onsets(heard, BEEP) == pytest.approx([0.3, 1.8, 2.7], abs=0.01)
    assert sound.tone(heard.between(1, 1.5), MUSIC) == pytest.approx(-38, abs=0.5)

    words = [{"text": word, "start": at, "end": at + 0.1} for word, at in (("a", 0.1), ("b", 1.6))]
    ana.put(f"{film}/media/scene/0/voice/words", json={"words": words})
    again = exported(ana, film, tmp_path)

    # In the pause of 1.4 s between the words, the music is back.
    assert sound.tone(again.between(1.1, 1.5), MUSIC) == pytest.approx(-20, abs=0.5)
    assert sound.tone(again.between(1.8, 1.9), MUSIC) == pytest.approx(-38, abs=0.5)
    assert len(ffmpeg.rendered()) == 2

    # One line changed, which is as long as before: no picture is rendered.
    ana.upload(f"{film}/media/scene/0/voice", sources.sound(beeps(0.5), 2.0))
    changed = exported(ana, film, tmp_path)

    assert sound.onsets(changed, BEEP) == pytest.approx([0.7, 2.7], abs=0.01)
    assert len(ffmpeg.rendered()) == 2


def test_recording_on_the_timeline_is_a_voice(ana, film, project, tmp_path, sources):
    """It is as loud as voices, and music steps back under it, wherever it is."""
    made = ana.upload(f"{project}/assets", sources.sound(sine(RECORDED, -40), 1.0))
    sound_track = [{"id": "r", "assetId": made.json["id"], "start": 3.3, "end": 4, "voice": True}]
    clips = [{"id": "c", "sceneIndex": 0, "start": 0, "end": 7}]
    tracks = {"videoTrack": clips, "soundTrack": sound_track}
    ana.save(film, {"editorState": {"editorData": tracks}})

    heard = exported(ana, film, tmp_path)

    assert sound.onsets(heard, RECORDED) == pytest.approx([3.3], abs=0.01)
    # A tone of -20 dB on both channels has -17.5 LUFS.
    assert sound.tone(heard.between(3.4, 3.9), RECORDED) == pytest.approx(-18.5, abs=0.7)
    assert sound.tone(heard.between(3.4, 3.9), MUSIC) == pytest.approx(-38, abs=0.5)
    for start, end in ((2.8, 3.05), (4.6, 4.95)):
        assert sound.tone(heard.between(start, end), MUSIC) == pytest.approx(-20, abs=0.5)


def test_music_is_back_at_the_end_of_new_works_and_works_of_before_end_as_they_did(
    ana, film, tmp_path
):
    new = exported(ana, film, tmp_path)
    ana.save(film, {"editorState": {"endPause": None}})
    before = exported(ana, film, tmp_path)
    ana.save(film, {"editorState": None})
    emptied = ana.show(film)["editorState"]

    last_word = 2.4 + 0.2 + 0.5
    assert new.duration - last_word > 0.95
    assert sound.tone(new.between(last_word + 0.6, new.duration - 0.05), MUSIC) == pytest.approx(
        -20, abs=0.5
    )
    assert before.duration == pytest.approx(0.2 + 2 + 0.2 + 1, abs=0.03)
    assert sound.tone(before.between(last_word, last_word + 0.1), MUSIC) < -30
    assert "endPause" not in emptied


def test_music_of_a_new_work_is_levelled(ana, film, tmp_path, project):
    [level] = {ana.show(ana.new_work(project))["editorState"]["audioLevel"]}
    ana.save(film, {"editorState": {"audioLevel": level}})

    heard = exported(ana, film, tmp_path)

    # A tone of -20 dB on both channels has -17.8 LUFS.
    assert level == -24
    assert sound.tone(heard.between(1, 1.5), MUSIC) == pytest.approx(-20 - 6.2 - 18, abs=0.5)


def test_voice_that_is_replaced_before_its_export_begins_is_the_one_that_was_ordered(
    ana, app, film, sources
):
    services: Services = app.extensions["services"]
    _, _, _, project_id, _, work_id = film.split("/")
    where = Location(services.store, WorkRef(project_id, work_id))
    ordered = stored_timeline(where.store, ana.show(film), {})
    key = export_key(where, ordered)
    tag = ana.get(f"{film}/media/scene/0/voice").headers["ETag"].strip('"')

    ana.upload(f"{film}/media/scene/0/voice", sources.sound(beeps(0.5), 2.0))

    with open_voice(where, ordered.voices[0]).file as file:
        assert tag == entity_tag(os.fstat(file.fileno())) == ordered.voices[0].file
    assert export_key(where, ordered) == key
    [take] = [each for each in takes(ana, film) if not each["current"]]
    ana.delete(f"{film}/media/scene/0/takes/{take['id']}")
    with open_voice(where, ordered.voices[0]).file as file:
        assert entity_tag(os.fstat(file.fileno())) != tag


def takes(person: Person, work: str) -> list[dict[str, Any]]:
    found = person.show(f"{work}/media/scene/0/takes")["takes"]
    return [take for take in found if take["kind"] == "voice"]


def test_export_that_cuts_a_voice_says_so(ana, film):
    def warnings(**options: float) -> list[str]:
        job = wait_until_finished(ana, start_export(ana, film, options=options))
        listed = exports_of(ana, film)[0]
        assert listed["id"] == job["result"]["id"]
        assert listed.get("warnings") == job["result"].get("warnings")
        return list(job["result"].get("warnings", []))

    assert warnings() == []
    assert warnings(to=1.5) == [
        "The voice of scene 1 is cut: its last 0.7 seconds are after the end of the video."
    ]
    assert warnings(**{"from": 1, "to": 2.3}) == [
        "The voice of scene 1 is cut: its first 0.8 seconds are before the beginning of the video."
    ]


def test_direct_answer_names_the_voices_that_it_cuts(ana, film):
    told = "The voice of scene 1 is cut: its last 0.7 seconds are after the end of the video."
    body = {"options": {"to": 1.5}}

    made, stored = (ana.post(f"{film}/export", json=body) for _ in range(2))

    assert made.headers["X-Warnings"] == stored.headers["X-Warnings"] == told
    assert made.data == stored.data
    assert "X-Warnings" not in ana.post(f"{film}/export").headers
