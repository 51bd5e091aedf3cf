"""Voices that a video cuts: they begin before it, or are still speaking when it ends. Pure."""

from collections.abc import Callable, Iterator

from export.plan.plan import Plan
from export.plan.voice_places import PlacedVoice
from timeline.frames import tenths

_TOLERANCE = 0.05  # seconds: less of a word is not missed, and videos end with a frame


def cut_voices(plan: Plan, number_of: Callable[[int], int]) -> list[str]:
    """Return a warning for each voice of which only a part is heard in a video.

    Voices that are wholly before or after what is exported are not meant to be heard.
    """
    return [warning for each in plan.heard_voices for warning in _warnings(each, plan, number_of)]


def _warnings(placed: PlacedVoice, plan: Plan, number_of: Callable[[int], int]) -> Iterator[str]:
    if not placed.voice.speech:
        return
    begin = placed.start + placed.voice.speech[0][0]
    end = placed.start + placed.voice.speech[-1][1]
    first, last = float(plan.first / plan.fps), float(plan.last / plan.fps)
    name = f"The voice of scene {number_of(placed.voice.scene)}"
    if end > last + _TOLERANCE:
        missing = tenths(end - max(last, begin))
        yield f"{name} is cut: its last {missing} seconds are after the end of the video."
    if begin < first - _TOLERANCE:
        missing = tenths(min(first, end) - begin)
        yield f"{name} is cut: its first {missing} seconds are before the beginning of the video."
