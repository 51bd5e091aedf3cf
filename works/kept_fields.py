"""Fields of a timeline that not all clients know, such as those that write whole works back.

An action, overlay or caption keeps them if an update leaves them out, and null removes them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

Json = dict[str, Any]
Part = Mapping[str, Any]

READ_ONLY = ("operationIds",)  # of the timeline

_ACTION = ("order", "anchor")
_CAPTION = ("id", "anchor")
_TRACKS = ("videoTrack", "textTrack", "imageTrack", "audioTrack")
_OVERLAYS = {"textOverlays": ("fontAssetId",), "imageOverlays": ()}


def without_read_only(timeline: Part) -> Json:
    """Return a client's timeline without what it cannot set."""
    return {key: value for key, value in timeline.items() if key not in READ_ONLY}


def with_kept_fields(given: Part, stored: Part) -> Json:
    """Return the given parts of a timeline, with the fields that they keep from the stored one."""
    timeline = dict(given)
    if tracks := given.get("editorData"):
        before = stored.get("editorData") or {}
        kept = _kept(tracks, before, ("arranged",))
        for name in _TRACKS:
            if name in kept:
                kept[name] = _actions(kept[name], before.get(name) or [])
        timeline["editorData"] = kept
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


def _actions(given: Sequence[Part], stored: Sequence[Part]) -> Sequence[Part]:
    if given is stored:
        return given
    before = {action["id"]: action for action in stored}
    return [_kept(action, before.get(action["id"], {}), _ACTION) for action in given]


def _captions(given: Sequence[Part], stored: Sequence[Part]) -> Sequence[Part]:
    """Return captions with what they keep: those without an id by their times and text."""
    if given is stored:
        return given
    by_id = {each["id"]: each for each in stored if each.get("id")}
    by_content = {_content(each): each for each in reversed(stored)}
    result = []
    for each in given:
        name = each.get("id")
        before = by_content.pop(_content(each), {}) if "id" not in each else by_id.get(name, {})
        result.append(_kept(each, before, _CAPTION))
    return result


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
