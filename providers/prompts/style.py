"""The prompts for language models that extract a style guide from a text or a page."""

from typing import TYPE_CHECKING

from providers.contract import Question
from providers.prompts.answers import PageAnswerSchema, StyleAnswerSchema, json_schema
from providers.prompts.common import MATERIAL_RULE, join_paragraphs, labelled_lines, material_block

if TYPE_CHECKING:
    from outbound.page import Page

_READER = """
You are an art director. From what you are given you work out a style guide for short videos that
will be made by image and video models.

- tone: the mood, in a few words.
- color_palette: three to six colours such as #1F2326. Take those that are named; where none are,
  choose colours that suit what is said.
- tempo: fast, medium or slow.
- camera_style: framing, lenses and movement that fit.
- brand_voice: how the texts of the videos speak.
- must_include, must_avoid: what the source asks for or rules out and a camera can show, each in a
  few words; empty where it says nothing.

What the source gives no hint of is null. Write in the language of the source."""

_PRODUCT = """
Also work out product_info from what the source says, and from nothing else; "" where it is silent.
- product_name: the name alone.
- product_description: two to four sentences: what it is, what it does for people, what is special.
- target_audience: whom it is for, in one sentence."""

_FOCUS = {
    "landing": "The source is the page of a product or a company. Take it as a whole.",
    "feature": """
The source is a page about one feature of a product. The video will be about that feature: let
must_include show it at work, and let product_info be about it, under its product's name.""",
}


def text_question(text: str) -> Question:
    """Return the question for the style guide in a text; `load_style_guide` parses the answer."""
    system = join_paragraphs(_READER, MATERIAL_RULE)
    return Question(system, material_block("source", text), json_schema(StyleAnswerSchema()))


def page_question(page: "Page", *, mode: str = "landing", product_info: bool = False) -> Question:
    """Return the question for the style guide, and with `product_info` the product, of a page.

    `mode` is `landing` or `feature`. `load_style_guide` and `load_product_info` of answers.py parse
    the answer.
    """
    answer = PageAnswerSchema() if product_info else StyleAnswerSchema()
    system = join_paragraphs(_READER, _PRODUCT if product_info else "", _FOCUS[mode], MATERIAL_RULE)
    about = {"Title": page.title, "Description": page.description, "Text": page.text}
    return Question(system, material_block("source", labelled_lines(about)), json_schema(answer))
