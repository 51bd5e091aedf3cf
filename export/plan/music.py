"""Music and sound effects on a timeline. Pure."""

from dataclasses import asdict, dataclass
from typing import Any

_FADES = ("fade_in", "fade_out")
_JUMP = 0.01  # seconds: less, in the times of music, comes from rounding


@dataclass(frozen=True, slots=True)
class Music:
    """Sound under the whole video: the work's own audio, or an audio asset. Also a sound effect.

    `end` None is the end of the video, `trim` where the sound begins, and fades are in seconds.
    """

    asset: str | None = None
    volume: float = 1.0
    start: float = 0.0
    end: float | None = None
    trim: float = 0.0
    fade_in: float = 0.0
    fade_out: float = 0.0

    @property
    def key(self) -> dict[str, Any]:
        """What is heard of a file: a part of the key of the mixed sound."""
        values = asdict(self)
        return {name: value for name, value in values.items() if value or name not in _FADES}

    def continues(self, before: "Music") -> bool:
        """Return whether it goes on from other music without a jump: it was split there."""
        if (self.asset, self.volume) != (before.asset, before.volume) or before.end is None:
            return False
        if self.fade_in or before.fade_out:
            return False
        jump = self.trim - before.trim - (self.start - before.start)
        return abs(self.start - before.end) < _JUMP and abs(jump) < _JUMP
