"""Questions to language models about the style guide of a text or a web page."""

import pytest

from outbound.page import Page
from providers.prompts import style
from tests.providers.prompts.helpers import contains_in_order

PAGE = Page("Arc, a lamp", "Light, your way", "Made from one piece of aluminium.")


def test_user_prompt_contains_only_the_text():
    question = style.text_question("We are bold and quick. Our colour is #FF5A4E.")

    assert question.user == (
        '<material name="source">\nWe are bold and quick. Our colour is #FF5A4E.\n</material>'
    )
    assert question.schema["required"] == ["style_guide"]


def test_user_prompt_contains_title_description_and_text_of_the_page():
    question = style.page_question(PAGE)

    assert contains_in_order(
        question.user,
        "Title: Arc, a lamp",
        "Description: Light, your way",
        "Text: Made from one piece of aluminium.",
    )
    assert "The source is the page of a product" in question.system


def test_product_info_is_requested_on_demand_only():
    without, with_info = style.page_question(PAGE), style.page_question(PAGE, product_info=True)

    assert without.schema["required"] == ["style_guide"]
    assert "product_name" not in without.system
    assert with_info.schema["required"] == ["style_guide", "product_info"]
    assert contains_in_order(
        with_info.system, "product_name", "product_description", "target_audience"
    )


def test_feature_mode_describes_the_page_as_a_feature():
    system = style.page_question(PAGE, mode="feature").system

    assert "one feature of a product" in system


@pytest.mark.parametrize(
    "field",
    ["tone", "color_palette", "tempo", "camera_style", "brand_voice", "must_include", "must_avoid"],
)
def test_prompt_and_schema_contain_each_field_of_a_style_guide(field):
    question = style.text_question("Bold.")

    assert field in question.system
    assert field in question.schema["properties"]["style_guide"]["required"]
