"""What is heard of the clips: from when on, how loud, and how it fades. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from export.plan.clips import PlacedClip, Source, run_starts
from export.plan.timeline import MediaId
from timeline.frames import to_frame
from timeline.time_map import NORMAL_SPEED


class ClipSound(NamedTuple):
    """The sound of a clip: from `start` on for `frames`, faded in and out.

    A fade is as long as the clip's own, or as the transition there if that is longer. `continues`:
    it goes on from the sound before, without a jump, since a clip was split there.
    """

    media: MediaId
    at: float
    start: int
    frames: int
    fade_in: int = 0
    fade_out: int = 0
    continues: bool = False
    speed: float = NORMAL_SPEED
    volume: float = 1.0

    @property
    def key(self) -> list[MediaId | float]:
        """What is heard of a file: a part of the key of the mixed sound."""
        *values, speed, volume = self
        return values if (speed, volume) == (NORMAL_SPEED, 1) else [*values, speed, volume]


def sounds_of(
    clips: Sequence[PlacedClip], sources: Mapping[MediaId, Source], fps: Fraction
) -> Iterator[ClipSound]:
    """Yield the sounds of the clips, each from where its media begins to where its place ends."""
    starts = run_starts(clips, fps)
    before: ClipSound | None = None
    for number, placed in enumerate(clips):
        clip = placed.clip
        length = sources[clip.media].sound_seconds
        if length is None or clip.trim >= length or not (clip.speed and clip.volume):
            before = None
            continue
        fade_in, fade_out = _fades(placed, fps)
        continues = (
            before is not None
            and starts[number] < number
            and before.volume == clip.volume
            and not (before.fade_out or fade_in)
        )
        before = ClipSound(
            clip.media,
            clip.trim,
            placed.begin,
            placed.end - placed.begin,
            fade_in,
            fade_out,
            continues,
            clip.speed,
            clip.volume,
        )
        yield before


def _fades(placed: PlacedClip, fps: Fraction) -> tuple[int, int]:
    """Return how many frames the sound of a clip fades in and out: at most all of them."""
    clip, frames = placed.clip, placed.end - placed.begin
    own = (to_frame(clip.fade_in, fps), to_frame(clip.fade_out, fps))
    over = (placed.start - placed.begin, placed.transition_frames)
    fade_in, fade_out = (min(max(pair), frames) for pair in zip(own, over, strict=True))
    return fade_in, fade_out
