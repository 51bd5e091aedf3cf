"""The words of a text with the times of what was spoken. Pure.

The page has the same rules (console/static/timeline/fitted-words.js); the cases in
tests/timeline/fitted_words.json hold both together.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from timeline.spoken_words import OPENING, Word, is_letter, is_unspaced, spread

_SPACE = re.compile("[ \t\n\r\u2000-\u200a\u2028\u2029\u205f\u3000]+")
_WINDOW = 24  # characters of the text in which a word is searched


class _Piece(NamedTuple):
    """A part of a text, and the words whose time it takes."""

    begin: int
    end: int
    words: Sequence[Word]


def fitted(text: str | None, words: Sequence[Word]) -> list[Word]:
    """Return the words of a text with the times of the words that were spoken.

    A mark between two words belongs to the one before, an opening bracket to the one behind. What
    was not spoken so takes the time of words that the text lacks there, or of the word before.
    Without a text, words of scripts without spaces follow each other closely.
    """
    if text is None or not any(map(is_letter, text)):
        return [_guessed(words, number) for number in range(len(words))]
    if not words:
        return []
    pieces = _with_marks(text, _matched(text, words))
    return [word for piece in pieces for word in _timed(text, piece)]


def _guessed(words: Sequence[Word], number: int) -> Word:
    word = words[number]
    beside = words[number - 1].text[-1:] + word.text[:1] if number else ""
    return word._replace(glued=any(map(is_unspaced, beside)))


def _matched(text: str, words: Sequence[Word]) -> list[_Piece]:
    """Return the parts of a text that words or missing words take, in order."""
    lowered = _lower(text)
    pieces: list[_Piece] = []
    missing: list[Word] = []
    position = 0
    for word in words:
        core = _core(_lower(word.text))
        begin = _find(lowered, core, position)
        if begin < 0:
            missing.append(word)
            continue
        _skip(text, position, begin, missing, pieces)
        position = begin + len(core)
        pieces.append(_Piece(begin, position, [word]))
        missing = []
    _skip(text, position, len(text), missing, pieces)
    if len(pieces) > 1 and not pieces[0].words:  # nothing was spoken before the first word
        pieces[:2] = [_Piece(pieces[0].begin, pieces[1].end, pieces[1].words)]
    return pieces


def _skip(text: str, begin: int, end: int, missing: Sequence[Word], pieces: list[_Piece]) -> None:
    """Give the words of a part of the text to the missing ones, or else to the piece before."""
    letters = [index for index in range(begin, end) if is_letter(text[index])]
    if not letters:
        return
    if pieces and not missing:
        before = pieces.pop()
        pieces.append(before._replace(end=letters[-1] + 1))
    else:
        pieces.append(_Piece(letters[0], letters[-1] + 1, list(missing)))


def _find(text: str, core: str, position: int) -> int:
    """Return where a word is in a text, from a position on and not far from it; -1 if nowhere."""
    last = position + _WINDOW + len(core)
    while core and (found := text.find(core, position, last)) >= 0:
        if _is_edge(text, found) and _is_edge(text, found + len(core)):
            return found
        position = found + 1
    return -1


def _is_edge(text: str, index: int) -> bool:
    """Return whether a word may begin or end at an index."""
    beside = text[max(index - 1, 0) : index + 1]
    return (
        index == 0
        or not all(map(is_letter, beside))
        or len(beside) < 2
        or any(map(is_unspaced, beside))
    )


def _with_marks(text: str, pieces: Sequence[_Piece]) -> Iterator[_Piece]:
    """Yield the pieces with what is between them."""
    begin = 0
    for number, piece in enumerate(pieces):
        following = pieces[number + 1].begin if number + 1 < len(pieces) else None
        end = len(text) if following is None else _cut(text, piece.end, following)
        yield _Piece(begin, end, piece.words)
        begin = end


def _cut(text: str, begin: int, end: int) -> int:
    """Return where the text between two words is divided."""
    spaces = [match.end() for match in _SPACE.finditer(text, begin, end)]
    if len(spaces) > 1 and text[spaces[-2]] in OPENING:  # French has a space behind it
        return spaces[-2]
    opening = (index for index in range(begin, end) if text[index] in OPENING)
    return spaces[-1] if spaces else next(opening, end)


def _timed(text: str, piece: _Piece) -> list[Word]:
    """Return the words of a piece of a text."""
    texts: list[str] = []
    for each in filter(None, _SPACE.split(text[piece.begin : piece.end])):
        if texts and not (_core(each) and _core(texts[-1])):
            texts[-1] += f" {each}"
        else:
            texts.append(each)
    glued = piece.begin > 0 and not _SPACE.match(text[piece.begin - 1])
    glued = glued and not _SPACE.match(text[piece.begin])
    if len(texts) == len(piece.words):
        times = [(word.start, word.end) for word in piece.words]
    else:
        times = spread(texts, piece.words[0].start, piece.words[-1].end)
    return [
        Word(each, *times[number], glued=glued and not number) for number, each in enumerate(texts)
    ]


def _core(text: str) -> str:
    """Return a word without the marks around it."""
    letters = [index for index, char in enumerate(text) if is_letter(char)]
    return text[letters[0] : letters[-1] + 1] if letters else ""


def _lower(text: str) -> str:
    """Return a text of the same length in lower case."""
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)
