"""Captions from spoken words, which the page makes as well."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from timeline.caption_lines import lines_of
from timeline.fitted_words import fitted
from timeline.spoken_words import Word, columns

HERE = Path(__file__).parent
LINES: list[dict[str, Any]] = json.loads((HERE / "caption_lines.json").read_text("utf-8"))
WORDS: list[dict[str, Any]] = json.loads((HERE / "fitted_words.json").read_text("utf-8"))


def words_of(case: dict[str, Any]) -> list[Word]:
    return [Word(*each) for each in case["words"]]


@pytest.mark.parametrize("case", LINES, ids=lambda case: case["name"])
def test_lines(case: dict[str, Any]) -> None:
    found = [
        {
            "start": round(each.start, 3),
            "end": round(each.end, 3),
            "text": each.text,
            "words": [[w.text, round(w.start, 3), round(w.end, 3)] for w in each.words],
        }
        for each in lines_of(fitted(case.get("text"), words_of(case)))
    ]

    assert found == case["expect"]


@pytest.mark.parametrize("case", WORDS, ids=lambda case: case["name"])
def test_words_of_a_text(case: dict[str, Any]) -> None:
    found = fitted(case["text"], words_of(case))

    assert [[w.text, round(w.start, 3), round(w.end, 3), w.glued] for w in found] == case["expect"]


def test_rules_hold_in_ten_languages() -> None:
    for case in LINES[:10]:
        captions = lines_of(fitted(case.get("text"), words_of(case)))

        for each in captions:
            lines = each.text.split("\n")
            assert len(lines) <= 2, each
            assert all(columns(line) <= 42 for line in lines), each
            assert 1 <= each.end - each.start <= 7, each
            assert len(each.words) > 1, each
        for before, after in pairwise(captions):
            gap = after.start - before.end
            assert gap == 0 or gap >= 0.3, before


def test_nothing_is_lost() -> None:
    for case in LINES[:10]:
        shown = "".join(each.text for each in lines_of(fitted(case.get("text"), words_of(case))))
        spoken = case.get("text") or "".join(word.text for word in words_of(case))

        assert "".join(shown.split()) == "".join(spoken.split())
