"""The question for a line of another length, and its answer."""

import pytest

from providers.prompts.answers import AnswerError
from providers.prompts.narration import load_rewrite, question


@pytest.mark.parametrize(
    ("language", "length"),
    [(None, "12 words"), ("German", "12 words"), ("Thai", "12 words"), ("中文", "19 characters")],
)
def test_length_is_in_the_units_of_the_language(language, length):
    user = question("A lamp.", 12, language).user

    assert f"in at most {length}," in user
    assert (f"in this language: {language}" in user) == (language is not None)
    assert '<material name="line">\nA lamp.\n</material>' in user


def test_answer_is_one_line_without_control_characters():
    assert load_rewrite({"line": " A\u0007 lamp\n by night. "}) == {"text": "A lamp by night."}


@pytest.mark.parametrize("answer", [{}, {"line": ""}, {"line": None}])
def test_answer_without_a_line_cannot_be_used(answer):
    with pytest.raises(AnswerError, match="line"):
        load_rewrite(answer)
