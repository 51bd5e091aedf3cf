"""Keys of the order of a track: numbers, so that a place between two others needs no third one.

What is first on the track is first in truth: keys that contradict it are replaced.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise

from timeline.frames import Number, plain

Key = Number

_LARGEST = 1e9  # of a stored key: between larger ones, numbers may not be exact, or infinite


def filled(keys: Sequence[object], ids: Sequence[str]) -> list[Key]:
    """Return a key for each entity of a track; of those that there are, as many as possible.

    Kept are the longest run of keys that agree with the order of the track; of equal ones, the ids
    have to be in order. The others are put between their neighbours.
    """
    numbers = [_number(key) for key in keys]
    if all(number is None for number in numbers):
        return list(range(len(keys)))
    kept = _longest_run([(key, name) for key, name in zip(numbers, ids, strict=True)])
    result: list[Key] = [0] * len(keys)
    for gap_start, gap_end in _gaps(kept, len(keys)):
        before = numbers[gap_start - 1] if gap_start else None
        after = numbers[gap_end] if gap_end < len(keys) else None
        result[gap_start:gap_end] = _spread(before, after, gap_end - gap_start)
    for index in kept:
        result[index] = numbers[index] or 0
    pairs = list(zip(result, ids, strict=True))
    has_room = all(one < other for one, other in pairwise(pairs))
    return result if has_room else list(range(len(keys)))


def between(before: Key | None, after: Key | None) -> Key | None:
    """Return a key between two others, of which None is an end of the track; None without room."""
    key = _spread(before, after, 1)[0]
    return None if key in (before, after) else key


def are_plain(keys: Sequence[Key]) -> bool:
    """Return whether keys say no more than the list: they are 0, 1, 2 and so on."""
    return all(key == number for number, key in enumerate(keys))


def _number(key: object) -> Key | None:
    if isinstance(key, int | float) and not isinstance(key, bool) and abs(key) <= _LARGEST:
        return key
    return None


def _longest_run(keys: Sequence[tuple[Key | None, str]]) -> list[int]:
    """Return the indexes of the longest run of increasing keys."""
    ends: list[tuple[Key, str]] = []  # the smallest last key of a run of each length
    indexes: list[int] = []
    before: dict[int, int | None] = {}
    for index, (key, name) in enumerate(keys):
        if key is None:
            continue
        at = bisect_left(ends, (key, name))
        ends[at : at + 1] = [(key, name)]
        indexes[at : at + 1] = [index]
        before[index] = indexes[at - 1] if at else None
    run: list[int] = []
    last = indexes[-1] if indexes else None
    while last is not None:
        run.append(last)
        last = before[last]
    return run[::-1]


def _gaps(kept: Sequence[int], size: int) -> Iterator[tuple[int, int]]:
    """Yield the parts of a track without keys, from an index up to another one."""
    start = 0
    for index in (*kept, size):
        if index > start:
            yield start, index
        start = index + 1


def _spread(before: Key | None, after: Key | None, count: int) -> list[Key]:
    """Return keys for so many entities between two others; None is an end of the track."""
    if before is not None and after is not None:
        width = after - before
        return [plain(before + width * j / (count + 1)) for j in range(1, count + 1)]
    if after is not None:
        return [plain(after - j) for j in range(count, 0, -1)]
    first = 0 if before is None else before + 1
    return [plain(first + j) for j in range(count)]
