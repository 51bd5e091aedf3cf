"""What is on a timeline beside clips: texts, pictures, captions, the music, voices and sounds.

Each has a start, after that of a clip if it is anchored to one, and a length, in frames.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from timeline.frames import Span
from timeline.orders import Key

Action = Mapping[str, Any]
Starts = Mapping[str, int]  # the frame at which each clip begins


class Kind(NamedTuple):
    """A kind of items: the track that they are on, where their overlays are, if they have any.

    Those with overlays are one above the other, in the order of the list; others are in the order
    of their starts. An optional track is missing where nothing is on it.
    """

    name: str
    track: str
    overlays: str = ""
    is_optional: bool = False

    @property
    def is_layered(self) -> bool:
        """Whether they are one above the other."""
        return bool(self.overlays)


TEXT = Kind("text", "textTrack", "textOverlays")
PICTURE = Kind("picture", "imageTrack", "imageOverlays")
PLACE = Kind("place", "audioTrack")
VOICE = Kind("voice", "voiceTrack", is_optional=True)
SOUND = Kind("sound", "soundTrack", is_optional=True)
CAPTION = Kind("caption", "captions", is_optional=True)
KINDS = (TEXT, PICTURE, PLACE, VOICE, SOUND, CAPTION)


class Registers(NamedTuple):
    """What an item is made of: `start` and `length` are frames, `fields` the rest of its action."""

    anchor: str | None
    start: int
    length: int
    fields: Action
    overlay: Action | None = None


@dataclass(slots=True)
class Item:
    """An item; `now` are its registers if an operation touched it, `id` "" until it is needed."""

    id: str
    action: Action | None = None
    overlay: Action | None = None
    order: Key = 0
    order_before: Key | None = None
    now: Registers | None = None
    was: Registers | None = None  # before the operation, once it was asked for


def shown_at(registers: Registers, starts: Starts) -> Span:
    """Return the frames in which an item is shown."""
    start = registers.start + (0 if registers.anchor is None else starts[registers.anchor])
    return Span(start, start + registers.length)
