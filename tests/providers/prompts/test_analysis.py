"""Questions to vision models: the analysis of a reference video, the description of an image."""

from pathlib import Path

import pytest

from providers.contract import Clip, Picture
from providers.prompts import style
from tests.providers.prompts.helpers import contains_in_order

VIDEO = Clip(Path("reference.mp4"), "video/mp4")
FRAMES = [(0.5, Picture(b"one", "image/jpeg")), (12.25, Picture(b"two", "image/jpeg"))]


def test_question_contains_the_video_file():
    question = style.analysis_question("style_transfer", video=VIDEO)

    assert question.video == VIDEO
    assert not question.pictures
    assert question.user == "Analyse this video."


def test_question_contains_frames_with_their_times():
    question = style.analysis_question("style_transfer", frames=FRAMES, duration=13)

    assert question.video is None
    assert [picture.data for picture in question.pictures] == [b"one", b"two"]
    assert contains_in_order(
        question.user,
        "It lasts 13.0 seconds",
        "still frames of the video",
        "- picture 1: 0.5 s",
        "- picture 2: 12.2 s",
    )


def test_analyzer_prompt_replaces_the_default_but_not_the_rules():
    default = style.analysis_question("style_transfer", video=VIDEO).system
    custom = style.analysis_question(
        "style_transfer", analyzer_prompt="Count the cats.", video=VIDEO
    ).system

    assert default.startswith("You watch a reference video as a director")
    assert custom.startswith("Count the cats.\n\nThe analysis will be used")
    assert "as a director" not in custom
    for system in (default, custom):
        assert contains_in_order(
            system, "How your answer is used", "index counts from 1", "#1F2326"
        )


@pytest.mark.parametrize(
    ("mode", "emphasis"),
    [("style_transfer", "Manner matters most"), ("content_remix", "What happens matters most")],
)
def test_system_prompt_emphasizes_style_or_content_by_mode(mode, emphasis):
    assert emphasis in style.analysis_question(mode, analyzer_prompt="Count the cats.").system


def test_description_question_contains_the_image_and_its_name():
    picture = Picture(b"lamp", "image/png")

    question = style.description_question(picture, name="lamp.png")

    assert list(question.pictures) == [picture]
    assert "an image model that has to show the same thing again" in question.system
    assert '<material name="name of the file">\nlamp.png\n</material>' in question.user
    assert question.schema["required"] == ["description"]
