"""Jobs of kinds `music`, `sound` and `captions`, and shorter lines, with the demo."""

from typing import Any

import pytest

from tests.export import sound
from tests.generation.helpers import start_job
from tests.generation.test_narration import new_spoken_work
from tests.jobs.helpers import wait_until_finished
from tests.people import Person
from tests.walk import DEMO


def run(person: Person, work: str, kind: str, **body: Any) -> dict[str, Any]:
    """Run a job with the demo; return it once it is finished."""
    return wait_until_finished(person, start_job(person, work, kind, DEMO, **body))


@pytest.fixture
def work(ana_without_keys):
    """A work in whose only scene a line is said."""
    return new_spoken_work(ana_without_keys, ana_without_keys.new_project(), "A lamp by a window.")


def test_music_is_an_asset_and_becomes_the_works(ana_without_keys, work):
    ana = ana_without_keys

    job = run(ana, work, "music", seconds=3)

    assert job["result"].keys() == {"assetId", "url"}
    assert job["request"]["prompt"].startswith("Background music")
    assert ana.show(work)["editorState"]["audioUrl"] == job["result"]["url"]
    assert ana.get(job["result"]["url"]).mimetype.startswith("audio/")


def test_music_is_as_long_as_the_video_with_the_lines_that_are_being_spoken(
    ana_without_keys, samples, tmp_path
):
    ana = ana_without_keys
    line = "A lamp by a window, and a desk that is never dark, whatever the time of the day is."
    work = new_spoken_work(ana, ana.new_project(), line)
    ana.upload(f"{work}/media/scene/0/image", samples / "image.png")
    narration = start_job(ana, work, "narration", DEMO)

    music = run(ana, work, "music")

    assert wait_until_finished(ana, narration)["state"] == "succeeded"
    [scene] = ana.show(work)["generatedScenes"]
    assert scene["voiceDuration"] > 5
    [asset] = ana.show(f"{work.rpartition('/works/')[0]}/assets?type=audio")["assets"]
    assert asset["name"] == f"Music for {ana.show(work)['name']}"
    path = tmp_path / "music"
    path.write_bytes(ana.get(music["result"]["url"]).data)
    assert sound.read(path).duration == pytest.approx(scene["voiceDuration"] + 1.2, abs=0.1)


@pytest.mark.thorough  # ten minutes of music are made; test_sound_vendors.py has shorter music
def test_music_that_is_shorter_than_the_video_is_repeated(ana_without_keys, work, samples):
    ana = ana_without_keys
    ana.upload(f"{work}/media/scene/0/image", samples / "image.png")
    clip = {"id": "a", "sceneIndex": 0, "start": 0, "end": 700}
    ana.save(work, {"editorState": {"editorData": {"videoTrack": [clip]}}})

    music = run(ana, work, "music")

    told = "The music is 100 seconds shorter than the video, and is repeated (loop)."
    assert music["result"]["warnings"] == [told]
    assert ana.show(work)["editorState"]["audioLoop"] is True


def test_sound_is_an_asset(ana_without_keys, work):
    ana = ana_without_keys
    project = work.rpartition("/works/")[0]

    job = run(ana, work, "sound", prompt="A door falls shut", seconds=0.5)

    [asset] = ana.show(f"{project}/assets?type=audio")["assets"]
    assert asset["id"] == job["result"]["assetId"]
    assert (asset["name"], asset["tags"]) == ("A door falls shut", ["sound"])
    assert "audioUrl" not in ana.show(work)["editorState"]


@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        ({"kind": "sound", "seconds": 2}, "prompt", "Required."),
        ({"kind": "sound", "prompt": "x", "seconds": 31}, "seconds", "Must be from 0.5 to 30."),
        ({"kind": "music", "seconds": 2}, "seconds", "Must be from 3 to 600."),
        ({"kind": "scenes", "only": "all"}, "only", "Only for kind `narration`."),
        ({"kind": "music", "assetId": "asset_1"}, "assetId", "Only for kind `transcript`."),
        ({"kind": "transcript", "assetId": "asset_1"}, "assetId", "No such asset in the project."),
        (
            {"kind": "captions", "scenes": [0]},
            "scenes.0",
            "Scene 1 has no voice: record or generate it first.",
        ),
    ],
)
def test_order_that_cannot_be_met_names_the_field(ana_without_keys, work, body, field, message):
    answer = ana_without_keys.post(f"{work}/jobs", json=body, headers=DEMO)

    assert answer.status_code == 400
    assert answer.json["details"] == {field: message}


def test_words_of_a_recording_are_estimated_without_a_provider(ana_without_keys, work, samples):
    ana = ana_without_keys
    ana.upload(f"{work}/media/scene/0/voice?narration=0", samples / "audio.wav")

    job = run(ana, work, "captions")

    assert job["result"] == {"transcripts": [{"sceneIndex": 0, "words": 5, "source": "estimate"}]}
    [said] = ana.show(f"{work}/narration")["scenes"]
    assert [word["text"] for word in said["words"]] == ["A", "lamp", "by", "a", "window."]
    assert said["isCurrent"] is True
    assert run(ana, work, "captions")["progress"]["message"].startswith("Nothing to do")


def test_recording_of_which_nothing_is_known_has_no_words(ana_without_keys, samples):
    ana = ana_without_keys
    work = new_spoken_work(ana, ana.new_project(), None)
    ana.upload(f"{work}/media/scene/0/voice", samples / "audio.wav")

    job = run(ana, work, "captions")

    [warning] = job["result"]["warnings"]
    assert warning.startswith("Scene 1: it is not known what its voice says.")


def test_line_is_rewritten_and_not_stored(ana_without_keys, work):
    url = f"{work}/scenes/0/narration/rewrite"

    answer = ana_without_keys.post(url, json={"words": 3}, headers=DEMO)

    assert answer.status_code == 200, answer.text
    assert answer.json == {"text": "A lamp by"}
    assert ana_without_keys.show(work)["scenes"][0]["narration"]["text"] == "A lamp by a window."
