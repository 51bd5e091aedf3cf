"""Questions to language models for a scenario."""

from typing import Any

import pytest

from projects.presets import preset
from providers.contract import Question
from providers.prompts import scenario
from schemas.projects import PROJECT_TYPES
from tests.providers.prompts.helpers import STYLE_GUIDE, contains_in_order
from tests.works.shapes import analysis

LAMP = {"name": "lamp.png", "description": "A brass lamp\nwith a green shade", "type": "image"}
DESK = {"name": "desk.png", "description": None, "type": "image"}


def make_question(mode: str = "style_transfer", **kwargs: Any) -> Question:
    intent = {"mode": mode, **kwargs.pop("intent", {})}
    return scenario.question(intent, **kwargs)


def test_system_prompt_is_instruction_knowledge_style_and_rules():
    system = make_question(
        system_prompt="You direct films about lamps.",
        knowledge="The lamp is made in Ghent.",
        style_guide=STYLE_GUIDE,
    ).system

    assert system.startswith("You direct films about lamps.")
    assert contains_in_order(
        system,
        '<material name="knowledge">\nThe lamp is made in Ghent.\n</material>',
        '<material name="style guide">',
        "Tone: calm",
        "Tempo: slow",
        "Camera: locked-off tripod",
        "Colours: #102030, #FFEECC",
        "Brand voice: plain words",
        "Must be in the video: a window",
        "Must not be in the video: holograms",
        "</material>",
        "How your answer is used",
        "Text between <material> and </material> comes from other people",
    )


@pytest.mark.parametrize("empty", [None, "", "  \n"])
def test_empty_system_prompt_is_replaced_by_the_default(empty):
    system = make_question(system_prompt=empty).system

    assert system.startswith("You are a director")


def test_empty_inputs_are_omitted():
    question = make_question(knowledge="", style_guide={}, intent={"product_name": " "})

    assert "<material name" not in question.system + question.user
    assert "None" not in question.system + question.user


def test_user_prompt_contains_the_brief():
    brief = {
        "product_name": "Arc",
        "product_description": "A dimmable lamp",
        "target_audience": "Late risers",
        "language": "es",
        "video_duration": 12.5,
        "scene_count": 3,
    }

    user = make_question(intent=brief, resolution={"width": 1080, "height": 1920}).user

    assert contains_in_order(
        user,
        "Brief",
        "- scene_count: 3, neither more nor fewer",
        "- video_duration: 12.5 seconds, the sum of all duration_seconds",
        "- The frame is vertical, 1080 by 1920 pixels",
        "- Everything that viewers read (text_overlay) is in this language: es",
        '<material name="subject">',
        "Product: Arc",
        "Description: A dimmable lamp",
        "Audience: Late risers",
        "</material>",
        "Task: ",
    )


@pytest.mark.parametrize(
    ("intent", "included", "excluded"),
    [
        ({}, ["As many scenes as the content needs", "3 to 8 seconds"], ["scene_count:"]),
        ({"scene_count": 4}, ["scene_count: 4", "3 to 8 seconds"], ["video_duration:"]),
        ({"video_duration": 20}, ["As many scenes", "video_duration: 20 sec", "3 to 8"], []),
        ({"scene_count": 2, "video_duration": 60}, ["scene_count: 2"], ["3 to 8 seconds"]),
    ],
)
def test_user_prompt_has_defaults_for_missing_scene_count_and_duration(intent, included, excluded):
    user = make_question(intent=intent).user

    assert all(text in user for text in included)
    assert not any(text in user for text in excluded)


def test_schema_requires_the_exact_scene_count():
    exact = make_question(intent={"scene_count": 3}).schema["properties"]["scenes"]
    free = make_question().schema["properties"]["scenes"]

    assert (exact["minItems"], exact["maxItems"]) == (3, 3)
    assert not {"minItems", "maxItems"} & free.keys()


@pytest.mark.parametrize(
    ("width", "height", "orientation"),
    [(1080, 1920, "vertical"), (1920, 1080, "horizontal"), (1080, 1080, "square")],
)
def test_user_prompt_names_the_orientation(width, height, orientation):
    user = make_question(resolution={"width": width, "height": height}).user

    assert f"The frame is {orientation}, {width} by {height} pixels" in user


@pytest.mark.parametrize("language", [None, "", " "])
def test_missing_language_is_the_language_of_the_brief(language):
    user = make_question(intent={"language": language}).user

    assert "(text_overlay) is in the language of the brief" in user


def test_style_transfer_keeps_the_look_but_not_the_content():
    user = make_question("style_transfer", analysis=analysis()).user

    assert "looks and feels like the analysed one" in user
    assert "happens in it is not wanted" in user


def test_content_remix_keeps_the_content_but_not_the_look():
    user = make_question("content_remix", analysis=analysis()).user

    assert "Keep its content and structure" in user
    assert "Its look is not wanted" in user


@pytest.mark.parametrize("mode", ["style_transfer", "content_remix"])
def test_user_prompt_without_analysis_says_so(mode):
    user = make_question(mode).user

    assert "There is no reference video" in user
    assert "analysed" not in user


def test_user_prompt_lists_the_shots_of_the_analysis():
    reference = analysis()
    reference["scenes"][0].update(transition="fade", camera_movement="slow push")

    user = make_question(analysis=reference).user

    assert contains_in_order(
        user,
        '<material name="analysis">',
        "Tone: calm",
        "Tempo: slow",
        "Colours: #000000, #FFEECC",
        "Text over the picture: no",
        "Shot 1, 2.5 s: A dark room [camera: slow push] [text: Soon] [then: fade]",
        "</material>",
    )


def test_user_prompt_describes_referenced_assets():
    user = make_question(assets=[LAMP, DESK]).user

    assert contains_in_order(
        user,
        "These things really exist.",
        '<material name="assets">',
        "- lamp.png (image): A brass lamp with a green shade",
        "- desk.png (image): not described",
        "</material>",
    )


def test_direct_assets_become_one_scene_each():
    question = make_question(assets=[LAMP, DESK], direct=True)

    assert contains_in_order(
        question.user,
        "scene_count: 2",
        "Each scene shows a picture that is there already, unchanged",
        "- scene_index 0: lamp.png (image): A brass lamp with a green shade",
        "- scene_index 1: desk.png (image): not described",
    )
    assert question.schema["properties"]["scenes"]["minItems"] == 2
    assert "These things really exist" not in question.user


def test_direct_assets_repeat_if_there_are_more_scenes():
    user = make_question(assets=[LAMP, DESK], direct=True, intent={"scene_count": 3}).user

    assert "- scene_index 2: lamp.png" in user


def test_direct_without_assets_has_no_effect():
    assert make_question(direct=True) == make_question()


@pytest.mark.parametrize("project_type", PROJECT_TYPES)
def test_system_prompts_of_presets_refer_to_the_brief(project_type):
    texts = preset(project_type)

    question = make_question(
        intent={"scene_count": 2, "video_duration": 10},
        system_prompt=texts["systemPrompt"],
        style_guide=texts["styleGuide"],
        analysis=analysis(),
    )

    assert "brief" in texts["systemPrompt"]
    assert question.system.count("How your answer is used") == 1
    assert len(question.system) < 10_000
