"""Parsing the JSON object in the text of a language model."""

import pytest

from providers.structured_output import parse_json_object
from tests.providers.adapters import SCHEMA

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
def test_first_json_object_in_the_text_is_returned(text):
    assert parse_json_object(text, SCHEMA) == {"tone": "warm"}


@pytest.mark.parametrize("text", ['[{"a": 1}, {"a": 2}]', '```\n[{"a": 1}, {"a": 2}]\n```'])
def test_bare_list_becomes_the_only_list_property_of_the_schema(text):
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
    ids=lambda text: repr(text[:30]),
)
def test_text_without_json_object_raises_value_error_with_an_excerpt(text):
    with pytest.raises(ValueError, match="no JSON object") as error:
        parse_json_object(text, SCHEMA)

    assert len(str(error.value)) < 300


def test_truncated_json_object_raises_value_error():
    with pytest.raises(ValueError, match="no JSON object"):
        parse_json_object('{"scenes": [{"text": "one"}, {"text": "tw', SCENES)


def test_long_text_with_many_brackets_raises_value_error():
    """In quadratic time it would take hours."""
    with pytest.raises(ValueError, match="no JSON object"):
        parse_json_object("[x] " * 1_000_000, SCHEMA)
