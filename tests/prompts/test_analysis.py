"""What a vision model is told about a reference video, and about a picture."""

from pathlib import Path

import pytest

from prompts import vision
from providers.contract import Clip, Picture
from tests.prompts.guides import in_order

CLIP = Clip(Path("reference.mp4"), "video/mp4")
STILLS = [(0.5, Picture(b"one", "image/jpeg")), (12.25, Picture(b"two", "image/jpeg"))]


def test_models_that_take_video_get_the_file() -> None:
    question = vision.analysis_question("style_transfer", video=CLIP)

    assert question.video == CLIP
    assert not question.pictures
    assert question.user == "Analyse this video."


def test_others_get_frames_with_their_times() -> None:
    question = vision.analysis_question("style_transfer", frames=STILLS, duration=13)

    assert question.video is None
    assert [picture.data for picture in question.pictures] == [b"one", b"two"]
    assert in_order(
        question.user,
        "It lasts 13.0 seconds",
        "still frames of the video",
        "- picture 1: 0.5 s",
        "- picture 2: 12.2 s",
    )


def test_the_analyzer_prompt_replaces_the_default_and_the_rules_stay() -> None:
    default = vision.analysis_question("style_transfer", video=CLIP).system
    own = vision.analysis_question(
        "style_transfer", analyzer_prompt="Count the cats.", video=CLIP
    ).system

    assert default.startswith("You watch a reference video as a director")
    assert own.startswith("Count the cats.\n\nThe analysis will be used")
    assert "as a director" not in own
    for system in (default, own):
        assert in_order(system, "How your answer is used", "index counts from 1", "#1F2326")


@pytest.mark.parametrize(
    ("mode", "matters"),
    [("style_transfer", "Manner matters most"), ("content_remix", "What happens matters most")],
)
def test_the_mode_says_what_matters(mode: str, matters: str) -> None:
    assert matters in vision.analysis_question(mode, analyzer_prompt="Count the cats.").system


def test_a_picture_is_described_for_those_who_do_not_see_it() -> None:
    picture = Picture(b"lamp", "image/png")

    question = vision.description_question(picture, name="lamp.png")

    assert list(question.pictures) == [picture]
    assert "an image model that has to show the same thing again" in question.system
    assert '<material name="name of the file">\nlamp.png\n</material>' in question.user
    assert question.schema["required"] == ["description"]
