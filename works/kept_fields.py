"""Fields of a timeline that not all clients know, such as those that write whole works back.

An action, overlay or caption keeps them if an update leaves them out, and null removes them.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from schemas.text_looks import ANIMATION_FIELDS, LOOK_FIELDS

Json = dict[str, Any]
Part = Mapping[str, Any]

READ_ONLY = ("operationIds",)  # of the timeline

_PLAYED = ("speed", "volume", "fadeIn", "fadeOut", "crop", "motion")
_ACTION = ("assetId", "order", "anchor", *_PLAYED)
_CAPTION = ("id", "anchor")
_TRACKS = ("videoTrack", "textTrack", "imageTrack", "audioTrack")
_OVERLAYS = {"textOverlays": ("fontAssetId", *LOOK_FIELDS), "imageOverlays": ANIMATION_FIELDS}


def without_read_only(timeline: Part) -> Json:
    """Return a client's timeline without what it cannot set."""
    return {key: value for key, value in timeline.items() if key not in READ_ONLY}


def with_kept_fields(given: Part, stored: Part) -> Json:
    """Return the given parts of a timeline, with the fields that they keep from the stored one."""
    timeline = dict(given)
    if (tracks := given.get("editorData")) is not None:
        timeline["editorData"] = _with_tracks(tracks, stored.get("editorData") or {})
    for name, fields in _OVERLAYS.items():
        if fields and given.get(name):
            before = stored.get(name) or {}
            timeline[name] = {
                key: _kept(each, before.get(key, {}), fields) for key, each in given[name].items()
            }
    if given.get("exportSettings"):
        before = stored.get("exportSettings") or {}
        timeline["exportSettings"] = _kept(given["exportSettings"], before, ("fit",))
    if given.get("captions"):
        timeline["captions"] = _captions(given["captions"], stored.get("captions") or [])
    return timeline


def _with_tracks(given: Part, stored: Part) -> Json:
    """Return tracks with what they keep. `arranged` says of no clips that there should be none.

    A client that does not know it lets the scenes play when it removes the last clip.
    """
    is_as_before = bool(given.get("videoTrack")) == bool(stored.get("videoTrack"))
    kept = _kept(given, stored if is_as_before else {}, ("arranged",))
    for name in _TRACKS:
        if name in kept:
            kept[name] = _actions(kept[name], stored.get(name) or [])
    return kept


def _actions(given: Sequence[Part], stored: Sequence[Part]) -> Sequence[Part]:
    if given is stored:
        return given
    before = dict(_numbered(stored))
    return [_kept(action, before.get(key, {}), _ACTION) for key, action in _numbered(given)]


def _captions(given: Sequence[Part], stored: Sequence[Part]) -> Sequence[Part]:
    """Return captions with what they keep: those without an id by their times and text."""
    if given is stored:
        return given
    by_id = dict(_numbered(each for each in stored if each.get("id")))
    by_content = {_content(each): each for each in reversed(stored)}
    result = []
    for key, each in _numbered(given):
        before = by_content.pop(_content(each), {}) if "id" not in each else by_id.get(key, {})
        result.append(_kept(each, before, _CAPTION))
    return result


def _numbered(parts: Iterable[Part]) -> Iterator[tuple[tuple[str | None, int], Part]]:
    """Yield parts with their ids and, since some may have the same, how many of these precede."""
    counts: Counter[str | None] = Counter()
    for part in parts:
        name = part.get("id")
        yield (name, counts[name]), part
        counts[name] += 1


def _content(caption: Part) -> tuple[float, float, str]:
    return (caption["start"], caption["end"], caption["text"])


def _kept(given: Part, stored: Part, fields: Sequence[str]) -> Json:
    """Return a part with the fields that it keeps; the given object, if it is the stored one."""
    missing = {name: stored[name] for name in fields if name in stored and name not in given}
    return {
        name: value
        for name, value in {**given, **missing}.items()
        if value is not None or name not in fields
    }
