"""Orders of what no voice can speak are refused; scenes without a line are told."""

from typing import Any

import pytest

from generation.videos.speaking import narrated
from tests.generation.videos.test_videos import BRIEF
from tests.walk import DEMO

GERMAN = {"narrator": {"voice": "de-man"}}


def test_what_the_voice_cannot_speak_is_refused_at_the_order(ana):
    cases: list[tuple[dict[str, Any], str, str]] = [
        ({"sound": True, "language": "Klingon"}, "language", "cannot speak Klingon"),
        ({"sound": True, "language": "zu"}, "language", "cannot speak Zulu"),
        ({"sound": True, "prompt": "太陽を追うランプ"}, "language", "cannot speak Japanese"),
        ({"sound": GERMAN, "prompt": "Лампа. Она светит."}, "prompt", "does not read Cyrillic"),
    ]
    for fields, field, told in cases:
        refusal = ana.post("/api/videos", json={**BRIEF, **fields}, headers=DEMO)

        assert refusal.status_code == 400, refusal.json
        assert told in str(refusal.json["details"][field])
    assert ana.show("/api/videos")["items"] == []


@pytest.mark.parametrize("provider", ["gemini", "elevenlabs", "runway"])
def test_vendors_are_not_asked_for_a_language_that_nobody_knows(ana, provider):
    headers = {**DEMO, "x-speech-provider": provider}
    order = {**BRIEF, "sound": True, "language": "Klingon"}

    for brief in (order, {**order, "scenes": [{"image_prompt": "A lamp", "narration": "Hello"}]}):
        refusal = ana.post("/api/videos", json=brief, headers=headers)
        assert (refusal.status_code, [*refusal.json["details"]]) == (400, ["language"])
        assert "Klingon" in refusal.json["details"]["language"]
    assert ana.show("/api/videos")["items"] == []


def test_language_matters_only_for_what_is_spoken(ana):
    silent = {**BRIEF, "language": "Klingon", "sound": False, "export": False}

    assert ana.post("/api/videos", json=silent, headers=DEMO).status_code == 202


@pytest.mark.parametrize(
    ("texts", "outcome"),
    [
        ({0: "It turns.", 1: "All day."}, ("succeeded", "Done")),
        ({0: "It turns.", 1: None}, ("succeeded", "Done; scene 2 has no line")),
        ({0: None, 1: "It turns.", 2: None}, ("succeeded", "Done; scenes 1, 3 have no line")),
        ({0: None, 1: None}, ("skipped", "No voice is made: no scene has a line")),
    ],
)
def test_step_says_which_scenes_have_no_line(texts, outcome):
    assert narrated(texts) == outcome
