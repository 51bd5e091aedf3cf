"""Finding the JSON object in what a language model says."""

import pytest

from providers.structured_output import parse_json_object
from tests.providers.orders import SHAPE

SCENES = {"type": "object", "properties": {"scenes": {"type": "array"}}}


@pytest.mark.parametrize(
    "text",
    [
        '{"tone": "warm"}',
        ' \n{"tone": "warm"}\n',
        '```json\n{"tone": "warm"}\n```',
        'Here you are:\n```\n{"tone": "warm"}\n```\nAnything else?',
        'Of course! {"tone": "warm"} Have fun.',
        'As {you} asked [1]: {"tone": "warm"} {"tone": "cold"}',
    ],
)
def test_the_first_object_is_taken(text: str) -> None:
    assert parse_json_object(text, SHAPE) == {"tone": "warm"}


@pytest.mark.parametrize("text", ['[{"a": 1}, {"a": 2}]', '```\n[{"a": 1}, {"a": 2}]\n```'])
def test_a_bare_list_is_the_only_list_of_the_shape(text: str) -> None:
    assert parse_json_object(text, SCENES) == {"scenes": [{"a": 1}, {"a": 2}]}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I cannot help with that.",
        '{"tone": "war',
        '{"tone": NaN}',
        '{"tone": "\\ud800"}',
        "[1, 2, 3]",
        '"text"',
        "{" * 100_000,
        '{"a":' * 100_000,
        "[" * 100_000,
    ],
)
def test_what_is_no_object_is_refused_with_what_it_was(text: str) -> None:
    with pytest.raises(ValueError, match="no JSON object") as failure:
        parse_json_object(text, SHAPE)

    assert len(str(failure.value)) < 300


def test_a_part_of_an_object_that_is_cut_off_is_no_answer() -> None:
    with pytest.raises(ValueError, match="no JSON object"):
        parse_json_object('{"scenes": [{"text": "one"}, {"text": "tw', SCENES)


def test_long_prose_with_brackets_is_given_up_soon() -> None:
    with pytest.raises(ValueError, match="no JSON object"):
        parse_json_object("[x] " * 1_000_000, SHAPE)
