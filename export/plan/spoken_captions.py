"""Which word of a caption is spoken in which frames. Pure."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from export.plan.cues import Cue
from export.plan.timeline import Timeline
from timeline.caption_lines import GAP
from timeline.frames import Span, to_frame

NO_WORD = -1
_HELD = GAP  # seconds: a word stays lit until the next one if that follows sooner


class State(NamedTuple):
    """The word of a caption that is spoken from a frame on, by its index, or `NO_WORD`."""

    frame: int
    word: int


SpokenStates = Mapping[int, tuple[State, ...]]  # by the indexes of overlays


def spoken_states(
    timeline: Timeline,
    cues: Sequence[Sequence[Span]],
    starts: Mapping[int | None, float],
    fps: Fraction,
) -> SpokenStates:
    """Return which words of the captions that are burned in are spoken when.

    `cues` are the frames of the captions, `starts` the times at which voices begin.
    """
    if timeline.output.captions != "burn" or not timeline.caption_look.follows_words:
        return {}
    before = len(timeline.texts) + len(timeline.pictures)
    return {
        before + number: states_of(cue, starts.get(cue.voice, 0.0), spans[0], fps)
        for number, (cue, spans) in enumerate(zip(timeline.cues, cues, strict=True))
        if cue.words and spans
    }


def states_of(cue: Cue, offset: float, span: Span, fps: Fraction) -> tuple[State, ...]:
    """Return which word is spoken in the frames of a caption, whose clock begins at `offset`.

    Of words that begin in one frame, the last one is shown. The last word of a caption goes out
    when it ends, however long the caption is still shown.
    """
    words = cue.words
    states = {span.start: NO_WORD}
    for number, word in enumerate(words):
        states[_frame(word.start, offset, span, fps)] = number
        is_last = number + 1 == len(words)
        if is_last or words[number + 1].start - word.end >= _HELD:
            after = _frame(word.end, offset, span, fps)
            if after > max(states):
                states[after] = NO_WORD
    return tuple(State(*each) for each in sorted(states.items()) if each[0] < span.end)


def _frame(seconds: float, offset: float, span: Span, fps: Fraction) -> int:
    return max(span.start, to_frame(offset + seconds, fps))


def within(states: Sequence[State], begin: int, start: int, end: int) -> list[State]:
    """Return the states in some frames, counted from the frame `begin` on."""
    ends = [*(state.frame - begin for state in states[1:]), end]
    return [
        State(max(state.frame - begin, start), state.word)
        for state, after in zip(states, ends, strict=False)
        if after > start and state.frame - begin < end
    ]
