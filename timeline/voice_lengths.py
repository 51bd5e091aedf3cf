"""How long voices are heard, and how long scenes last that speak. Times are in seconds."""

from collections.abc import Iterable, Mapping
from typing import Any

from timeline.frames import Number, plain

Entry = Mapping[str, Any]  # of the voice track: the place of a scene's voice

LEAD = 0.2  # from the start of a scene's clip to its voice
TAIL = 0.2  # that a scene lasts after its voice, if nobody arranged the timeline
END_PAUSE = 1  # that the last one does in works that are created: the music ends in it


def end_pause_of(state: Mapping[str, Any]) -> Number:
    """Return how long the last scene of a timeline lasts after its voice, if nobody arranged it."""
    pause: Number | None = state.get("endPause")
    return TAIL if pause is None else pause


def entries_by_scene(entries: Iterable[Entry]) -> dict[int, Entry]:
    """Return the entries of a voice track by their scenes; of several, the first one."""
    found: dict[int, Entry] = {}
    for entry in entries:
        found.setdefault(entry["sceneIndex"], entry)
    return found


def heard_seconds(seconds: Number, entry: Entry) -> Number:
    """Return how long a voice is heard, given the length of its file."""
    rest = seconds - (entry.get("trimStart") or 0) - (entry.get("trimEnd") or 0)
    return plain(max(rest, 0) / (entry.get("speed") or 1))


def least_seconds(seconds: Number | None, entry: Entry, pause: Number = TAIL) -> Number:
    """Return how long a scene lasts at least in a timeline that nobody arranged.

    It lasts for a `pause` after its voice. A voice that is silenced needs no time.
    """
    if seconds is None or entry.get("volume") == 0:
        return 0
    return LEAD + heard_seconds(seconds, entry) + pause
