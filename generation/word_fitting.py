"""Words that a model heard, fitted to the text that was spoken: its spelling, with their times."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from providers.sound_contract import Word
from providers.timed_words import spread, spread_words, word_spans

_ALIKE = 0.5  # the share of words that are heard, from which on the text is what was spoken


class Fitted(NamedTuple):
    """Words with times, and whether they are those of the known text."""

    words: list[Word]
    is_known: bool


def fit_words(text: str, heard: Sequence[Word]) -> Fitted:
    """Return the words of a text with the times at which they were heard.

    Words that were not heard as they are written share the time between those that were. If too
    few were heard, something else was spoken, and the words are those that were heard.
    """
    written = [text[start:end] for start, end in word_spans(text)]
    spoken = [part for word in heard for part in _parts(word)]
    matcher = SequenceMatcher(None, _keys(written), _keys([word.text for word in spoken]), False)
    blocks = matcher.get_matching_blocks()
    found = sum(block.size for block in blocks)
    if found < _ALIKE * max(len(written), len(spoken)):
        return Fitted(list(heard), is_known=False)
    words: list[Word] = []
    next_written = next_spoken = 0
    for block in blocks:  # the last one has no words, and is at the end of both
        between = written[next_written : block.a]
        words += _spread(between, spoken, next_spoken, block.b, words)
        next_written, next_spoken = block.a + block.size, block.b + block.size
        matched = zip(written[block.a : next_written], spoken[block.b : next_spoken], strict=True)
        words += [Word(text, word.start, word.end) for text, word in matched]
    return Fitted(words, is_known=True)


def _parts(word: Word) -> list[Word]:
    """Return the words that a heard word consists of, where several are heard as one."""
    return list(spread_words(word.text, [(word.start, word.end)])) or [word]


def _keys(words: Sequence[str]) -> list[str]:
    """Return what words are compared by: letters and digits, whatever their case."""
    return ["".join(filter(str.isalnum, word)).casefold() or word for word in words]


def _spread(
    written: Sequence[str], spoken: Sequence[Word], start: int, end: int, before: Sequence[Word]
) -> list[Word]:
    """Return words that were not heard as they are written, over the time of others or of a gap."""
    if not written:
        return []
    first = before[-1].end if before else (spoken[start].start if start < end else 0.0)
    last = spoken[end].start if end < len(spoken) else (spoken[-1].end if start < end else first)
    first, last = (spoken[start].start, spoken[end - 1].end) if start < end else (first, last)
    return list(spread(written, [(first, last)])) or [Word(text, first, first) for text in written]
