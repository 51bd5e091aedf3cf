"""What a language model is told when it looks for a style guide."""

import pytest

from outbound.page import Page
from prompts import style
from tests.prompts.guides import in_order

PAGE = Page("Arc, a lamp", "Light, your way", "Made from one piece of aluminium.")


def test_a_text_is_the_only_thing_the_user_says() -> None:
    question = style.text_question("We are bold and quick. Our colour is #FF5A4E.")

    assert question.user == (
        '<material name="source">\nWe are bold and quick. Our colour is #FF5A4E.\n</material>'
    )
    assert question.schema["required"] == ["style_guide"]


def test_a_page_is_its_title_its_description_and_its_text() -> None:
    question = style.page_question(PAGE)

    assert in_order(
        question.user,
        "Title: Arc, a lamp",
        "Description: Light, your way",
        "Text: Made from one piece of aluminium.",
    )
    assert "The source is the page of a product" in question.system


def test_the_product_is_asked_for_only_on_demand() -> None:
    without, wanted = style.page_question(PAGE), style.page_question(PAGE, product_info=True)

    assert without.schema["required"] == ["style_guide"]
    assert "product_name" not in without.system
    assert wanted.schema["required"] == ["style_guide", "product_info"]
    assert in_order(wanted.system, "product_name", "product_description", "target_audience")


def test_a_page_may_be_about_one_feature() -> None:
    system = style.page_question(PAGE, mode="feature").system

    assert "one feature of a product" in system


@pytest.mark.parametrize(
    "field",
    [
        "tone",
        "color_palette",
        "tempo",
        "camera_style",
        "brand_voice",
        "must_include",
        "must_avoid",
    ],
)
def test_each_field_of_a_style_guide_is_explained(field: str) -> None:
    question = style.text_question("Bold.")

    assert field in question.system
    assert field in question.schema["properties"]["style_guide"]["required"]
