"""When the words of a text are heard in a speech of eSpeak NG.

The program reports where a word begins, also in the silence before a closed consonant, and not
where it ends. Here a word begins and ends where it is heard. Some words are reported together
("at once"): they share the time that both take.
"""

from array import array
from itertools import pairwise

from providers.espeak import Speech
from providers.sound_contract import Word
from providers.timed_words import spread, word_spans

_WINDOW_SECONDS = 0.005
_HEARD = 0.02  # of the speech's loudest sample


def word_times(text: str, speech: Speech) -> tuple[Word, ...]:
    """Return the words of a text with their times, without overlaps."""
    heard, window = _heard(speech)
    times: list[Word] = []
    for words, start, end in _groups(text, speech):
        span = _trim(heard, start // window, end // window)
        seconds = [edge * window / speech.rate for edge in span]
        times += spread(words, [(seconds[0], seconds[1])])
    return tuple(times)


def _groups(text: str, speech: Speech) -> list[tuple[list[str], int, int]]:
    """Return the words that are reported together, with their first sample and the next one's."""
    spans = word_spans(text)
    firsts: list[tuple[int, int]] = []  # the number of a word, and its sample
    number = 0
    for position, sample in speech.beginnings:
        while number + 1 < len(spans) and spans[number + 1][0] <= position:
            number += 1
        if not firsts or number > firsts[-1][0]:
            firsts.append((number if firsts else 0, sample))
    groups = pairwise([*firsts, (len(spans), len(speech.samples) // 2)])
    return [
        ([text[slice(*span)] for span in spans[first:following]], start, end)
        for (first, start), (following, end) in groups
    ]


def _heard(speech: Speech) -> tuple[list[bool], int]:
    """Return which windows of a speech are loud enough to be heard, and their samples."""
    samples = memoryview(array("h", speech.samples))
    window = round(_WINDOW_SECONDS * speech.rate)
    peaks = []
    for start in range(0, len(samples), window):
        part = samples[start : start + window].tolist()
        peaks.append(max(*part, -min(part)))
    least = _HEARD * max(peaks, default=0)
    return [peak > least for peak in peaks], window


def _trim(heard: list[bool], start: int, end: int) -> tuple[int, int]:
    """Return a range of windows, at least one, without the silence at its beginning and end."""
    loud = [number for number in range(start, min(end, len(heard))) if heard[number]]
    return (loud[0], loud[-1] + 1) if loud else (start, max(end, start + 1))
