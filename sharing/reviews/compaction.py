"""Leaves out lines about what was deleted, edited since or decided again. Pure.

A deletion leaves its own line for a day, and so does a decision that was replaced: by its id, a
request that is sent again finds that it was done. Their order stays.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sharing.reviews import records
from sharing.reviews.records import COMMENT, DECISION, DELETE, EDIT, KINDS, Line
from storage.clock import DAY_MS

_KEPT_MS = DAY_MS  # as long as accounts/requests.py knows of requests


def compacted(lines: Sequence[Line], now: int) -> list[Line]:
    """Return lines that say what these say, at a time in milliseconds.

    Damaged ones and those of later versions stay.
    """
    found = records.discussion([])
    are_known = [records.add(found, [line]) == 0 and line["type"] in KINDS for line in lines]
    kept = _Kept(found, now)
    result = []
    for line, is_known in zip(reversed(lines), reversed(are_known), strict=True):
        if (left := kept.of(line) if is_known else line) is not None:
            result.append(left)
    return result[::-1]


class _Kept:
    """What stays of each line; they are asked for from the last one to the first."""

    def __init__(self, found: records.Discussion, now: int) -> None:
        self._shown = {each["id"]: each for each in found.shown()}
        self._current = {each["id"] for each in found.current_decisions()}
        self._oldest = now - _KEPT_MS
        self._later: set[tuple[str, bool]] = set()  # comments with a later text, or state

    def of(self, line: Line) -> Line | None:
        """Return what stays of a line, None if nothing does."""
        kind, line_id = line["type"], line["id"]
        if kind == DECISION:
            return line if line_id in self._current or line["at"] > self._oldest else None
        shown: Mapping[str, Any] | None = self._shown.get(line_id)
        if kind == DELETE:
            return line if shown or line["at"] > self._oldest else None
        if shown is None:
            return None
        is_text = kind in (COMMENT, EDIT)
        has_later = (line_id, is_text) in self._later
        self._later.add((line_id, is_text))
        if is_text and (has_later or "deleted" in shown):
            line = {**line, "text": ""}
        return line if kind == COMMENT or not has_later else None
