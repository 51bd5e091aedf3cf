"""What models make, read and move of what is heard: voices, music, sounds and captions."""

from typing import Any

import pytest

from tests.mcp_server.helpers import call, data, failure, finished, handle
from tests.media.test_cleaning import in_a_room
from tests.media.voice_recordings import write
from tests.people import Person
from tests.works.shapes import scene

Json = dict[str, Any]

DEMO = {"provider": "demo"}
LINES = ("Wake up with light", "It glows")


@pytest.fixture
def path(ana, project):
    """The path of a work with two scenes of 1 s in which something is said."""
    work = ana.new_work(project, language="English")
    spoken = [{"narration": {"text": text}, "duration_seconds": 1} for text in LINES]
    ana.save(work, {"scenes": [scene(number, **each) for number, each in enumerate(spoken)]})
    return work


def make(person: Person, path: str, **arguments: Any) -> Json:
    """Order something of the demo, wait until it is made, and return the job."""
    order = {"work": handle(path), **DEMO, **arguments}
    offer = data(person, "generate", **order)
    assert offer["cost"] == "free"
    done = finished(person, data(person, "generate", **order, confirm=offer["confirm"]))
    assert done["state"] == "succeeded", done
    return done


def test_voices_are_made_seen_and_moved(ana, path, samples):
    work = handle(path)
    ana.upload(f"{path}/media/scene/0/image", samples / "image.png")

    make(ana, path, what="narration")

    assert data(ana, "generate", work=work, what="narration", **DEMO)["wouldCall"] == []
    update = {"scene_index": 1, "narration": {"text": "It shines"}}
    data(ana, "update_work", work=work, scene=update)
    offer = data(ana, "generate", work=work, what="narration", make="changed", **DEMO)
    assert [each["scenes"] for each in offer["wouldCall"]] == [[1]]

    [unseen] = data(ana, "view_scenes", work=work, scene=1)["spoken"]
    assert unseen["hasVoice"]  # a scene without a picture
    seen = data(ana, "view_scenes", work=work)["spoken"]
    [spoken] = data(ana, "view_scenes", work=work, scene=0)["spoken"]
    assert [(each["scene"], each["hasVoice"], each["isCurrent"]) for each in seen] == [
        (0, True, True)  # scenes on the sheet
    ]
    assert spoken["untrusted"]["text"] == LINES[0]
    words = spoken["untrusted"]["words"]
    assert [each[0] for each in words] == LINES[0].split()
    assert 0.2 <= words[0][1] < words[-1][2] <= spoken["end"]

    moved = {"op": "voice", "scene": 1, "start": 3, "speed": 1.25}
    after = data(ana, "edit_timeline", work=work, operations=[moved])
    [first, second] = after["voices"]
    assert (first["start"], "placed" in first) == (0.2, False)
    assert (second["start"], second["speed"], second["placed"]) == (3, 1.25, True)
    assert "past the end" in after["voiceWarnings"][0]


def test_recording_is_cleaned_up_and_back(ana, path, tmp_path):
    work, voice = handle(path), f"{path}/media/scene/1/voice"
    recording = write(tmp_path / "voice.wav", in_a_room()).read_bytes()
    ana.put(voice, data=recording)
    before = ana.show(path)["updatedAt"]

    scene = {"scene_index": 1, "cleanUp": True}
    data(ana, "update_work", work=work, scene=scene)
    [_, cleaned] = scenes(ana, work)
    assert cleaned["voiceCleanUp"] is True
    assert cleaned["voiceSeconds"] < 4
    assert ana.show(path)["updatedAt"] > before

    changed = data(ana, "update_work", work=work, scene={**scene, "cleanUp": False})["changed"]
    assert "voiceCleanUp" not in changed["voice"]
    assert ana.get(voice).data == recording

    error = failure(ana, "update_work", work=work, scene={"scene_index": 0, "cleanUp": True})
    assert "scene.cleanUp" in str(error)
    assert "[1]" in str(error)


