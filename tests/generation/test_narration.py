"""Job kind `narration`: a voice speaks what is said in each scene."""

from typing import Any

import pytest

from tests.generation.helpers import generated_scenes, start_job
from tests.jobs.helpers import call_states, wait_until_finished
from tests.people import Person
from tests.walk import DEMO
from tests.works.shapes import scene
from works.narration import changed_since, text_hash

LINES = ["A lamp by a window.", "It follows the light.", "Arc. See more."]


def new_spoken_work(person: Person, project: str, *lines: str | None, **fields: Any) -> str:
    """Create a work in whose scenes these lines are said; return its path."""
    work = person.new_work(project, **fields)
    scenes = [
        scene(index, narration=line and {"text": line}) for index, line in enumerate(lines or LINES)
    ]
    person.save(work, {"scenes": scenes})
    return work


def narrate(person: Person, work: str, **body: Any) -> dict[str, Any]:
    """Narrate a work with the demo; return the job once it is finished."""
    return wait_until_finished(person, start_job(person, work, "narration", DEMO, **body))


def test_each_line_gets_a_voice_with_words(ana_without_keys):
    ana = ana_without_keys
    work = new_spoken_work(ana, ana.new_project(), *LINES, None, language="English")

    job = narrate(ana, work)

    assert (job["state"], job["reason"]) == ("succeeded", None)
    assert call_states(job) == dict.fromkeys(["speech-0", "speech-1", "speech-2"], "done")
    urls = [f"{work}/media/scene/{index}/voice" for index in range(3)]
    assert [voice["voiceUrl"] for voice in job["result"]["voices"]] == urls
    told = ana.show(f"{work}/narration")["scenes"]
    assert [each["spokenText"] for each in told] == [*LINES, None]
    assert [each["isCurrent"] for each in told] == [True, True, True, None]
    for line, each in zip(LINES, told, strict=False):
        assert " ".join(word["text"] for word in each["words"]) == line
        assert each["source"] == "vendor"
        assert 0 < each["words"][-1]["end"] <= each["voiceDuration"]
    assert [each["status"] for each in generated_scenes(ana, work)] == ["pending"] * 3


def test_only_what_is_missing_or_has_changed_is_spoken_again(ana_without_keys):
    ana = ana_without_keys
    work = new_spoken_work(ana, ana.new_project())
    narrate(ana, work, scenes=[0, 1])
    scenes = ana.show(work)["scenes"]
    scenes[0]["narration"]["text"] = "A lamp at night."
    ana.save(work, {"scenes": scenes})

    assert list(call_states(narrate(ana, work))) == ["speech-2"]
    assert list(call_states(narrate(ana, work, only="changed"))) == ["speech-0"]
    assert call_states(narrate(ana, work, only="changed")) == {}
    assert list(call_states(narrate(ana, work, only="all", scenes=[1]))) == ["speech-1"]
    takes = ana.show(f"{work}/media/scene/0/takes")["takes"]
    assert [take["text"] for take in takes] == ["A lamp at night.", LINES[0]]


def test_voice_that_does_not_fit_an_arranged_timeline_is_warned_of(ana_without_keys):
    ana = ana_without_keys
    work = new_spoken_work(ana, ana.new_project(), *LINES[:2])
    clips = [
        {"id": f"v{index}", "sceneIndex": index, "start": index, "end": index + 1, "speed": 0}
        for index in range(2)
    ]
    ana.save(work, {"editorState": {"editorData": {"videoTrack": clips}}})

    warnings = narrate(ana, work)["result"]["warnings"]

    assert [warning.partition(" runs ")[0] for warning in warnings] == [
        "The voice of scene 1",
        "The voice of scene 2",
    ]


@pytest.mark.parametrize("language", ["Zulu", "yo", "Schweizerdeutsch", "Latin", "mt", "Klingon"])
def test_language_without_a_voice_is_refused_by_name(ana_without_keys, language):
    ana = ana_without_keys
    work = new_spoken_work(ana, ana.new_project(), language=language)

    refused = ana.post(f"{work}/jobs", json={"kind": "narration"}, headers=DEMO)

    name = {"yo": "Yoruba", "mt": "Maltese", "Schweizerdeutsch": "Swiss German"}
    assert (refused.status_code, [*refused.json["details"]]) == (400, ["language"])
    assert f"cannot speak {name.get(language, language)}:" in refused.json["details"]["language"]


