"""Fields of works that not all clients know, such as those that write whole works back.

A scene, action, overlay or caption keeps them if an update leaves them out, and null removes them.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from schemas.sound_tracks import SOUND_KEPT, VOICE_KEPT
from schemas.text_looks import ANIMATION_FIELDS, LOOK_FIELDS

Json = dict[str, Any]
Part = Mapping[str, Any]

READ_ONLY = ("operationIds",)  # of the timeline

_PLAYED = ("speed", "volume", "fadeIn", "fadeOut", "crop", "motion")
_ACTION = ("assetId", "order", "anchor", *_PLAYED)
_SCENE = ("narration", "cast", "motion")
_SOUND = ("narrator", "captions", "duck", "clips")
_CAPTION, _WORDS = ("id", "anchor"), ("words",)
_TRACKS = ("videoTrack", "textTrack", "imageTrack", "audioTrack")
_SOUND_TRACKS = {"voiceTrack": VOICE_KEPT, "soundTrack": SOUND_KEPT}
_OVERLAYS = {"textOverlays": ("fontAssetId", *LOOK_FIELDS), "imageOverlays": ANIMATION_FIELDS}


def without_read_only(timeline: Part) -> Json:
    """Return a client's timeline without what it cannot set."""
    return {key: value for key, value in timeline.items() if key not in READ_ONLY}


def with_kept_scenes(given: Sequence[Part], stored: Sequence[Part]) -> list[Part]:
    """Return the given scenes of a scenario, with the fields that they keep from stored ones."""
    before = {scene["scene_index"]: scene for scene in stored}
    kept = (_kept(scene, before.get(scene["scene_index"], {}), _SCENE) for scene in given)
    return [_without_nulls(scene, "narration") for scene in kept]


def with_kept_sound(given: Part | None, stored: Part | None) -> Part | None:
    """Return the sound of a work, with the fields that it keeps; None if there are none."""
    kept = {} if given is None else _kept(given, stored or {}, _SOUND)
    return _without_nulls(kept, "narrator", "captions") or None


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
    arranged = _kept(given, stored if is_as_before else {}, ("arranged",))
    kept = dict(_kept(arranged, stored, tuple(_SOUND_TRACKS)))
    for name, fields in {**dict.fromkeys(_TRACKS, _ACTION), **_SOUND_TRACKS}.items():
        if name in kept:
            kept[name] = _actions(kept[name], stored.get(name) or [], fields)
    return kept


def _actions(
    given: Sequence[Part], stored: Sequence[Part], fields: Sequence[str]
) -> Sequence[Part]:
    if given is stored:
        return given
    before = dict(_numbered(stored))
    return [_kept(action, before.get(key, {}), fields) for key, action in _numbered(given)]


def _captions(given: Sequence[Part], stored: Sequence[Part]) -> Sequence[Part]:
    """Return captions with what they keep: those without an id by their times and text."""
    if given is stored:
        return given
    by_id = dict(_numbered(each for each in stored if each.get("id")))
    by_content = {_content(each): each for each in reversed(stored)}
    result = []
    for key, each in _numbered(given):
        before = by_content.pop(_content(each), {}) if "id" not in each else by_id.get(key, {})
        if before and _content(before) != _content(each):
            before = {key: value for key, value in before.items() if key not in _WORDS}
        result.append(_kept(each, before, (*_CAPTION, *_WORDS)))
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


def _without_nulls(part: Part, *names: str) -> Part:
    """Return a part whose parts with these names have no fields that are null."""
    cleaned = {
        name: {key: value for key, value in part[name].items() if value is not None}
        for name in names
        if name in part and None in part[name].values()
    }
    return {**part, **cleaned} if cleaned else part


def _kept(given: Part, stored: Part, fields: Sequence[str]) -> Part:
    """Return a part with the fields that it keeps; the given object, if it keeps none."""
    missing = {name: stored[name] for name in fields if name in stored and name not in given}
    if not missing and all(given.get(name, "") is not None for name in fields):
        return given
    return {
        name: value
        for name, value in {**given, **missing}.items()
        if value is not None or name not in fields
    }
