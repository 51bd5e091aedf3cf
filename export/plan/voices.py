"""The voice of a scene: what is heard of it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from media.levelling import UNCHANGED, Levelling


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
