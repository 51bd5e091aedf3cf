"""Levelling: the gain, limiter and corrections that bring a voice to the level of all voices.

Peaks are limited where they would be too high, so that a knock does not keep a voice quiet.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from schemas.sound import VOICE_CHANNELS

RATE = 48_000
VOICE_LUFS = -16
# As sound is mixed: mono is heard on both sides, more channels on two. FFmpeg itself makes mono 3
# dB lower on two channels.
TO_RATE = f"aresample={RATE}"
BOTH, TWO = "pan=stereo|c0=c0|c1=c0", "aformat=channel_layouts=stereo"

LEFT, RIGHT, OPPOSITE = VOICE_CHANNELS
GAIN, LIMITED, OFFSETS, SIDES = LEVELLING = (
    "voiceGain",
    "voiceLimited",
    "voiceOffsets",
    "voiceChannels",
)

_LIMIT = -1.4  # dB of what is limited: encoding adds a little
_OVER = 4 * RATE  # true peaks lie between samples, so more of them are limited
_LIMITER = f"alimiter=level=false:limit={10 ** (_LIMIT / 20):.4f}:attack=1:release=50:latency=true"
# For each channel of the result: the channel that it is made of, and its factor.
_SIDES = {"": ((0, 1), (1, 1)), LEFT: ((0, 1),) * 2, RIGHT: ((1, 1),) * 2}
_SIDES[OPPOSITE] = ((0, 1), (1, -1))


@dataclass(frozen=True, slots=True)
class Levelling:
    """How a voice is brought to its level.

    `gain` are decibels, with peaks limited after it if `is_limited`. `offsets` are the constants
    that are taken from the samples of both channels before. `channels`: both are made of the
    left or the right one, or they are in opposite phase, of which one is turned.
    """

    gain: float = 0.0
    is_limited: bool = False
    offsets: tuple[float, ...] = ()
    channels: str = ""

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> "Levelling":
        """Return the levelling that the facts of a voice, or its scene's entry, state."""
        return cls(
            facts.get(GAIN) or 0.0,
            bool(facts.get(LIMITED)),
            tuple(facts.get(OFFSETS) or ()),
            facts.get(SIDES) or "",
        )

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Levelling":
        """Return the levelling that a stored timeline contains."""
        return cls(**{**values, "offsets": tuple(values.get("offsets", ()))})

    def facts(self) -> dict[str, Any]:
        """Return the facts that state it; None for what there is nothing of."""
        return {
            GAIN: self.gain,
            LIMITED: self.is_limited or None,
            OFFSETS: list(self.offsets) or None,
            SIDES: self.channels or None,
        }

    @property
    def mends(self) -> bool:
        """Whether samples are changed before the gain."""
        return bool(self.offsets or self.channels)

    @property
    def key(self) -> list[Any]:
        """What is done besides a gain, as a part of a key; empty for nothing."""
        limited = self.gain if self.is_limited else None
        return [limited, *self.offsets, self.channels, _LIMIT] if self.filters else []

    @property
    def filters(self) -> list[str]:
        """FFmpeg's filters for stereo at 48 kHz; those of the gain only if peaks are limited."""
        return [*self._mending, *(self._limiting if self.is_limited else [])]

    @property
    def _mending(self) -> list[str]:
        """FFmpeg's filters that put the channels of stereo right."""
        if not self.mends:
            return []
        offsets = self.offsets or (0.0, 0.0)
        sides = (f"{sign}*(val({side})-({offsets[side]}))" for side, sign in _SIDES[self.channels])
        return [f"aeval={'|'.join(sides)}:c=same"]

    @property
    def _limiting(self) -> list[str]:
        """FFmpeg's filters that amplify sound and limit its peaks."""
        return [f"volume={self.gain:.2f}dB", f"aresample={_OVER}", _LIMITER, TO_RATE]


UNCHANGED = Levelling()
