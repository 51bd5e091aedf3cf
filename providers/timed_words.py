"""Words of a line and when each is spoken; what cannot be spoken, found before it is paid."""

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

from media.drawing.words import inner_boundaries
from media.languages import language_code, language_name
from providers.errors import UnspeakableError
from providers.models import Model
from providers.sound_contract import SpeechRequest, Word
from providers.spoken_text import spoken_text

# Chinese characters, kana and their marks: each counts as a word, with the signs that follow it.
_IDEOGRAPH = re.compile("[\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_PAUSES = frozenset(".,;:!?。\uff0c、\uff01\uff1f।…")

Span = tuple[float, float]  # seconds

_TAGS = "audio|break|emphasis|lang|mark|p|phoneme|prosody|s|say-as|speak|sub|voice|[a-z]+:[a-z-]+"
_SSML = re.compile(rf"</?\s*(?:{_TAGS})\b[^<>]*>", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SHOWN_CHARACTERS = 60


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


def check_text(request: SpeechRequest, max_characters: int) -> None:
    """Raise UnspeakableError if no voice of a model can speak the text of a request."""
    text = request.text
    if not text.strip():
        raise UnspeakableError("The text is empty")
    if not any(map(str.isalnum, spoken_text(text))):
        raise UnspeakableError(
            "There is nothing to read in the text: only marks, emoji or addresses. Write words."
        )
    if len(text) > max_characters:
        raise UnspeakableError(
            f"The text has {len(text)} characters; the model speaks at most {max_characters}."
            " Divide it between scenes."
        )
    if found := _CONTROL.search(text):
        raise UnspeakableError(
            f"The text has the control character U+{ord(found[0]):04X} at position"
            f" {found.start() + 1}: remove it."
        )
    if tag := _SSML.search(text):
        shown = tag[0][:_SHOWN_CHARACTERS]
        raise UnspeakableError(f"SSML is not supported: remove {shown} from the text.")


def check_model(request: SpeechRequest, model: Model) -> None:
    """Raise UnspeakableError for a language or a speed that a model does not offer.

    A model without a list of languages finds the language out from the text, but is not asked for
    one that there is not.
    """
    language = request.language
    if language and not model.languages and not language_code(language):
        raise UnspeakableError(
            f"{language} is no known language. Give its English name, or a tag such as de-AT.",
            "language",
        )
    if model.languages and language and language_code(language) not in model.languages:
        raise UnspeakableError(
            f"{model.name} does not speak {language_name(language)}. Choose another model"
            " or provider.",
            "language",
        )
    if model.speeds and not min(model.speeds) <= request.speed <= max(model.speeds):
        offered = " to ".join(f"{speed:g}" for speed in dict.fromkeys(model.speeds))
        raise UnspeakableError(
            f"{model.name} speaks at a speed of {offered}, not {request.speed:g}.", "speed"
        )
