"""Captions from spoken words, which the page makes as well."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from media.drawing.phrases import phrase_starts
from timeline.caption_lines import MAX_COLUMNS, Caption, lines_of
from timeline.fitted_words import fitted
from timeline.spoken_words import Word, columns, parts_of

HERE = Path(__file__).parent
LINES: list[dict[str, Any]] = json.loads((HERE / "caption_lines.json").read_text("utf-8"))
PHRASES: list[list[str]] = json.loads((HERE / "phrases.json").read_text("utf-8"))
WORDS: list[dict[str, Any]] = json.loads((HERE / "fitted_words.json").read_text("utf-8"))


def words_of(case: dict[str, Any]) -> list[Word]:
    return [Word(*each) for each in case["words"]]


def captions_of(case: dict[str, Any]) -> list[Caption]:
    words = parts_of(fitted(case.get("text"), words_of(case)))
    return lines_of(words, case.get("columns", MAX_COLUMNS))


@pytest.mark.parametrize("case", LINES, ids=lambda case: case["name"])
def test_lines(case):
    found = [
        {
            "start": round(each.start, 3),
            "end": round(each.end, 3),
            "text": each.text,
            "words": [[w.text, round(w.start, 3), round(w.end, 3)] for w in each.words],
        }
        for each in captions_of(case)
    ]

    assert found == case["expect"]


@pytest.mark.parametrize("phrases", PHRASES, ids="|".join)
def test_phrases_of_chinese_and_japanese(phrases):
    text = "".join(phrases)
    starts = [0, *phrase_starts(text), len(text)]

    assert [text[begin:end] for begin, end in pairwise(starts) if end] == phrases


@pytest.mark.parametrize("case", WORDS, ids=lambda case: case["name"])
def test_words_of_a_text(case):
    found = fitted(case["text"], words_of(case))

    assert [[w.text, round(w.start, 3), round(w.end, 3), w.glued] for w in found] == case["expect"]


def test_rules_hold_in_ten_languages():
    for case in LINES[:10]:
        captions = captions_of(case)

        for each in captions:
            lines = each.text.split("\n")
            assert len(lines) <= 2, each
            assert all(columns(line) <= 42 for line in lines), each
            assert 1 <= each.end - each.start <= 7, each
            assert len(each.words) > 1, each
        for before, after in pairwise(captions):
            gap = after.start - before.end
            assert gap == 0 or gap >= 0.3, before


def test_nothing_is_lost():
    for case in LINES[:10]:
        shown = "".join(each.text for each in captions_of(case))
        spoken = case.get("text") or "".join(word.text for word in words_of(case))

        assert "".join(shown.split()) == "".join(spoken.split())


def test_words_without_letters_are_parts():
    words = [Word("字典", 0, 1), Word("", 1, 2, glued=True)]

    assert parts_of(words) == words
