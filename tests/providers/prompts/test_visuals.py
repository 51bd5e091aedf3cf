"""Prompts of image and video models."""

import pytest

from projects.presets import preset
from providers.prompts.common import utf16_length
from providers.prompts.visuals import MAX_VIDEO_PROMPT, image_prompt, video_prompt
from schemas.projects import PROJECT_TYPES
from tests.providers.prompts.helpers import STYLE_GUIDE

LAMP = {"name": "Lamp", "description": "Brass,\nwith a green shade"}


def test_image_prompt_is_style_instruction_scene_assets_and_negatives():
    prompt = image_prompt(
        "A desk by a window.",
        style_guide=STYLE_GUIDE,
        instruction="Photorealistic.",
        negative="text, people",
        assets=[LAMP],
    )

    assert prompt.splitlines() == [
        "Style: calm. Colours #102030, #FFEECC. locked-off tripod.",
        "Photorealistic.",
        "A desk by a window.",
        "What of these is in the picture looks exactly like this:",
        "Lamp: Brass, with a green shade",
        "Avoid: text, people; holograms.",
    ]


def test_video_prompt_is_style_instruction_and_scene():
    prompt = video_prompt("The lamp swings.", style_guide=STYLE_GUIDE, instruction="One take.")

    assert prompt.splitlines() == [
        "Style: calm. slow tempo. locked-off tripod.",
        "One take.",
        "The lamp swings.",
    ]


@pytest.mark.parametrize("make", [image_prompt, video_prompt])
def test_prompt_without_options_is_the_scene(make):
    assert make("A desk.") == "A desk."
    assert make("A desk.", style_guide={}, instruction=" ") == "A desk."


def test_assets_without_description_are_omitted():
    assert image_prompt("A desk.", assets=[{"name": "Lamp", "description": None}]) == "A desk."


def test_empty_video_prompt_gets_a_default_camera_movement():
    assert "camera moves" in video_prompt("", instruction="One take.")


def test_too_long_video_prompt_drops_the_style_and_cuts_the_instruction():
    scene = "s" * 400

    prompt = video_prompt(scene, style_guide=STYLE_GUIDE, instruction="long instruction " * 100)

    assert utf16_length(prompt) <= MAX_VIDEO_PROMPT
    assert prompt.startswith("long instruction long")
    assert prompt.endswith(f"instruction\n{scene}")


def test_too_long_scene_is_cut_after_a_word():
    prompt = video_prompt("🎬 word " * 300, style_guide=STYLE_GUIDE, instruction="One take.")

    assert MAX_VIDEO_PROMPT - 10 < utf16_length(prompt) <= MAX_VIDEO_PROMPT
    assert prompt.startswith("🎬 word")
    assert prompt.endswith(("🎬", "word"))


@pytest.mark.parametrize("project_type", PROJECT_TYPES)
def test_video_prompt_of_a_preset_contains_a_scene_of_usual_length(project_type):
    texts = preset(project_type)
    scene = "The hand turns the dial. " * 15

    prompt = video_prompt(
        scene, style_guide=texts["styleGuide"], instruction=texts["videoSystemPrompt"]
    )

    assert scene.strip() in prompt
    assert texts["videoSystemPrompt"] in prompt
    assert texts["styleGuide"]["camera_style"] in prompt
