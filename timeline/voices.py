"""Where voices are heard: at places of their own, or just after the starts of their scenes' clips.

console/static/timeline/voices.js has the same rules for the page.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from timeline.clips import Action, Clips
from timeline.context import Context
from timeline.frames import Number, Rate, plain
from timeline.scene_clips import State, clips_of_timeline, is_arranged
from timeline.voice_lengths import LEAD, entries_by_scene, heard_seconds


class Voice(NamedTuple):
    """The voice of a scene on the timeline; `start`, `end` and `trim` are seconds.

    `id` is that of its entry on the voice track, None at the place that follows from the clip.
    """

    scene: int
    start: Number
    end: Number
    trim: Number = 0
    speed: Number = 1
    volume: Number = 1
    id: str | None = None

    def time_of(self, seconds: Number) -> Number:
        """Return when a time of its file is heard, in seconds of the timeline."""
        return plain(self.start + (seconds - self.trim) / self.speed)


def voices_of(state: State, context: Context) -> list[Voice]:
    """Return the voices that a timeline has, in the order of their starts."""
    return voices_under(clips_of_timeline(state, context), state, context)


def voices_under(clips: Clips, state: State, context: Context) -> list[Voice]:
    """Return the voices that a timeline with these clips has, in the order of their starts."""
    starts = first_starts(clips)
    return voices_at(placed_entries(state), context.voices, starts, clips.rate)


def placed_entries(state: State) -> list[Action]:
    """Return the entries of the voice track; without `start`, they are at their scenes' clips.

    In a timeline that nobody arranged, scenes get longer and shorter: entries that are anchored to
    clips follow these.
    """
    entries = (state.get("editorData") or {}).get("voiceTrack") or []
    if is_arranged(state):
        return list(entries)
    return [
        {key: value for key, value in entry.items() if key != "start"}
        if "anchor" in entry
        else entry
        for entry in entries
    ]


def voices_at(
    entries: Iterable[Action],
    seconds: Mapping[int, Number],
    starts: Mapping[int, int],
    rate: Rate,
) -> list[Voice]:
    """Return the voices, given their lengths and the frames at which scenes are first shown.

    A scene without an entry has its voice at its clip; if it has no clip either, it is not heard.
    """
    by_scene = entries_by_scene(entries)
    voices = [
        _voice(scene, length, by_scene.get(scene, {}), starts.get(scene), rate)
        for scene, length in seconds.items()
    ]
    found = [voice for voice in voices if voice is not None]
    return sorted(found, key=lambda voice: (voice.start, voice.scene))


def first_starts(clips: Clips) -> dict[int, int]:
    """Return the frame at which each scene is first shown."""
    found: dict[int, int] = {}
    for clip, span in zip(clips.list, clips.spans(), strict=True):
        if clip.scene is not None:
            found.setdefault(clip.scene, span.start)
    return found


def _voice(
    scene: int, seconds: Number, entry: Action, clip_start: int | None, rate: Rate
) -> Voice | None:
    if "start" in entry:
        start = max(entry["start"], 0)
    elif clip_start is not None:
        start = rate.seconds(clip_start) + LEAD
    else:
        return None
    volume = entry.get("volume")
    return Voice(
        scene,
        start,
        plain(start + heard_seconds(seconds, entry)),
        entry.get("trimStart") or 0,
        entry.get("speed") or 1,
        1 if volume is None else volume,
        entry.get("id"),
    )
