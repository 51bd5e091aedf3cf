"""Recordings of which a scene has several files: as it was made, and cleaned up.

Both are takes of its voice, and the facts of the cleaned one name the other. What belongs to the
recording stays right whichever file the scene has: its words, and its place on the timeline.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from storage.media.take_state import MADE_OF
from timeline.frames import plain
from timeline.voice_lengths import heard_seconds

Json = dict[str, Any]
Work = dict[str, Any]
Facts = Mapping[str, Any]

CUT_START, CUT_END = "cutStart", "cutEnd"

_DURATION = "voiceDuration"
_SAID = ("text", "textHash", "words", "wordsSource")


class _Shift(NamedTuple):
    """How many seconds a file lacks at both ends in comparison with another one."""

    start: float
    end: float


def is_cleaned(facts: Facts) -> bool:
    """Return whether a voice is a recording that was cleaned up."""
    return MADE_OF in facts


def are_of_one_recording(first: Facts, second: Facts) -> bool:
    """Return whether the facts are those of two files of one recording."""
    is_same_file = first.get("id") == second.get("id")
    return not is_same_file and _recording(first) == _recording(second)


def follow_recording(work: Work, index: int, before: Facts, after: Facts) -> Json:
    """Keep what belongs to a recording, of which a scene has another file than before.

    What is spoken stays where it was on the timeline. Return the facts that have to be added to
    those after: what was corrected since. There is nothing to do for another recording, or if the
    file is the same.
    """
    if not are_of_one_recording(before, after):
        return {}
    start, end = (after.get(name, 0.0) - before.get(name, 0.0) for name in (CUT_START, CUT_END))
    # A file that was not measured yet lasts as long as it was not cut.
    after = {_DURATION: before.get(_DURATION, 0.0) - start - end, **after}
    _move_entry(work, index, _Shift(start, end), after)
    return _corrections(before, after, start)


def moved_words(words: Iterable[Facts], later: float, seconds: float) -> list[Json]:
    """Return words so many seconds later, in a file that lasts so many `seconds`."""
    moved = (
        {
            **word,
            **{
                name: plain(min(max(0.0, round(word[name] + later, 3)), seconds))
                for name in ("start", "end")
            },
        }
        for word in words
    )
    return list(moved)


def _recording(facts: Facts) -> str | None:
    """Return the id of the take that has a recording as it was made; None without facts."""
    return facts.get(MADE_OF) or facts.get("id")


def _corrections(before: Facts, after: Facts, start: float) -> Json:
    """Return what is said as it is known of the file before, if that was changed since."""
    seconds = [each.get(_DURATION, 0.0) for each in (before, after)]
    words = [each.get("words") or [] for each in (before, after)]
    is_same = before.get("text") == after.get("text")
    if is_same and moved_words(words[1], start, seconds[0]) == words[0]:
        return {}
    said = {name: before.get(name) for name in _SAID}
    return {**said, "words": moved_words(words[0], -start, seconds[1]) or None}


def _move_entry(work: Work, index: int, shift: _Shift, after: Facts) -> None:
    """Correct the entry of a scene's voice on the voice track, if there is one."""
    state = work["editorState"]
    tracks = state.get("editorData") or {}
    entries: Sequence[Json] = tracks.get("voiceTrack") or []
    moved = [
        _moved(entry, shift, after) if entry["sceneIndex"] == index else entry for entry in entries
    ]
    if moved != entries:
        work["editorState"] = {**state, "editorData": {**tracks, "voiceTrack": moved}}


def _moved(entry: Json, shift: _Shift, after: Facts) -> Json:
    """Return an entry in which the same is heard at the same time.

    What is not trimmed at an end of the file ends with it, whichever file that is.
    """
    speed = entry.get("speed") or 1
    trims = {name: entry.get(name) or 0 for name in ("trimStart", "trimEnd")}
    late = max(0.0, shift.start - trims["trimStart"]) if trims["trimStart"] else shift.start
    start = entry["start"] + late / speed
    if trims["trimStart"]:
        trims["trimStart"] -= shift.start
    elif start < 0:
        trims["trimStart"] = -start * speed
    if trims["trimEnd"]:
        trims["trimEnd"] -= shift.end
    kept = {
        name: plain(round(max(0.0, seconds), 3))
        for name, seconds in trims.items()
        if seconds or name in entry
    }
    moved = {**entry, **kept, "start": plain(round(max(0.0, start), 3))}
    heard = heard_seconds(after.get(_DURATION, 0.0), moved)
    return {**moved, "end": plain(round(moved["start"] + heard, 3))}
