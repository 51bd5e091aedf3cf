"""Words of a line, and an estimate of when each is spoken where nothing better is known."""

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

from media.drawing.words import inner_boundaries
from providers.sound_contract import Word

# Chinese characters, kana and their marks: each counts as a word, with the signs that follow it.
_IDEOGRAPH = re.compile("[\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_PAUSES = frozenset(".,;:!?。\uff0c、\uff01\uff1f।…")

Span = tuple[float, float]  # seconds


def word_spans(text: str) -> list[tuple[int, int]]:
    """Return where each word of a text begins and ends, with the punctuation around it.

    Signs that stand alone, such as a dash, belong to the word before, or else to the first one.
    """
    spans: list[tuple[int, int]] = []
    for token in re.finditer(r"\S+", text):
        for start, end in _split_token(token[0]):
            span = token.start() + start, token.start() + end
            if spans and not (_is_spoken(text, span) and _is_spoken(text, spans[-1])):
                span = spans.pop()[0], span[1]
            spans.append(span)
    return spans


def spread_words(text: str, spans: Sequence[Span]) -> tuple[Word, ...]:
    """Return the words of a text, spread over spans of speech by their length.

    The spans are in the order of time; pauses between them belong to no word, unless the word goes
    over several spans.
    """
    return spread([text[start:end] for start, end in word_spans(text)], spans)


def spread(words: Sequence[str], spans: Sequence[Span]) -> tuple[Word, ...]:
    """Return words with their times, spread as by `spread_words`."""
    total = sum(end - start for start, end in spans)
    if not words or total <= 0:
        return ()
    weights = list(accumulate(map(_weight, words)))
    ends = [total * weight / weights[-1] for weight in weights]
    return tuple(
        Word(word, _at(spans, start, is_end=False), _at(spans, end, is_end=True))
        for word, start, end in zip(words, [0.0, *ends], ends, strict=False)
    )


def timed_words(text: str, spans: Sequence[Span]) -> tuple[Word, ...]:
    """Return the words of a text, of which each character has its span of time."""
    return tuple(
        Word(" ".join(text[start:end].split()), spans[start][0], spans[end - 1][1])
        for start, end in word_spans(text)
    )


def _split_token(token: str) -> Iterator[tuple[int, int]]:
    """Yield where the words of what stands between two spaces begin and end."""
    edges = {match.start() for match in _IDEOGRAPH.finditer(token)} | set(inner_boundaries(token))
    yield from pairwise(sorted({0, *edges, len(token)}))


def _is_spoken(text: str, span: tuple[int, int]) -> bool:
    return any(map(str.isalnum, text[slice(*span)]))


def _weight(word: str) -> float:
    """Return how long a word takes, as a number of letters."""
    letters = sum(map(str.isalnum, word))
    return max(1.0, letters + 2 * len(_IDEOGRAPH.findall(word))) + (word[-1] in _PAUSES)


def _at(spans: Sequence[Span], spoken: float, *, is_end: bool) -> float:
    """Return when this many seconds of speech were over; in a pause, its beginning or its end."""
    for start, end in spans:
        length = end - start
        if spoken < length - 1e-9 or (is_end and spoken <= length + 1e-9):
            return round(start + max(spoken, 0.0), 3)
        spoken -= length
    return round(spans[-1][1], 3)
