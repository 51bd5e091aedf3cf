"""What is left out of a discussion's lines, and what they still say. Pure."""

from typing import Any

import pytest

from sharing.reviews.compaction import compacted
from sharing.reviews.records import discussion
from storage.clock import DAY_MS
from tests.sharing.reviews.test_records import ANA, GUS, comment, decision

Line = dict[str, Any]


def delete(name: str, at: int = 2) -> Line:
    return {"type": "delete", "id": name, "by": GUS, "at": at}


def edit(name: str, text: str) -> Line:
    return {"type": "edit", "id": name, "text": text, "by": GUS, "at": 2}


def resolve(name: str) -> Line:
    return {"type": "resolve", "id": name, "by": ANA, "exportId": "e2", "at": 3}


def reopen(name: str) -> Line:
    return {"type": "reopen", "id": name, "by": ANA, "at": 4}


A_DAY_LATER = DAY_MS + 10


@pytest.mark.parametrize("now", [5, A_DAY_LATER])
def test_what_is_shown_stays(now):
    lines = [
        comment("a"),
        comment("b", "a"),
        comment("c"),
        *(edit("a", text) for text in ("x", "y", "z")),
        *(resolve("a"), reopen("a"), resolve("a"), edit("c", "d"), resolve("c"), reopen("c")),
        *(comment("deleted"), edit("deleted", "x"), resolve("deleted"), delete("deleted")),
        *(comment("parent"), comment("reply", "parent"), edit("parent", "secret")),
        *(resolve("parent"), delete("parent")),
        *(decision("1", GUS), decision("2", ANA), decision("3", GUS), decision("4", GUS, "f")),
    ]

    left = compacted(lines, now)

    assert discussion(left).shown() == discussion(lines).shown()
    assert discussion(left).current_decisions() == discussion(lines).current_decisions()
    assert compacted(left, now) == left
    texts = [line.get("text") for line in left]
    assert not {"a", "x", "y", "c", "deleted", "parent", "secret"} & {*texts}


def test_deletions_and_replaced_decisions_are_known_for_a_day():
    lines = [comment("a"), delete("a"), decision("1", GUS), decision("2", GUS), comment("b")]

    assert compacted(lines, 5) == lines[1:]
    assert compacted(lines, A_DAY_LATER) == lines[3:]
    assert discussion(lines[1:]).gone == {"a"}


def test_lines_that_are_not_understood_stay():
    odd: list[Any] = [
        {"type": "drawing", "id": "a", "at": 1},
        {"type": ["edit"], "id": "a", "at": 1},
        {"type": "edit", "id": "nobody", "text": "x", "at": 1},
        {"type": "comment", "id": ["x"], "at": 1},
        {"at": 1},
        {},
    ]

    assert compacted([comment("a"), *odd, delete("a")], A_DAY_LATER) == odd
