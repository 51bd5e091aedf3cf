"""Words of a line, spread over the time that is spoken."""

import pytest

from providers.sound_contract import Word
from providers.timed_words import spread_words, timed_words, word_spans


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Good morning, Ana!", ["Good", "morning,", "Ana!"]),
        ("  two\n lines ", ["two", "lines"]),
        ("早上好。", ["早", "上", "好。"]),
        ("Das WLAN-Kabel", ["Das", "WLAN-Kabel"]),
        ("สวัสดีตอนเช้า", ["สวัสดี", "ตอน", "เช้า"]),
        ("Well — no", ["Well —", "no"]),
        ("— Yes, 25 %", ["— Yes,", "25 %"]),
        ("…", ["…"]),
        ("", []),
    ],
)
def test_words_keep_their_punctuation(text, words):
    assert [text[start:end] for start, end in word_spans(text)] == words


def test_longer_words_take_longer():
    first, second = spread_words("a tomorrow", [(1.0, 10.0)])

    assert first == Word("a", 1.0, 2.0)
    assert second == Word("tomorrow", 2.0, 10.0)


def test_no_word_begins_or_ends_in_a_pause():
    words = spread_words("aaaa bbbb cccc dddd", [(0.0, 2.0), (5.0, 7.0)])

    assert [(word.start, word.end) for word in words] == [(0, 1), (1, 2), (5, 6), (6, 7)]


def test_nothing_spoken_has_no_words():
    assert spread_words("Hello", []) == ()
    assert spread_words(" ", [(0.0, 1.0)]) == ()


def test_words_last_from_their_first_character_to_their_last():
    spans = [(number / 10, (number + 1) / 10) for number in range(8)]

    assert timed_words("I am 早上", spans) == (
        Word("I", 0.0, 0.1),
        Word("am", 0.2, 0.4),
        Word("早", 0.5, 0.6),
        Word("上", 0.6, 0.7),
    )


def test_words_that_repeat_have_their_own_times():
    spans = [(float(number), number + 1.0) for number in range(5)]

    assert [word.start for word in timed_words("a b a", spans)] == [0.0, 2.0, 4.0]
