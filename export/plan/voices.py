"""What is heard of a scene's voice, of the music and of sound effects on a timeline. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from media.levelling import UNCHANGED, Levelling

_FADES = ("fade_in", "fade_out")
_JUMP = 0.01  # seconds: less, in the times of music, comes from rounding


@dataclass(frozen=True, slots=True)
class Voice:
    """The voice of a scene: `seconds` of its file from `trim` on, at a speed.

    Without `start`, it follows the start of the scene's first clip. `speech` is when it speaks, in
    seconds of the timeline after its start. `file` is the entity tag of the file that all this is
    known of, "" for whatever file is there. `volume` has the gain of `levelling`.
    """

    scene: int
    seconds: float
    start: float | None = None
    trim: float = 0.0
    speed: float = 1.0
    volume: float = 1.0
    speech: tuple[tuple[float, float], ...] = ()
    file: str = ""
    levelling: Levelling = UNCHANGED

    @property
    def length(self) -> float:
        """How long it is heard on the timeline, in seconds."""
        return self.seconds / self.speed

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Voice":
        """Return the voice that a stored timeline contains."""
        speech = tuple((start, end) for start, end in values["speech"])
        levelling = Levelling.from_json(values.get("levelling", {}))
        return cls(**{**values, "speech": speech, "levelling": levelling})


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
