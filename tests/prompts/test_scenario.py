"""What a language model is told when it writes a scenario."""

from typing import Any

import pytest

from projects.presets import preset
from prompts import scenario
from providers.contract import Question
from schemas.projects import PROJECT_TYPES
from tests.prompts.guides import GUIDE, in_order
from tests.works.shapes import analysis

LAMP = {"name": "lamp.png", "description": "A brass lamp\nwith a green shade", "type": "image"}
DESK = {"name": "desk.png", "description": None, "type": "image"}


def asked(mode: str = "style_transfer", **kwargs: Any) -> Question:
    intent = {"mode": mode, **kwargs.pop("intent", {})}
    return scenario.question(intent, **kwargs)


def test_the_system_prompt_is_instruction_knowledge_style_and_rules() -> None:
    system = asked(
        system_prompt="You direct films about lamps.",
        knowledge="The lamp is made in Ghent.",
        style_guide=GUIDE,
    ).system

    assert system.startswith("You direct films about lamps.")
    assert in_order(
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


@pytest.mark.parametrize("nothing", [None, "", "  \n"])
def test_without_a_system_prompt_there_is_a_default_one(nothing: str | None) -> None:
    system = asked(system_prompt=nothing).system

    assert system.startswith("You are a director")


def test_what_is_not_given_leaves_no_trace() -> None:
    question = asked(knowledge="", style_guide={}, intent={"product_name": " "})

    assert "<material name" not in question.system + question.user
    assert "None" not in question.system + question.user


def test_the_brief_is_in_the_users_prompt() -> None:
    brief = {
        "product_name": "Arc",
        "product_description": "A dimmable lamp",
        "target_audience": "Late risers",
        "language": "es",
        "video_duration": 12.5,
        "scene_count": 3,
    }

    user = asked(intent=brief, resolution={"width": 1080, "height": 1920}).user

    assert in_order(
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
    ("intent", "said", "unsaid"),
    [
        ({}, ["As many scenes as the content needs", "3 to 8 seconds"], ["scene_count:"]),
        ({"scene_count": 4}, ["scene_count: 4", "3 to 8 seconds"], ["video_duration:"]),
        ({"video_duration": 20}, ["As many scenes", "video_duration: 20 sec", "3 to 8"], []),
        ({"scene_count": 2, "video_duration": 60}, ["scene_count: 2"], ["3 to 8 seconds"]),
    ],
)
def test_number_and_length_of_scenes_are_free_where_nobody_said(
    intent: dict[str, Any], said: list[str], unsaid: list[str]
) -> None:
    user = asked(intent=intent).user

    assert all(each in user for each in said)
    assert not any(each in user for each in unsaid)


def test_the_answers_shape_demands_the_very_number_of_scenes() -> None:
    exact = asked(intent={"scene_count": 3}).schema["properties"]["scenes"]
    free = asked().schema["properties"]["scenes"]

    assert (exact["minItems"], exact["maxItems"]) == (3, 3)
    assert not {"minItems", "maxItems"} & free.keys()


@pytest.mark.parametrize(
    ("width", "height", "form"),
    [(1080, 1920, "vertical"), (1920, 1080, "horizontal"), (1080, 1080, "square")],
)
def test_the_frame_is_named(width: int, height: int, form: str) -> None:
    user = asked(resolution={"width": width, "height": height}).user

    assert f"The frame is {form}, {width} by {height} pixels" in user


@pytest.mark.parametrize("language", [None, "", " "])
def test_without_a_language_texts_are_in_the_briefs(language: str | None) -> None:
    user = asked(intent={"language": language}).user

    assert "(text_overlay) is in the language of the brief" in user


def test_style_transfer_takes_the_look_and_not_the_content() -> None:
    user = asked("style_transfer", analysis=analysis()).user

    assert "looks and feels like the analysed one" in user
    assert "happens in it is not wanted" in user


def test_content_remix_keeps_the_content_and_not_the_look() -> None:
    user = asked("content_remix", analysis=analysis()).user

    assert "Keep its content and structure" in user
    assert "Its look is not wanted" in user


@pytest.mark.parametrize("mode", ["style_transfer", "content_remix"])
def test_without_an_analysis_there_is_nothing_to_take_from(mode: str) -> None:
    user = asked(mode).user

    assert "There is no reference video" in user
    assert "analysed" not in user


def test_an_analysis_is_told_shot_by_shot() -> None:
    seen = analysis()
    seen["scenes"][0].update(transition="fade", camera_movement="slow push")

    user = asked(analysis=seen).user

    assert in_order(
        user,
        '<material name="analysis">',
        "Tone: calm",
        "Tempo: slow",
        "Colours: #000000, #FFEECC",
        "Text over the picture: no",
        "Shot 1, 2.5 s: A dark room [camera: slow push] [text: Soon] [then: fade]",
        "</material>",
    )


def test_referenced_assets_are_described() -> None:
    user = asked(assets=[LAMP, DESK]).user

    assert in_order(
        user,
        "These things really exist.",
        '<material name="assets">',
        "- lamp.png (image): A brass lamp with a green shade",
        "- desk.png (image): not described",
        "</material>",
    )


def test_assets_used_directly_make_one_scene_each_in_their_order() -> None:
    question = asked(assets=[LAMP, DESK], direct=True)

    assert in_order(
        question.user,
        "scene_count: 2",
        "Each scene shows a picture that is there already, unchanged",
        "- scene_index 0: lamp.png (image): A brass lamp with a green shade",
        "- scene_index 1: desk.png (image): not described",
    )
    assert question.schema["properties"]["scenes"]["minItems"] == 2
    assert "These things really exist" not in question.user


def test_more_scenes_than_assets_begin_again_with_the_first() -> None:
    user = asked(assets=[LAMP, DESK], direct=True, intent={"scene_count": 3}).user

    assert "- scene_index 2: lamp.png" in user


def test_direct_use_without_assets_is_like_none() -> None:
    assert asked(direct=True) == asked()


@pytest.mark.parametrize("project_type", PROJECT_TYPES)
def test_the_presets_fit_in(project_type: str) -> None:
    """They speak of what is added to them: the brief, the analysis, the fields of a scene."""
    texts = preset(project_type)

    question = asked(
        intent={"scene_count": 2, "video_duration": 10},
        system_prompt=texts["systemPrompt"],
        style_guide=texts["styleGuide"],
        analysis=analysis(),
    )

    assert "brief" in texts["systemPrompt"]
    assert question.system.count("How your answer is used") == 1
    assert len(question.system) < 10_000
