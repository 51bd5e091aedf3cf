"""The pictures of a caption whose words are spoken, as one input of FFmpeg: a list with times."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from export.plan.spoken_captions import NO_WORD, State
from export.render.drawn_overlays import Overlay


def playlist(
    overlay: Overlay, states: Sequence[State], shown: tuple[int, int], fps: Fraction
) -> str:
    """Return the list of the pictures that are shown from frame 0 on, the first one before too.

    A picture begins half a frame early, so that no rounding of times makes it late. FFmpeg rounds
    them to the frame rate of a picture, which is 25 unless the list says another one.
    """
    rate = f"option framerate {2 * fps}"
    begins = [Fraction(0), *((state.frame - Fraction(1, 2)) / fps for state in states[1:])]
    lines = ["ffconcat version 1.0"]
    for state, (begin, end) in zip(states, pairwise([*begins, shown[1] / fps]), strict=True):
        path = overlay.path if state.word == NO_WORD else overlay.words[state.word]
        lines += [f"file {_quoted(path)}", rate, f"duration {float(end - begin):.6f}"]
    return "\n".join(lines) + "\n"


def _quoted(path: str) -> str:
    return "'" + path.replace("'", "'\\''") + "'"
