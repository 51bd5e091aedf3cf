"""Times of words without a vendor that states them: estimated, or fitted to a known text."""

import itertools

import pytest

from generation.transcripts import fit_words
from media.speech_spans import spans_of
from providers.sound_contract import Word
from works.voice_words import estimate_words, tidy_words

LOUD, QUIET = 200, 2


def heard(text: str, seconds: float = 0.5) -> list[Word]:
    """Return words that each last so long."""
    words = enumerate(text.split())
    return [Word(word, number * seconds, (number + 1) * seconds) for number, word in words]


def starts(words: list[Word] | tuple[Word, ...]) -> dict[str, float]:
    return {word.text: word.start for word in words}


class TestSpans:
    def test_pauses_are_where_it_is_quiet(self):
        peaks = [QUIET] * 10 + [LOUD] * 50 + [QUIET] * 20 + [LOUD] * 25 + [QUIET] * 5

        assert spans_of(peaks) == [(0.2, 1.2), (1.6, 2.1)]

    def test_noise_below_a_quiet_voice_is_a_pause(self):
        peaks = [40] * 50 + [3] * 25 + [30] * 50

        assert spans_of(peaks) == [(0.0, 1.0), (1.5, 2.5)]

    def test_stops_within_words_and_clicks_do_not_count(self):
        peaks = [LOUD] * 25 + [QUIET] * 5 + [LOUD] * 25 + [QUIET] * 25 + [LOUD] + [QUIET] * 25

        assert spans_of(peaks) == [(0.0, 1.1)]

    @pytest.mark.parametrize("peaks", [[], [0] * 100, [3] * 100])
    def test_silence_has_none(self, peaks):
        assert spans_of(peaks) == []


class TestEstimate:
    def test_clause_after_a_pause_begins_there(self):
        text = "Short, this clause is a long one."

        words = estimate_words(text, [(0.0, 0.9), (1.4, 2.4)])

        assert starts(words)["this"] == 1.4
        assert next(word for word in words if word.text == "Short,").end == 0.9

    def test_pause_without_a_clause_divides_nothing(self):
        words = estimate_words("one two three four", [(0.0, 1.0), (1.5, 2.5)])

        assert [word.text for word in words] == ["one", "two", "three", "four"]
        assert all(before.end <= after.start for before, after in itertools.pairwise(words))

    def test_clauses_keep_their_order(self):
        text = "A b c. D e f. G h i. J k l."

        words = estimate_words(text, [(0.0, 1.0), (1.5, 2.5), (3.0, 4.0), (4.5, 5.5)])

        found = starts(words)
        assert [found[word] for word in "ADGJ"] == [0.0, 1.5, 3.0, 4.5]

    def test_silence_has_no_words(self):
        assert estimate_words("one two", []) == ()


class TestFitting:
    def test_known_spelling_gets_the_times_that_were_heard(self):
        fitted = fit_words("Arc — see MORE, tonight!", heard("arc see more tonight"))

        assert fitted.is_known
        assert starts(fitted.words) == {"Arc —": 0.0, "see": 0.5, "MORE,": 1.0, "tonight!": 1.5}

    def test_words_heard_otherwise_share_their_time(self):
        fitted = fit_words("It has 12 lamps inside.", heard("it has twelve lamps inside"))

        assert starts(fitted.words)["12"] == 1.0
        assert starts(fitted.words)["lamps"] == 1.5

    def test_several_words_heard_as_one_are_divided(self):
        fitted = fit_words("这盏灯", [Word("这盏灯", 1.0, 1.6)])

        assert [word.text for word in fitted.words] == ["这", "盏", "灯"]
        assert [word.start for word in fitted.words] == [1.0, 1.2, 1.4]

    def test_words_that_nobody_heard_take_a_gap(self):
        spoken = [Word("one", 0.0, 0.5), Word("three", 1.5, 2.0)]

        words = fit_words("one two three", spoken).words

        assert (words[1].start, words[1].end) == (0.5, 1.5)

    def test_something_else_that_was_spoken_is_what_was_heard(self):
        spoken = heard("hello this is quite another line")

        fitted = fit_words("A lamp by a window.", spoken)

        assert not fitted.is_known
        assert fitted.words == spoken


def test_words_are_stored_in_order_and_within_their_voice():
    words = [Word(" a ", 0.0, 0.6), Word("", 0.6, 0.7), Word("b", 0.5, 0.4), Word("c", 0.9, 3.0)]

    assert tidy_words(words, 2.0) == [
        {"text": "a", "start": 0.0, "end": 0.6},
        {"text": "b", "start": 0.6, "end": 0.6},
        {"text": "c", "start": 0.9, "end": 2.0},
    ]
