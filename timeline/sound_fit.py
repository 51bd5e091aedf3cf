"""Music that ends before the video does, and sounds that last longer than their files. Pure."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from storage.paths import ID_PATTERN
from timeline.context import Context
from timeline.frames import Number, tenths
from timeline.item_kinds import Action
from timeline.scene_clips import State, clips_of_timeline

QUIET_END = 0.5  # seconds without music at the end of a video that are not noticed
_TOLERANCE = 0.1  # seconds that a sound may last longer than its file
_ASSET = re.compile(f"/assets/({ID_PATTERN})\\Z")


def music_asset(url: str | None) -> str | None:
    """Return the id of the asset that is the music; None for the work's own audio, or no music."""
    try:
        found = _ASSET.search(urlsplit(url or "").path)
    except ValueError:  # such as an unfinished IPv6 address
        return None
    return found[1] if found else None


def music_warnings(state: State, context: Context, before: State | None = None) -> Iterator[str]:
    """Yield a warning if the music ends before the video does, and earlier than `before`."""
    rest = _seconds_without_music(state, context)
    known = 0 if before is None else _seconds_without_music(before, context)
    if rest > max(known, QUIET_END):
        seconds = tenths(rest)
        unit = "second" if seconds == "1" else "seconds"
        told = f"The music ends {seconds} {unit} before the video does"
        yield f"{told}. Let it repeat (loop), make longer music, or give it places."


def _seconds_without_music(state: State, context: Context) -> Number:
    """Return how long a video has no music at its end, since the file of that has ended.

    Music with places of its own is heard as somebody wants it, music that is repeated has no end,
    and the length of a work's own audio is not known: then it is 0.
    """
    if (state.get("editorData") or {}).get("audioTrack") or state.get("audioLoop"):
        return 0
    seconds = context.seconds_of({"assetId": music_asset(state.get("audioUrl"))})
    if seconds is None:
        return 0
    return max(clips_of_timeline(state, context).end_seconds() - seconds, 0)


def sound_warnings(action: Action, context: Context) -> Iterator[str]:
    """Yield a warning if a sound lasts longer than what is left of its file."""
    seconds = context.seconds_of({"assetId": action["assetId"]})
    if seconds is None:
        return
    rest = max(seconds - (action.get("trimStart") or 0), 0)
    if action["end"] - action["start"] > rest + _TOLERANCE:
        yield f"The sound {action['id']} is silent after {rest:g} seconds, where its file ends."
