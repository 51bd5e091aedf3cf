"""Keys of the order of a track: a place between two others needs no change of these.

A key is a number, or a list of numbers where none is left between two: `[1, 0]` and `[1, 1]` follow
`1`, and come before all larger numbers, as words of a dictionary do. So keys that are known
elsewhere, such as by changes that may be undone, stay as they are.

What is first on the track is first in truth: keys that contradict it are replaced.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise, takewhile

from timeline.frames import Number, plain

Key = Number | list[Number]
Path = tuple[Number, ...]

_LARGEST = 1e9  # of a stored key: between larger ones, numbers may not be exact, or infinite
_LONGEST = 100  # numbers in a stored key: enough for 5,000 clips put at one place


def filled(keys: Sequence[object], ids: Sequence[str]) -> list[Key]:
    """Return a key for each entity of a track; of those that there are, as many as possible.

    Kept are the longest run of keys that agree with the order of the track; of equal ones, the ids
    have to be in order. The others are put between their neighbours.
    """
    paths = [_stored(key) for key in keys]
    if all(path is None for path in paths):
        return list(range(len(keys)))
    kept = _longest_run([(path, name) for path, name in zip(paths, ids, strict=True)])
    result: list[Path] = [()] * len(keys)
    for gap_start, gap_end in _gaps(kept, len(keys)):
        before = paths[gap_start - 1] if gap_start else ()
        after = paths[gap_end] if gap_end < len(keys) else ()
        result[gap_start:gap_end] = _spread(before or (), after or (), gap_end - gap_start)
    for index in kept:
        result[index] = paths[index] or ()
    pairs = list(zip(result, ids, strict=True))
    has_room = all(one < other for one, other in pairwise(pairs))
    return [_key(path) for path in result] if has_room else list(range(len(keys)))


def inserted_at(index: int, keys: Sequence[Key]) -> list[Key]:
    """Return keys for an entity that is put at a place of a track, and for some of those behind it.

    These are those that have the same key as the one before it.
    """
    before = keys[index - 1] if index else None
    same = len(list(takewhile(lambda key: key == before, keys[index:])))
    after = keys[index + same] if index + same < len(keys) else None
    ends = [() if key is None else path_of(key) for key in (before, after)]
    return [_key(path) for path in _spread(ends[0], ends[1], same + 1)]


def path_of(key: Key) -> Path:
    """Return what keys are sorted by."""
    return tuple(key) if isinstance(key, list) else (key,)


def are_plain(keys: Sequence[Key]) -> bool:
    """Return whether keys say no more than the list: they are 0, 1, 2 and so on."""
    return all(key == number for number, key in enumerate(keys))


def _key(path: Path) -> Key:
    return path[0] if len(path) == 1 else list(path)


def _stored(key: object) -> Path | None:
    """Return the path of a stored key; None for one that counts as missing."""
    path = tuple(key) if isinstance(key, list) else (key,)
    are_numbers = all(
        isinstance(each, int | float) and not isinstance(each, bool) and abs(each) <= _LARGEST
        for each in path
    )
    return path if 0 < len(path) <= _LONGEST and are_numbers else None


def _longest_run(keys: Sequence[tuple[Path | None, str]]) -> list[int]:
    """Return the indexes of the longest run of increasing keys."""
    ends: list[tuple[Path, str]] = []  # the smallest last key of a run of each length
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


def _spread(before: Path, after: Path, count: int) -> list[Path]:
    """Return `count` keys between two others; an empty one is an end of the track."""
    if not before or not after:
        first = after[0] - count if after else before[0] + 1 if before else 0
        return [(plain(first + j),) for j in range(count)]
    low, high = before[0], after[0]
    if low == high:
        return [(low, *rest) for rest in _spread(before[1:], after[1:], count)]
    numbers = [low + (high - low) * j / (count + 1) for j in range(1, count + 1)]
    if all(one < other for one, other in pairwise((low, *numbers, high))):
        return [(plain(number),) for number in numbers]
    return [(low, *rest) for rest in _spread(before[1:], (), count)]
