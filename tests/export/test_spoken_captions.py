"""Burned captions that follow spoken words: which word is lit in which frame, as one input."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import orjson
import pytest

from export.plan.caption_looks import CaptionLook, Room, caption_look, caption_room
from export.plan.cue_spans import cue_spans
from export.plan.cues import Cue, CueWord
from export.plan.frame_size import Frame
from export.plan.spoken_captions import State, states_of, within
from export.plan.timeline import Clip, Output, Timeline
from export.render.drawn_overlays import Overlay, Shown, playlist
from export.render.filters import Look
from export.render.segment_args import segment_args
from media.drawing.overlays import SpokenWords, TextOverlay
from media.overlays import Sprite, draw_overlays
from tests.export.measure import Frame as Pixels
from tests.export.renders import render
from tests.service import ROOT
from timeline.frames import Span

pytestmark = pytest.mark.usefixtures("drawn_here")

FPS = Fraction(30)
SPOKEN_CUES = json.loads((ROOT / "tests" / "timeline" / "spoken_cues.json").read_text("utf-8"))
RED, BLUE = "#ff0000", "#0000ff"
# Two captions: the second one goes on while the clip changes, at 1.5 s.
CUES = [
    Cue("one two", 0.1, 0.9, words=(CueWord("one", 0.24, 0.43), CueWord("two", 0.43, 0.5))),
    Cue(
        "three four\nfive",
        0.2,
        1.2,
        voice=1,
        words=(CueWord("three", 0.2, 0.5), CueWord("four", 0.6, 0.8), CueWord("five", 0.8, 1.2)),
    ),
]


def test_captions_without_words_are_stored_as_before_there_were_any():
    timeline = Timeline(Output(64, 64), [], cues=[Cue("a", 0, 1)])

    values = timeline.to_json()

    assert values["cues"] == [{"text": "a", "start": 0, "end": 1, "scene": None}]
    assert "caption_look" not in values
    assert Timeline.from_json(values) == timeline


def test_captions_with_words_are_read_as_they_were_stored():
    look = CaptionLook("karaoke", position="top")
    timeline = Timeline(Output(64, 64), [], cues=CUES, caption_look=look)

    assert Timeline.from_json(orjson.loads(orjson.dumps(timeline.to_json()))) == timeline


@pytest.mark.parametrize("case", SPOKEN_CUES, ids=lambda case: case["name"])
def test_captions_and_words_are_shown_as_in_the_page(case):
    cues = [
        Cue("", start, end, voice=voice, words=tuple(CueWord(*word) for word in words))
        for start, end, voice, words in case["cues"]
    ]
    starts: dict[int | None, float] = {int(key): value for key, value in case["starts"].items()}

    spans = cue_spans(cues, [], starts, FPS)

    assert [[*span] for [span] in spans] == case["spans"]
    for cue, [span], states in zip(cues, spans, case["states"] or [None] * len(cues), strict=True):
        found = states_of(cue, starts[cue.voice], span, FPS)
        assert states is None or [[*state] for state in found] == states


def test_word_is_lit_until_the_next_one_unless_that_is_late():
    first, second = (
        states_of(cue, offset, span, FPS)
        for cue, offset, span in zip(CUES, (0.0, 1.0), (Span(3, 27), Span(36, 66)), strict=True)
    )

    assert first == (State(3, -1), State(7, 0), State(13, 1), State(15, -1))
    assert second == (State(36, 0), State(48, 1), State(54, 2))


def test_of_words_in_one_frame_the_last_one_is_lit():
    words = (CueWord("a", 0.0, 0.001), CueWord("b", 0.002, 0.01), CueWord("c", 0.011, 0.5))

    assert states_of(Cue("a b c", 0, 0.5, words=words), 0.0, Span(0, 15), FPS) == (State(0, 2),)


def test_states_of_a_part_begin_with_the_one_that_goes_on():
    states = (State(36, 0), State(48, 1), State(54, 2))

    assert within(states, 50, 0, 10) == [State(0, 1), State(4, 2)]
    assert within(states, 30, 6, 20) == [State(6, 0), State(18, 1)]
    assert within((), 30, 6, 20) == []


def test_playlist_has_the_pictures_half_a_frame_early():
    overlay = Overlay("/a/o.png", 0, 0, 2, 2, ("/a/o-0.png", "/a/it's.png"))

    listed = playlist(overlay, [State(6, -1), State(12, 0), State(18, 1)], (6, 24), FPS)

    assert listed.splitlines() == [
        "ffconcat version 1.0",
        "file '/a/o.png'",
        "option framerate 60",
        "duration 0.383333",
        "file '/a/o-0.png'",
        "option framerate 60",
        "duration 0.200000",
        r"file '/a/it'\''s.png'",
        "option framerate 60",
        "duration 0.216667",
    ]


def test_long_word_that_is_shown_alone_is_made_smaller():
    def height(word: str) -> int:
        """Return how high a word is; it is as wide as lines may be, at most."""
        spoken = SpokenWords([word], RED, alone=True)
        text = TextOverlay("", 30, BLUE, wrap=0.8, shadow=False, spoken=spoken)
        [sprite] = draw_overlays([text], 200, 300)
        assert sprite is not None
        assert sprite.width <= 168  # with the edges of the picture
        return sprite.height

    assert 24 < height("Wind") < 35
    assert 8 < height("Windenergieanlagenfeld") < 20


def test_captions_are_above_the_buttons_of_apps_if_a_look_was_chosen():
    before = caption_room(1080, 1920, caption_look({}))
    chosen = caption_room(1080, 1920, caption_look({"sound": {"captions": {"style": "plain"}}}))

    assert before.middle == pytest.approx(0.86 * 1920)
    assert chosen.bottom < 0.8 * 1920
    assert caption_room(1080, 1080, CaptionLook(is_chosen=True)) == Room(27, 1053, 0.86 * 1080)


@pytest.fixture(scope="module")
def karaoke(sources, tmp_path_factory):
    """The captions over two clips."""
    size = (400, 400)
    files = [sources.solid("0x606060", size), sources.solid("0x507050", size)]
    clips = [Clip(0, 0, 1.5), Clip(1, 1.5, 2.4)]
    cues = [
        CUES[0],
        replace(
            CUES[1],
            voice=None,
            start=1.2,
            end=2.2,
            words=tuple(CueWord(word.text, word.start + 1, word.end + 1) for word in CUES[1].words),
        ),
    ]
    return render(
        tmp_path_factory.mktemp("karaoke"),
        clips,
        files,
        output=Output(*size, 30, captions="burn"),
        cues=cues,
        caption_look=CaptionLook("karaoke", BLUE, RED),
    )


def lit(frame: Pixels) -> int | None:
    """Return the column of the middle of what is in the accent colour."""
    reds = np.nonzero((frame[:, :, 0] > 150) & (frame[:, :, 1:].max(axis=2) < 110))[1]
    return int((reds.min() + reds.max()) / 2) if len(reds) > 5 else None


def has_blue(frame: Pixels) -> bool:
    return bool(((frame[:, :, 2] > 180) & (frame[:, :, 0] < 90)).any())


def test_karaoke_lights_each_word_at_its_frame(karaoke):
    frames = [frame[300:] for frame in karaoke.frames]  # where captions are
    columns = [lit(frame) for frame in frames]

    assert [has_blue(frame) for frame in frames] == [
        3 <= number < 27 or 36 <= number < 66 for number in range(72)
    ]
    lit_frames = [number for number, column in enumerate(columns) if column is not None]
    assert lit_frames == [*range(7, 15), *range(36, 66)]
    changes = [
        number
        for number in range(1, 72)
        if (columns[number] is None) != (columns[number - 1] is None)
        or abs((columns[number] or 0) - (columns[number - 1] or 0)) > 5
    ]
    assert changes == [7, 13, 15, 36, 48, 54, 66]


def test_captions_that_follow_are_drawn_by_the_same_program(sources, tmp_path, monkeypatch):
    drawn: list[int] = []

    def draw(overlays: Sequence[TextOverlay], *arguments: Any) -> Iterator[Sprite | None]:
        drawn.append(len(overlays))
        return draw_overlays(overlays, *arguments)

    monkeypatch.setattr("export.render.drawn_overlays.draw_overlays", draw)
    files = [sources.solid("0x606060"), sources.solid("0x507050")]
    cues = [Cue(f"{number}", number / 5, number / 5 + 0.2) for number in range(1, 4)]
    output = Output(96, 160, 30, captions="burn")
    clips = [Clip(0, 0, 0.5), Clip(1, 0.5, 1)]
    render(tmp_path, clips, files, output=output, cues=cues, decode=False)

    assert sorted(drawn, reverse=True)[:2] in ([3, 0], [2, 1])


def test_filters_do_not_grow_with_words(karaoke):
    plan = karaoke.plan
    segment = next(each for each in plan.segments if each.overlays)
    look = Look(Frame(400, 400, 1.0), plan.fps, "contain", "standard")
    overlays = [Overlay("o.png", 0, 0, 2, 2, tuple(["w.png"] * count)) for count in (2, 600)]
    few, many = (
        segment_args([segment._replace(view=None)], {}, [Shown(each, 0, 9, (), "l.txt")], look)
        for each in overlays
    )

    assert few == many
    assert few.count("-i") == 1
