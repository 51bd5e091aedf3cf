"""What prompts say about the narration, and how it is read from an answer."""

import hashlib
from typing import Any

import pytest

from providers.contract import Question
from providers.prompts import scenario
from providers.prompts.answers import load_scenario
from providers.prompts.narration import pace_of
from schemas.sound import MAX_NARRATION
from tests.providers.prompts.helpers import contains_in_order

BRIEF = {
    "mode": "style_transfer",
    "product_name": "Arc",
    "product_description": "A dimmable lamp",
    "language": "German",
    "video_duration": 12,
    "scene_count": 3,
}
SCENE = {"image_prompt": "a lamp", "duration_seconds": 4}


def narrated(**intent: Any) -> Question:
    return scenario.question({**BRIEF, "narration": True, **intent})


def narrations(*said: Any) -> list[Any]:
    """Return what scenes say whose narration a model wrote like this."""
    answer = {"scenes": [{**SCENE, "narration": each} for each in said]}
    return [scene["narration"] for scene in load_scenario(answer, narration=True)]


def test_prompt_without_narration_is_as_it_always_was():
    question = scenario.question(BRIEF)

    prompt = f"{question.system}\n{question.user}\n{question.schema}"
    assert "narration" not in prompt
    assert hashlib.sha256(prompt.encode()).hexdigest()[:16] == "0194b40f46737209"


def test_prompt_with_narration_has_its_language_and_room():
    question = narrated()

    assert contains_in_order(
        question.user,
        "- Everything that viewers read (text_overlay) is in this language: German",
        "- Everything that viewers hear (narration) is in this language: German",
        "at most so many words: 5 in 3 s, 7 in 4 s, 11 in 6 s, 15 in 8 s",
    )
    scene = question.schema["properties"]["scenes"]["items"]
    assert "narration" in scene["required"]
    assert question.system == scenario.question(BRIEF).system


def test_brief_without_a_language_narrates_in_its_own():
    assert "(narration) is in the language of the brief" in narrated(language=None).user


@pytest.mark.parametrize(
    ("language", "unit", "room"),
    [
        ("en", "words", 8),
        ("Deutsch", "words", 7),
        ("Chinese", "characters", 14),
        ("日本語", "characters", 19),
        ("th", "characters", 32),
        (None, "words", 8),
    ],
)
def test_room_of_a_scene_depends_on_the_language(language, unit, room):
    pace = pace_of(language)

    assert (pace.unit, pace.room(4)) == (unit, room)
    assert pace.room(0.1) == 1


def test_narration_is_stored_as_scenes_have_it():
    assert narrations("Good\n morning\x00!", None, " ", {"text": "Hello"}, "none") == [
        {"text": "Good morning !"},
        None,
        None,
        {"text": "Hello"},
        None,
    ]


def test_joiners_of_letters_are_kept():
    [said] = narrations("می\u200cشود")

    assert said == {"text": "می\u200cشود"}


def test_narration_that_is_too_long_is_shortened():
    [said] = narrations("word " * 2000)

    assert len(said["text"]) <= MAX_NARRATION


def test_scenes_without_narration_have_no_key_for_it():
    [scene] = load_scenario({"scenes": [{**SCENE, "narration": "Hello"}]})

    assert "narration" not in scene
