"""Captions from spoken words: lines, splits and times. Pure.

A caption has at most two lines of 42 columns (21 characters of Chinese, Japanese or Korean) and is
shown for 1 to 7 seconds. It ends where a sentence, a clause or the voice does, rather than anywhere
else, and no word stands alone. All splits are weighed together, so that captions are shown about
equally long, and the last one is not what was left over. The page has the same rules
(console/static/timeline/caption-lines.js); the cases in tests/timeline/caption_lines.json hold both
together.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from timeline.abbreviations import is_abbreviation
from timeline.spoken_words import Word, columns, joined, milliseconds

MAX_COLUMNS = 42  # of a line; narrow frames have fewer
MIN_SECONDS, MAX_SECONDS = 1.0, 7.0  # for which a caption is shown
GAP = 0.3  # seconds: a shorter one between captions is closed
_PAUSE, _LONG_PAUSE = 300, 1000  # milliseconds of silence between words

_SENTENCE = re.compile("[.!?…。！？｡।॥؟۔։።፧](?:[\"'”’»)」』）\\]]*)$")
_CLAUSE = re.compile("[,;:—–،؛、，；：､፣፤·](?:[\"'”’»)」』）\\]]*)$")

# What splits cost, in milliseconds of a caption that is too short.
_EACH, _LONE, _INNER_SENTENCE = 500, 20_000, 700
_AT_CLAUSE, _AT_PAUSE, _ANYWHERE = 200, 300, 800
_BEHIND_SHORT, _BEHIND_ABBREVIATION, _INSIDE = 100, 5000, 5000
_UNEQUAL = 100_000  # the squares of what captions are shown are divided by

_SHORT = 3  # letters of a word that belongs to the next one, such as an article
_SHORT_BEFORE = "\u0700"  # up to Arabic; in Hindi or Korean, such a word belongs to the one before


class Caption(NamedTuple):
    """Lines of words that are shown together; times are in seconds."""

    start: float
    end: float
    text: str
    words: tuple[Word, ...]


class _Split(NamedTuple):
    """The best captions of the words from one on: their cost, and where the second one begins."""

    cost: int
    end: int


def lines_of(words: Sequence[Word], columns_of_line: int = MAX_COLUMNS) -> list[Caption]:
    """Return the captions of words that `parts_of` returned."""
    captions = []
    for begin, end in _splits(words, columns_of_line):
        following = words[end].start if end < len(words) else None
        captions.append(_caption(words[begin:end], following, columns_of_line))
    return captions


def _splits(words: Sequence[Word], most: int) -> Iterator[tuple[int, int]]:
    """Yield which words each caption has: those that cost least together."""
    best = [_Split(0, len(words))]  # of the words from the end on, backwards
    for begin in range(len(words) - 1, -1, -1):
        found = None
        for end in _ends(words, begin, most):
            cost = _cost(words, begin, end) + best[len(words) - end].cost
            if found is None or cost <= found.cost:
                found = _Split(cost, end)
        best.append(found or _Split(0, len(words)))
    begin = 0
    while begin < len(words):
        end = best[len(words) - begin].end
        yield begin, end
        begin = end


def _ends(words: Sequence[Word], begin: int, most: int) -> Iterator[int]:
    """Yield where a caption may end that begins with a word: it fits, or has one word alone."""
    yield begin + 1
    for end in range(begin + 2, len(words) + 1):
        if words[end - 1].end - words[begin].start > MAX_SECONDS:
            return
        if _line_end(words[begin:end], most) < 0:
            return
        yield end


def _cost(words: Sequence[Word], begin: int, end: int) -> int:
    inner = range(begin, end - 1)
    is_last = end == len(words)
    start = milliseconds(words[begin].start)
    shown = milliseconds(words[end - 1].end) - start
    shown = max(shown, 1000 if is_last else min(1000, milliseconds(words[end].start) - start))
    cost = _EACH + max(0, 1000 - shown) + shown * shown // _UNEQUAL
    if end - begin == 1 and len(words) > 1:
        cost += _LONE
    cost += _INNER_SENTENCE * sum(_ends_sentence(words, number) for number in inner)
    for number in inner:
        pause = _pause(words, number)
        cost += pause if pause >= _LONG_PAUSE else 0
    return cost + (0 if is_last else _end_cost(words, end - 1))


def _end_cost(words: Sequence[Word], number: int) -> int:
    """Return what it costs to end a caption behind a word."""
    if words[number + 1].continues:
        return _INSIDE
    if _is_abbreviated(words, number):
        return _BEHIND_ABBREVIATION
    if _ends_sentence(words, number):
        return 0
    if _CLAUSE.search(words[number].text):
        return _AT_CLAUSE
    if _pause(words, number) >= _PAUSE:
        return _AT_PAUSE
    return _ANYWHERE + (_BEHIND_SHORT if _leads(words[number]) else 0)


def _line_end(words: Sequence[Word], most: int) -> int:
    """Return how many words the first line has; -1 if they do not fit into two of `most` columns.

    Both lines are about as long, the second one rather longer, and the first one ends a clause
    rather than not.
    """
    widths = [columns(word.text) + (not word.glued) for word in words]
    total = sum(widths)
    if total - (not words[0].glued) <= most or len(words) == 1:
        return len(words)
    found, least, first = -1, 0, 0
    begins = not all(word.continues for word in words[1:])
    for end in range(1, len(words)):
        first += widths[end - 1]
        if begins and words[end].continues:
            continue
        top, bottom = first - (not words[0].glued), total - first - (not words[end].glued)
        if (top > most and end > 1) or (bottom > most and end < len(words) - 1):
            continue  # a word that is longer than a line may be one
        cost = abs(top - bottom) + (6 if top > bottom else 0)
        cost += 12 if 1 in {end, len(words) - end} else 0
        cost += _line_cost(words, end - 1)
        if found < 0 or cost <= least:
            found, least = end, cost
    return found


def _line_cost(words: Sequence[Word], number: int) -> int:
    """Return what it costs to end the first line behind a word, in columns."""
    if _is_abbreviated(words, number):
        return 30
    if _ends_sentence(words, number):
        return -16
    if _CLAUSE.search(words[number].text):
        return -10
    return 10 if _leads(words[number]) else 0


def _caption(words: Sequence[Word], following: float | None, most: int) -> Caption:
    """Return the caption of words; it ends when the following word begins, at the latest."""
    start = words[0].start
    end = max(words[-1].end, start + MIN_SECONDS)
    if following is not None and (following < end or following - end < GAP):
        end = following
    line = max(_line_end(words, most), 1)
    lines = [joined(each) for each in (words[:line], words[line:]) if each]
    return Caption(start, min(end, start + MAX_SECONDS), "\n".join(lines), tuple(words))


def _pause(words: Sequence[Word], number: int) -> int:
    """Return how long it is silent after a word, in milliseconds."""
    return milliseconds(words[number + 1].start) - milliseconds(words[number].end)


def _ends_sentence(words: Sequence[Word], number: int) -> bool:
    is_full_stop = _SENTENCE.search(words[number].text) is not None
    return is_full_stop and not _is_abbreviated(words, number)


def _is_abbreviated(words: Sequence[Word], number: int) -> bool:
    """Return whether a word is an abbreviation that goes on with the next word."""
    following = words[number + 1].text if number + 1 < len(words) else ""
    return bool(following) and is_abbreviation(words[number].text, following)


def _leads(word: Word) -> bool:
    """Return whether a word is so short that it belongs to the next one, as articles do."""
    return len(word.text) <= _SHORT and word.text < _SHORT_BEFORE
