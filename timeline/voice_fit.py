"""Voices that do not fit: they run into the next one, or past the end of the video.

console/static/timeline/voice-fit.js has the same rules for the page. Nothing is cut or made faster
without being asked for: a warning says what can be done. Only in a timeline that nobody arranged,
a scene lasts as long as its voice (`least_seconds` in timeline/voice_lengths.py).
"""

import math
from collections.abc import Sequence
from itertools import zip_longest
from typing import NamedTuple

from schemas.sound_tracks import MAX_VOICE_SPEED
from timeline.context import Context
from timeline.frames import Number, tenths
from timeline.scene_clips import State, clips_of_timeline
from timeline.voice_lengths import TAIL, end_pause_of
from timeline.voices import Voice, voices_under

_TOLERANCE = 0.02  # seconds: less is not heard, and clips are rounded to frames


class Overrun(NamedTuple):
    """A voice that is still heard for `seconds` when another one begins, or the video ends.

    `following` is the scene of the other voice, None at the end; `speed` what would make it fit,
    None if that is faster than a voice may be, `longer` how much longer its clip has to be.
    """

    scene: int
    seconds: Number
    following: int | None
    speed: Number | None
    longer: Number

    def message(self, context: Context) -> str:
        """Return what a warning says, with the numbers of scenes in the context of the timeline."""
        where = "past the end of the video"
        if self.following is not None:
            where = f"into the voice of scene {context.number_of(self.following)}"
        longer = f"its clip {tenths(self.longer)} seconds longer"
        which = f"The voice of scene {context.number_of(self.scene)}"
        what = f"{which} runs {tenths(self.seconds)} seconds {where}."
        if self.speed is not None:
            return f"{what} Make {longer}, its text shorter, or its speed {self.speed:g}."
        limit = f"a speed of {MAX_VOICE_SPEED:g}, the highest one, is not enough"
        return f"{what} Make {longer}, or its text shorter; {limit}."


def voice_warnings(state: State, context: Context) -> list[str]:
    """Return warnings of the voices of a timeline that do not fit."""
    return [each.message(context) for each in overruns_of(state, context)]


def overruns_of(state: State, context: Context) -> list[Overrun]:
    """Return the voices of a timeline that do not fit."""
    if not context.voices:
        return []
    clips = clips_of_timeline(state, context)
    voices = voices_under(clips, state, context)
    return overruns(voices, clips.end_seconds(), end_pause_of(state))


def overruns(voices: Sequence[Voice], end: Number, end_pause: Number = TAIL) -> list[Overrun]:
    """Return the voices that do not fit, given all in the order of their starts.

    `end_pause` is that after a voice with which the video ends.
    """
    heard = [voice for voice in voices if voice.volume > 0 and voice.end > voice.start]
    found = [_overrun(*pair, end, end_pause) for pair in zip_longest(heard, heard[1:])]
    return [each for each in found if each is not None]


def _overrun(
    voice: Voice, following: Voice | None, end: Number, end_pause: Number
) -> Overrun | None:
    if following is not None and following.start > end:
        following = None
    limit = end if following is None else following.start
    seconds = voice.end - limit
    if seconds <= _TOLERANCE:
        return None
    speed = _fitting_speed(voice, limit)
    if following is None:
        return Overrun(voice.scene, seconds, None, speed, seconds + end_pause)
    return Overrun(voice.scene, seconds, following.scene, speed, seconds + TAIL)


def _fitting_speed(voice: Voice, limit: Number) -> Number | None:
    """Return the speed at which a voice ends in time, in hundredths; None above the highest."""
    if limit <= voice.start:
        return None
    speed = voice.speed * (voice.end - voice.start) / (limit - voice.start)
    hundredths = math.ceil(speed * 100 - 1e-6) / 100
    return hundredths if hundredths <= MAX_VOICE_SPEED else None