def scenes(person: Person, work: str) -> list[Json]:
    found: list[Json] = data(person, "get_work", work=work)["scenes"]
    return found


def test_times_of_words_are_estimated_where_no_provider_finds_them(ana, path, samples):
    scene = {"scene_index": 0, "narration": None}
    data(ana, "update_work", work=handle(path), scene=scene)
    ana.upload(f"{path}/media/scene/0/voice", samples / "audio.wav")  # of which no text is known
    data(ana, "update_work", work=handle(path), scene={**scene, "narration": {"text": LINES[0]}})
    order = {"work": handle(path), "what": "captions"}

    offer = data(ana, "generate", **order)
    job = finished(ana, data(ana, "generate", **order, confirm=offer["confirm"]))

    assert (offer["wouldCall"], offer["cost"]) == ([], "free")
    assert "No model is needed" in offer["next"]
    assert job["state"] == "succeeded"
    seen = data(ana, "view_scenes", work=handle(path), scene=0)["spoken"][0]
    assert [each[0] for each in seen["untrusted"]["words"]] == LINES[0].split()
    again = data(ana, "generate", **order)
    assert "confirm" not in again
    assert "nothing to do" in again["next"]


def test_music_and_sounds_are_made_and_placed(ana, path):
    work = handle(path)

    make(ana, path, what="music", seconds=3, instrumental=True)
    made = make(ana, path, what="sound", prompt="A chime", seconds=1)

    assert data(ana, "get_work", work=work, part="timeline")["music"]["asset"]
    operation = {"op": "sound", "new": "chime", "asset": made["asset"], "start": 0.5}
    after = data(ana, "edit_timeline", work=work, operations=[operation])
    [sound] = after["sounds"]
    assert sound.items() >= {"sound": "chime", "asset": made["asset"], "start": 0.5}.items()


def test_takes_that_are_voices_are_not_shown_as_pictures(ana, path, samples):
    for kind, name in (("image", "image.png"), ("voice", "audio.wav")):
        ana.upload(f"{path}/media/scene/0/{kind}", samples / name)

    result = call(ana, "view_scenes", work=handle(path), scene=0, takes=True)

    assert sum(each["type"] == "image" for each in result["content"]) == 1


@pytest.mark.parametrize(
    ("arguments", "wrong"),
    [
        ({"what": "narration", "prompt": "x"}, "prompt: Not for what=narration."),
        ({"what": "music", "scenes": [0]}, "scenes: Not for what=music."),
        ({"what": "narration", "make": "clip"}, "make: For narration: changed or all."),
        ({"what": "sound", "prompt": "x"}, "seconds: Required."),
        ({"scenes": [0], "make": "changed"}, "make: Only for what=narration."),
        ({"what": "narration", "image_provider": "demo"}, "image_provider: Not for what=narration"),
    ],
)
def test_what_has_no_effect_is_refused(ana, path, arguments, wrong):
    assert wrong in failure(ana, "generate", work=handle(path), **arguments)


def test_language_that_nobody_knows_is_refused_by_name(ana, path):
    data(ana, "update_work", work=handle(path), language="Klingon")

    for provider in ("gemini", "elevenlabs", "runway", "demo"):
        if provider != "demo":
            ana.put(f"/api/provider-keys/{provider}", json={"key": "key-of-ana"})
        text = failure(ana, "generate", work=handle(path), what="narration", provider=provider)
        assert text.startswith("Validation error: language:")
        assert "Klingon" in text


def test_unknown_provider_is_named_by_its_argument(ana, path):
    text = failure(ana, "generate", work=handle(path), what="narration", provider="nobody")

    assert "provider" in text
    assert "x-speech" not in text


def test_voices_are_found_by_language_and_provider(ana):
    found = data(ana, "find", what="voices", provider="demo", language="German")["items"]

    assert found
    assert all("deu" in each["languages"] and each["provider"] == "demo" for each in found)
    assert all(each["voice"] and each["untrusted"]["name"] for each in found)
    text = failure(ana, "find", what="voices", language="Klingonisch")
    assert text.startswith("Validation error: language:")
