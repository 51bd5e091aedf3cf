"""What the demo lets a voice say: in the work's language, and no longer than its scene."""

import pytest

from providers.demo import DemoText
from providers.demo_lines import demo_line, languages
from providers.demo_speech import DemoSpeech
from providers.prompts import scenario
from providers.prompts.answers import load_scenario
from providers.sound_contract import SpeechRequest

THOROUGH = ("deu", "spa", "tur", "hin")
SIX = ("eng", "zho", *(pytest.param(each, marks=pytest.mark.thorough) for each in THOROUGH))


def narration(language: str | None, **intent: object) -> list[dict[str, str] | None]:
    """Return what the demo's scenario of four scenes of 4 s says."""
    brief = {"mode": "style_transfer", "scene_count": 4, "video_duration": 16, **intent}
    question = scenario.question({**brief, "language": language, "narration": True})
    answer = DemoText().answer(question).value
    return [scene["narration"] for scene in load_scenario(answer, narration=True)]


@pytest.mark.parametrize("language", SIX)
def test_lines_of_a_scenario_fit_into_scenes_of_four_seconds(language):
    lines = narration(language, product_name="Kite")

    texts = [line["text"] for line in lines if line]
    assert len(set(texts)) == 4
    for text in texts:
        request = SpeechRequest(text, "", language)
        DemoSpeech().check(request)  # the voice reads the script that it is written in
        assert DemoSpeech().speak(request).words[-1].end <= 4 - 0.4


def test_product_may_have_no_name():
    for language in languages():
        lines = [demo_line(language, None, scene, 8, 6) for scene in range(8)]
        assert all(lines)
        assert not any("{" in line or "None" in line for line in lines)


def test_languages_without_lines_are_silent():
    assert narration("Polish") == [None] * 4
    assert narration("Klingon") == [None] * 4


def test_brief_without_a_language_is_in_english():
    assert all(line and line["text"].isascii() for line in narration(None))


def test_middle_scenes_say_different_things():
    middles = [demo_line("eng", "Kite", scene, 12, 6) for scene in range(1, 11)]

    assert len(set(middles)) == len(middles)


def test_scenario_without_narration_has_none():
    question = scenario.question({"mode": "style_transfer", "scene_count": 2})

    scenes = DemoText().answer(question).value["scenes"]
    assert all("narration" not in scene for scene in scenes)


@pytest.mark.parametrize(
    ("language", "prompt", "said"),
    [
        (None, "A lamp that follows the sun", "A lamp that follows the sun"),
        ("English", "Is it light?\tYes, v2.0 is. More", "Is it light?"),
        ("German", "Eine Lampe, die der Sonne folgt.", "Eine Lampe, die der Sonne folgt."),
        ("Chinese", "一盏追随太阳的灯。它会转动。", "一盏追随太阳的灯。"),
        ("Polish", "Lampa, która podąża za słońcem", "Lampa, która podąża za słońcem"),
    ],
)
def test_work_without_a_name_begins_with_its_sentence(language, prompt, said):
    [first, *_] = narration(language, product_description=f"{prompt}\n\nIt turns.")

    assert first is not None
    assert first["text"] == said


def test_named_product_is_introduced_by_the_sentence_where_the_demo_has_no_lines():
    sentence = "Lampa, która podąża za słońcem"
    about = {"product_name": "Arc", "product_description": sentence}

    assert narration("Polish", **about) == [{"text": sentence}, None, None, None]
    [first, *_] = narration("English", **about)
    assert first is not None
    assert first["text"] != sentence


def test_brief_without_a_language_is_in_that_of_its_letters():
    texts = [each and each["text"] for each in narration(None, product_description="一盏灯")]
    assert texts[0] == "一盏灯"
    assert all(text and not text.isascii() for text in texts)


def test_sentence_that_the_voice_cannot_read_is_not_said():
    assert narration("Japanese", product_description="太陽を追うランプ") == [None] * 4
    [first, *_] = narration("German", product_description="Лампа, которая следует за солнцем")
    assert first is not None
    assert "Лампа" not in first["text"]


def test_sentence_is_in_the_prompts_of_the_pictures():
    sentence = "A lamp that follows the sun"
    brief = {"mode": "style_transfer", "scene_count": 5, "product_description": f"{sentence}."}

    scenes = load_scenario(DemoText().answer(scenario.question(brief)).value)

    assert all(scene["image_prompt"].startswith(f"{sentence}: ") for scene in scenes)
    assert scenes[4]["text_overlay"] == f"{sentence}."