def test_voices_of_another_narrator_are_made_anew(ana_without_keys):
    ana = ana_without_keys
    work = new_spoken_work(ana, ana.new_project(), language="en-GB")
    narrate(ana, work)
    assert spoken_by(ana, work) == [("en-woman", True, [])] * 3

    ana.save(work, {"sound": {"narrator": {"provider": "demo", "voice": "en-us-man"}}})

    assert spoken_by(ana, work) == [("en-woman", False, ["voice"])] * 3
    assert call_states(narrate(ana, work)) == {}  # none is missing
    job = narrate(ana, work, only="changed")
    assert [*call_states(job).values()] == ["done"] * 3
    assert spoken_by(ana, work) == [("en-us-man", True, [])] * 3
    takes = ana.show(f"{work}/media/scene/0/takes")["takes"]
    assert [(take["voice"], take["text"]) for take in takes] == [
        ("en-us-man", LINES[0]),
        ("en-woman", LINES[0]),
    ]
    assert call_states(narrate(ana, work, only="changed")) == {}
    ana.post(f"{work}/media/scene/0/takes/{takes[1]['id']}/use")
    assert [*call_states(narrate(ana, work, only="changed"))] == ["speech-0"]


def test_narrator_of_the_project_the_speed_and_own_voices_count(ana_without_keys):
    ana = ana_without_keys
    project = ana.new_project()
    work = new_spoken_work(ana, project, language="en")
    scenes = ana.show(work)["scenes"]
    scenes[0]["narration"]["voice"] = "en-man"
    ana.save(work, {"scenes": scenes})
    narrate(ana, work)

    narrator = {"provider": "demo", "voice": "en-us-woman"}
    ana.save(project, {"styleGuide": {"narrator": narrator}})
    changed = [current for _, current, _ in spoken_by(ana, work)]
    narrate(ana, work, only="changed")
    ana.save(work, {"sound": {"narrator": {**narrator, "speed": 1.1}}})
    faster = [current for _, current, _ in spoken_by(ana, work)]

    assert changed == [True, False, False]
    assert faster == [False, False, False]


def test_recordings_and_voices_of_before_know_only_their_text(ana_without_keys, samples):
    ana = ana_without_keys
    work = new_spoken_work(ana, ana.new_project(), language="en")
    narrate(ana, work)
    ana.upload(f"{work}/media/scene/0/voice", samples / "audio.wav")

    ana.save(work, {"sound": {"narrator": {"provider": "demo", "voice": "en-us-man"}}})

    assert spoken_by(ana, work)[0] == (None, True, [])
    assert changed_since(text_hash("Hi"), None, "Hi", "0123") == []
    assert changed_since(text_hash("Hi"), "4567", "Ho", "0123") == ["text", "voice"]
    assert changed_since(None, None, "Hi", "0123") is None


def spoken_by(person: Person, work: str) -> list[tuple[str | None, bool, list[str]]]:
    """Return the voice of each scene, and whether it is what is to be heard."""
    told = person.show(f"{work}/narration")["scenes"]
    return [(each["voice"], each["isCurrent"], each["changed"]) for each in told]


def test_line_of_marks_alone_is_refused_and_emoji_are_shown_only(ana_without_keys):
    ana = ana_without_keys
    lines = ("New 😀 lamp: see https://example.com/a", "<b>Bright</b>", "…")
    work = new_spoken_work(ana, ana.new_project(), *lines, language="en")

    refused = ana.post(f"{work}/jobs", json={"kind": "narration"}, headers=DEMO)
    narrate(ana, work, scenes=[0, 1])

    assert (refused.status_code, [*refused.json["details"]]) == (400, ["scenes.2.narration.text"])
    told = ana.show(f"{work}/narration")["scenes"]
    assert [(each["spokenText"], each["isCurrent"]) for each in told[:2]] == [
        (line, True) for line in lines[:2]
    ]
    assert [word["text"] for word in told[0]["words"]] == ["New", "lamp:", "see"]
