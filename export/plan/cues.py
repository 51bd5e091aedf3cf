"""Captions, and the words that are spoken in them. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple


class CueWord(NamedTuple):
    """A word of a caption, with its times on the caption's clock."""

    text: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Cue:
    """A caption. Without times it is shown while its scene is.

    `words` are those of its text, with their times, if these are known. All times count from the
    start of the voice of the scene `voice`, if there is one.
    """

    text: str
    start: float | None = None
    end: float | None = None
    scene: int | None = None
    words: tuple[CueWord, ...] = ()
    voice: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Return JSON values; what captions without words lack is left out."""
        values = {**asdict(self), "words": [[*word] for word in self.words]}
        if not self.words:
            del values["words"]
        if self.voice is None:
            del values["voice"]
        return values

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Cue":
        """Return the caption that `to_json` wrote."""
        words = tuple(CueWord(*word) for word in values.get("words", ()))
        return cls(**{**values, "words": words})
