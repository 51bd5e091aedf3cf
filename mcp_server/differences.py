"""What a change of a work has changed: the answer to a model that asked for it."""

from collections.abc import Mapping, Sequence
from typing import Any

from mcp_server.fitting import UNTRUSTED, shorten
from mcp_server.work_views import BRIEF, BRIEF_TEXTS
from works.scenario import indexes

Json = dict[str, Any]
Scene = Mapping[str, Any]

_TEXT = 300  # characters of a text that was changed


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Json:
    """Return `{changed, untrusted?}`: what differs between two versions of a work."""
    changed = {key: after[key] for key in BRIEF if before[key] != after[key]}
    texts: Json = {
        key: shorten(after[key], _TEXT) for key in BRIEF_TEXTS if before[key] != after[key]
    }
    if before.get("sound") != after.get("sound"):
        texts["sound"] = after.get("sound")
    if scenes := _scenes(before["scenes"], after["scenes"]):
        changed["scenes"] = scenes
    captions = [work["editorState"].get("captions") or [] for work in (before, after)]
    if captions[0] != captions[1]:
        changed["captions"] = len(captions[1])
    return {"changed": changed, **({UNTRUSTED: texts} if texts else {})}


def _scenes(before: Sequence[Scene], after: Sequence[Scene]) -> Json:
    """Return which scenes were inserted, removed, changed in which fields, and their new order."""
    old, new = ({each["scene_index"]: each for each in scenes} for scenes in (before, after))
    fields = {
        str(index): [name for name, value in new[index].items() if old[index].get(name) != value]
        for index in new
        if index in old and old[index] != new[index]
    }
    found: Json = {
        "inserted": [index for index in new if index not in old],
        "removed": [index for index in old if index not in new],
        "changed": fields,
    }
    if [index for index in indexes(before) if index in new] != indexes(after):
        found["order"] = indexes(after)
    return {name: value for name, value in found.items() if value}
