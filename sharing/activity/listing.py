"""The log of a project as a list, the latest action first, page by page."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from math import inf
from typing import Any, NamedTuple

from schemas.lists import Page, decode_cursor, encode_cursor
from sharing.activity.recorder import KEPT_DAYS, WINDOW_MS
from storage.clock import DAY_MS, now_ms
from storage.files.monthly_log import MonthlyLog, Tail, month_of
from storage.store import Store

Item = dict[str, Any]

_CURSOR = (int, str)  # the time of the last item, and its id
_TAIL_BYTES = 64 << 10  # of each file that are read first
_DISORDER_MS = 60_000  # by which a line may be written too late
_TEXTS = ("id", "userId", "name", "action", "kind", "targetId", "targetName")
_SAME = ("userId", "action", "kind", "targetId")


Position = tuple[int, str]
Key = tuple[str, ...]


class _Repetitions(NamedTuple):
    """How often an action was repeated, and when last."""

    number: int = 0
    last: int = 0


def list_activity(store: Store, project_id: str, query: Mapping[str, Any]) -> Page:
    """List what was done in a project, the latest first. `query`: {limit, cursor?}.

    Raises FieldsError for a malformed cursor.
    """
    after = None
    if "cursor" in query:
        time, item_id = decode_cursor(query["cursor"], _CURSOR, "this list")
        after = int(time), str(item_id)
    items: list[Item] = []
    for item in _latest_first(store.activity(project_id), after):
        if len(items) == query["limit"]:
            return Page(items, encode_cursor(*_position(items[-1])))
        items.append(item)
    return Page(items, None)


def _latest_first(log: MonthlyLog, after: Position | None) -> Iterator[Item]:
    """Yield the items that come after a position in the list, or all."""
    oldest = now_ms() - KEPT_DAYS * DAY_MS
    for month in log.months():
        if after is None or month <= month_of(after[0]):
            for item in _of_month(log, month, after):
                if item["at"] <= oldest:
                    return
                yield item


def _of_month(log: MonthlyLog, month: str, after: Position | None) -> Iterator[Item]:
    """Yield the items of a month, the latest first; its files are read as far back as needed."""
    size, is_whole = _TAIL_BYTES, False
    while not is_whole:
        tails = [*log.tails(month, size)]
        is_whole = all(tail.is_whole for tail in tails)
        complete = merged((line for tail in tails for line in tail.lines), _begin(tails))
        for item in reversed(complete):
            if after is None or _position(item) < after:
                yield item
                after = _position(item)
        size *= 4


def _begin(tails: Iterable[Tail]) -> float:
    """Return the time from which on these lines are all that there are."""
    begins = [_begin_of(tail) for tail in tails if not tail.is_whole]
    return max(begins, default=-inf)


def _begin_of(tail: Tail) -> float:
    first = next((line["at"] for line in tail.lines if _has(line, (), ("at",))), inf)
    return first + _DISORDER_MS


def _position(item: Item) -> Position:
    return item["at"], item["id"]


def _has(line: Item, texts: Iterable[str], numbers: Iterable[str]) -> bool:
    return all(isinstance(line.get(name), str) for name in texts) and all(
        isinstance(line.get(name), int) for name in numbers
    )


def merged(lines: Iterable[Item], begin: float = -inf) -> list[Item]:
    """Return the actions in lines of a log, in the order of their times.

    Each has a `count`, and `lastAt`, when it was done last. Equal actions of several processes
    within WINDOW_MS are one. If lines before the time `begin` may be missing, only those actions at
    the end are returned that no missing line can belong to.
    """
    actions, repetitions = _sorted_out(lines)
    items: list[Item] = []
    complete_from = 0  # of the items
    current: dict[Key, Item] = {}
    previous: dict[Key, int] = {}  # times of actions
    settled: set[Key] = set()  # whose current item cannot have begun before `begin`
    for action in actions:
        key, at = tuple(action[name] for name in _SAME), action["at"]
        repeated = repetitions.get(action["id"], _Repetitions())
        count, last_at = 1 + repeated.number, max(at, repeated.last)
        if at - begin >= WINDOW_MS and at - previous.get(key, -inf) >= WINDOW_MS:
            settled.add(key)
        previous[key] = at
        before = current.get(key)
        if before is not None and at - before["at"] < WINDOW_MS:
            before["count"] += count
            before["lastAt"] = max(before["lastAt"], last_at)
            continue
        current[key] = item = {**action, "count": count, "lastAt": last_at}
        items.append(item)
        if key not in settled:
            complete_from = len(items)
    return items[complete_from:]


def _sorted_out(lines: Iterable[Item]) -> tuple[list[Item], dict[str, _Repetitions]]:
    """Return the actions in the order of their times, and their repetitions by their ids.

    Lines that are neither are left out.
    """
    actions: list[Item] = []
    repetitions: defaultdict[str, _Repetitions] = defaultdict(_Repetitions)
    for line in lines:
        if _has(line, ("again",), ("count",)):
            last = line["last"] if _has(line, (), ("last",)) else 0
            number, latest = repetitions[line["again"]]
            repetitions[line["again"]] = _Repetitions(number + line["count"], last or latest)
        elif _has(line, _TEXTS, ("at",)):
            actions.append(line)
    return sorted(actions, key=_position), repetitions
