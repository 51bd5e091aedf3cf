"""What the lines of a discussion say. Pure."""

from typing import Any

import pytest

from sharing.reviews.records import add, discussion

GUS = {"kind": "guest", "id": "guest_1", "name": "Gus"}
ANA = {"kind": "user", "id": "user_1", "name": "Ana"}


def comment(name: str, parent: str | None = None, **more: Any) -> dict[str, Any]:
    where = {"exportId": "e", "frame": 0, "endFrame": None, "time": 0, "parentId": parent}
    said = {"type": "comment", "id": name, "text": name, "author": GUS, "at": 1}
    return {**said, **where, **more}


def decision(name: str, author: dict[str, Any], export: str = "e") -> dict[str, Any]:
    decided = {"id": name, "exportId": export, "decision": "approved", "text": None}
    return {"type": "decision", **decided, "author": author, "at": 1}


def test_comments_are_as_the_last_line_about_them_says():
    lines = [
        comment("a"),
        {"type": "edit", "id": "a", "text": "b", "at": 2},
        {"type": "resolve", "id": "a", "by": ANA, "exportId": "e2", "at": 3},
    ]

    [resolved] = discussion(lines).shown()
    [reopened] = discussion([*lines, {"type": "reopen", "id": "a", "by": ANA, "at": 4}]).shown()

    assert (resolved["text"], resolved["createdAt"], resolved["editedAt"]) == ("b", 1, 2)
    assert resolved["resolved"] == {"by": ANA, "at": 3, "exportId": "e2"}
    assert reopened["resolved"] is None


def test_a_deleted_comment_stays_without_its_text_while_it_has_replies():
    lines = [comment("a"), comment("b", "a"), comment("c")]
    lines += [{"type": "delete", "id": each, "by": GUS, "at": 2} for each in ("a", "c")]

    with_reply = discussion(lines).shown()
    without = discussion([*lines, {"type": "delete", "id": "b", "by": GUS, "at": 3}]).shown()

    assert [(each["id"], each["text"]) for each in with_reply] == [("a", ""), ("b", "b")]
    assert with_reply[0]["deleted"]
    assert without == []


def test_the_last_decision_of_each_person_about_each_export_counts():
    lines = [decision("1", GUS), decision("2", ANA), decision("3", GUS), decision("4", GUS, "f")]

    assert [each["id"] for each in discussion(lines).current_decisions()] == ["4", "3", "2"]


def test_damaged_and_unknown_lines_are_skipped():
    lines: list[Any] = [
        {"type": "comment", "id": "x", "at": 1},
        {"type": "edit", "id": "nobody", "text": "x", "at": 1},
        {"type": "drawing", "id": "y", "at": 1},
        {"at": 1},
        comment("a"),
    ]

    assert [each["id"] for each in discussion(lines).shown()] == ["a"]


@pytest.mark.parametrize(
    "damage",
    [
        {"id": ["a"]},
        {"frame": "0"},
        {"endFrame": {}},
        {"parentId": [1]},
        {"text": 5},
        {"at": None},
        {"author": "Gus"},
        {"author": {**GUS, "id": []}},
        {"author": {"id": "guest_1"}},
    ],
)
def test_a_line_with_values_of_other_types_is_left_out(damage):
    found = discussion([])

    left_out = add(found, [comment("a"), comment("b", "a", **damage), decision("d", ANA)])

    assert ([each["id"] for each in found.shown()], left_out) == (["a"], 1)
    assert [each["id"] for each in found.current_decisions()] == ["d"]


def test_lines_of_later_versions_are_not_taken_for_damaged():
    assert add(discussion([]), [{"type": "drawing", "id": 1, "text": [], "at": 1}]) == 0
