"""Captions of a video: which are in it, and how WebVTT and SubRip write them."""

from typing import Any

import pytest

from export.plan.captions import cues_of, to_srt, to_vtt
from export.plan.clips import Source
from export.plan.cues import Cue, CueWord
from export.plan.plan import make_plan
from export.plan.timeline import Clip, Output, Timeline
from export.plan.voices import Voice


def cues(*captions: Cue, seconds: float = 4, **parts: Any) -> list[dict[str, Any]]:
    timeline = Timeline(Output(64, 64, 30), [Clip(0, 0, seconds)], cues=[*captions], **parts)
    return cues_of(timeline, make_plan(timeline, {0: Source(seconds)}))


def cue(text: str, start: float = 0.0, end: float = 1.5) -> dict[str, Any]:
    return {"start": start, "end": end, "text": text}


def test_captions_are_in_the_order_of_web_vtt():
    found = cues(Cue("c", 2, 3), Cue("b", 1, 2), Cue("a", 1, 1.5))

    assert found == [cue("b", 1, 2), cue("a", 1, 1.5), cue("c", 2, 3)]


def test_captions_of_a_part_are_those_within_it_at_its_times():
    captions = [Cue("before", 0, 1), Cue("into", 0.5, 1.5), Cue("in", 1.5, 2), Cue("after", 3, 4)]

    found = cues(*captions, first=1, last=3)

    assert found == [cue("into", 0, 0.5), cue("in", 0.5, 1)]


def test_caption_ends_with_the_video():
    assert cues(Cue("a", 3, 99)) == [cue("a", 3, 4)]


@pytest.mark.parametrize(
    "caption", [Cue("", 0, 1), Cue(" \n ", 0, 1), Cue("a", 1, 1.001), Cue("a", 5, 6), Cue("a")]
)
def test_caption_that_nobody_would_see_is_left_out(caption):
    assert cues(caption) == []


def test_times_are_those_of_frames():
    assert cues(Cue("a", 0.34, 1.02)) == [cue("a", 0.333, 1.033)]


def test_caption_of_a_scene_is_shown_while_the_scene_is():
    assert cues(Cue("a", scene=0)) == [cue("a", 0, 4)]


def test_caption_of_a_split_scene_is_shown_with_all_of_its_pieces():
    clips = [Clip(0, 0, 2), Clip(0, 2, 6, trim=2), Clip(1, 6, 7), Clip(0, 7, 8)]
    timeline = Timeline(Output(64, 64, 30), clips, cues=[Cue("a", scene=0)])

    found = cues_of(timeline, make_plan(timeline, {0: Source(8), 1: Source(8)}))

    assert found == [cue("a", 0, 6), cue("a", 7, 8)]


def test_web_vtt():
    written = to_vtt([cue("Hello"), cue("Two\nlines", 3661.25, 3662)])

    assert written == (
        "WEBVTT\n\n"
        "00:00:00.000 --> 00:00:01.500\nHello\n\n"
        "01:01:01.250 --> 01:01:02.000\nTwo\nlines\n"
    )


def test_sub_rip():
    written = to_srt([cue("Hello"), cue("Two\nlines", 3661.25, 3662)])

    assert written == (
        "1\n00:00:00,000 --> 00:00:01,500\nHello\n\n2\n01:01:01,250 --> 01:01:02,000\nTwo\nlines\n"
    )


@pytest.mark.parametrize(
    ("text", "vtt"),
    [
        ("1 < 2 & 3 > 2", "1 &lt; 2 &amp; 3 &gt; 2"),
        ("<b>x</b>", "&lt;b&gt;x&lt;/b&gt;"),
        ("&lt;", "&amp;lt;"),
        ("a --> b", "a --&gt; b"),
        ("a\n\n \nb", "a\nb"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("ñ 🎬 שלום", "ñ 🎬 שלום"),
    ],
)
def test_text_is_no_markup_and_ends_no_caption_in_web_vtt(text, vtt):
    assert to_vtt([cue(text)]) == f"WEBVTT\n\n00:00:00.000 --> 00:00:01.500\n{vtt}\n"


@pytest.mark.parametrize(
    ("text", "srt"),
    [
        ("1 < 2 & 3", "1 < 2 & 3"),
        ("<b>x</b>", "<\u2060b>x<\u2060/b>"),
        ("a\n\n2\n00:00:00,000 --> 00:00:09,000\nb", "a\n2\n00:00:00,000 → 00:00:09,000\nb"),
    ],
)
def test_text_ends_no_caption_in_sub_rip(text, srt):
    assert to_srt([cue(text)]) == f"1\n00:00:00,000 --> 00:00:01,500\n{srt}\n"


def test_no_captions():
    assert to_vtt([]) == "WEBVTT\n\n"
    assert to_srt([]) == ""


def test_times_are_rounded_to_milliseconds():
    assert "00:00:59.999 --> 00:01:00.000" in to_vtt([cue("a", 59.9991, 59.9999)])


def test_words_of_a_voice_have_their_times_in_web_vtt():
    words = (CueWord("Tom &", 0.1, 0.4), CueWord("Ann", 0.4, 0.8), CueWord("came.", 0.9, 1.2))
    caption = Cue("Tom &\nAnn came.", 0.1, 1.3, words=words, voice=0)

    [found] = cues(caption, first=1, voices=[Voice(0, 2.0, 1.5)])
    written = to_vtt([found])

    assert found["words"] == [
        {"text": "Tom &", "start": 0.6, "end": 0.9},
        {"text": "Ann", "start": 0.9, "end": 1.3},
        {"text": "came.", "start": 1.4, "end": 1.7},
    ]
    assert written == (
        "WEBVTT\n\n00:00:00.600 --> 00:00:01.800\n"
        "Tom &amp;\n<00:00:00.900>Ann <00:00:01.400>came.\n"
    )


def test_captions_of_voices_end_where_the_next_one_speaks():
    captions = [Cue(f"{scene}", 0, 1, voice=scene) for scene in range(3)]
    voices = [Voice(0, 1.0, 0.0), Voice(1, 1.0, 0.8), Voice(2, 1.0, 2.0)]

    assert cues(*captions, voices=voices) == [
        cue("0", 0, 1),  # its second, while another voice speaks
        cue("1", 0.8, 2.0),
        cue("2", 2, 3),
    ]
