"""Reverting changes: what an operation did is undone, except where somebody changed it again."""

from collections.abc import Mapping, Sequence
from typing import Any

from timeline.changes import CLIP, FORMAT, MUSIC_KIND, OVERLAY, TIMELINE
from timeline.clips import Clip, Clips, clip_of
from timeline.clips import Registers as ClipRegisters
from timeline.edit import Edit, Operation
from timeline.frames import Rate
from timeline.item_kinds import KINDS, VOICE, Item, Registers
from timeline.items import Items
from timeline.operations.fields import changed
from timeline.operations.registry import performs
from timeline.orders import path_of
from timeline.scene_clips import actions_of_scenes
from timeline.voice_lengths import LEAD, end_pause_of, heard_seconds

Values = Mapping[str, Any]

_KINDS = {kind.name: kind for kind in KINDS}
_CLIP_NAMES = frozenset(("order", "gap", "length"))
_ITEM_NAMES = frozenset(("start", "length", "order", OVERLAY))


@performs("revert")
def revert(edit: Edit, operation: Operation) -> None:
    """Undo changes, the last one first; those that are undone already change nothing."""
    changes = list(reversed(operation["changes"]))
    clips = [change for change in changes if change["kind"] == CLIP]
    rearranges = any(each["kind"] == TIMELINE and each.get("before") for each in changes)
    if clips and (edit.is_arranged or rearranges):
        _revert_clips(edit, clips)
    for kind in KINDS:
        own = [change for change in changes if change["kind"] == kind.name]
        if own:
            _revert_items(edit, edit.items(kind), own)
    for change in changes:
        if change["kind"] == FORMAT:
            _revert_field(edit.settings, change)
        elif change["kind"] == MUSIC_KIND:
            _revert_field(edit.music, change)
        elif change["kind"] == TIMELINE:
            _revert_arranged(edit, change)


def _revert_clips(edit: Edit, changes: Sequence[Values]) -> None:
    clips, rate = edit.stored_clips, edit.rate
    by_id = {clip.id: clip for clip in clips}
    for change in changes:
        clip_id: str = change["id"]
        clip = by_id.get(clip_id)
        if clip is None and "removed" in change:
            by_id[clip_id] = clip_of(clip_id, _clip_registers(change["removed"], rate))
        elif clip is not None and "added" in change:
            del by_id[clip_id]
        elif clip is not None and "field" in change:
            _revert_clip(clip, change, rate)
    clips.list = sorted(by_id.values(), key=lambda clip: (path_of(clip.order), clip.id))
    if clips.list:
        edit.is_arranged = True


def _revert_clip(clip: Clip, change: Values, rate: Rate) -> None:
    name: str = change["field"]
    before: Any = change.get("before")
    after: Any = change.get("after")
    if name == "order":
        clip.order = before if clip.order == after else clip.order
    elif name == "gap":
        clip.gap = max(rate.frame(before), 0) if clip.gap == rate.frame(after) else clip.gap
    elif name == "length":
        clip.length = rate.frames(before) if clip.length == rate.frame(after) else clip.length
    elif clip.fields.get(name) == after:
        clip.set(**{name: before})


def _clip_registers(values: Values, rate: Rate) -> ClipRegisters:
    fields = {key: value for key, value in values.items() if key not in _CLIP_NAMES}
    gap, length = max(rate.frame(values["gap"]), 0), rate.frames(values["length"])
    return ClipRegisters(values["order"], gap, length, fields)


def _revert_items(edit: Edit, items: Items, changes: Sequence[Values]) -> None:
    starts, known = edit.starts_before, edit.anchors_of(items.kind)
    by_id = {items.id_of(item): item for item in reversed(items.list)}  # the first of equal ones
    removed = set[int]()
    for change in changes:
        item_id: str = change["id"]
        item = by_id.get(item_id)
        if item is None and "removed" in change:
            by_id[item_id] = _item(item_id, change["removed"], known, edit.rate)
            items.list.append(by_id[item_id])
        elif item is not None and "added" in change:
            now = item.now or items.registers_before(item, starts)
            if items.kind is VOICE and (left := _left_of_voice(edit, now, change["added"])):
                item.now = left
            else:
                removed.add(id(by_id.pop(item_id)))
        elif item is not None and "field" in change:
            now = item.now or items.registers_before(item, starts)
            _revert_item(item, now, change, known, edit.rate)
    if removed:
        items.list = [item for item in items if id(item) not in removed]
    if items.kind.is_layered:
        items.list.sort(key=lambda item: (path_of(item.order), item.id))


def _revert_item(item: Item, now: Registers, change: Values, known: set[str], rate: Rate) -> None:
    name: str = change["field"]
    before: Any = change.get("before")
    after: Any = change.get("after")
    if name == "order":
        item.order = before if item.order == after else item.order
    elif name == "start":
        place = _place(before, rate)
        if (now.anchor, now.start) == _place(after, rate) and place[0] in {None, *known}:
            item.now = now._replace(anchor=place[0], start=place[1])
    elif name == "length":
        if now.length == rate.frame(after):
            item.now = now._replace(length=rate.frames(before))
    elif name.startswith(f"{OVERLAY}."):
        overlay = now.overlay or {}
        item.now = now._replace(overlay=_reverted(overlay, name.partition(".")[2], change))
    else:
        item.now = now._replace(fields=_reverted(now.fields, name, change))


def _item(item_id: str, values: Values, known: set[str], rate: Rate) -> Item:
    """Return an item that was removed; if the clip is gone that it was anchored to, without one."""
    anchor, start = _place(values["start"], rate)
    if anchor not in known:
        anchor, start = None, max(start, 0)
    fields = {key: value for key, value in values.items() if key not in _ITEM_NAMES}
    now = Registers(anchor, start, rate.frames(values["length"]), fields, values.get(OVERLAY))
    return Item(item_id, order=values.get("order", 0), now=now)


def _left_of_voice(edit: Edit, now: Registers, added: Values) -> Registers | None:
    """Return what others made of an entry since it was added; None if that is nothing.

    A scene has one entry, which all who change its voice share.
    """
    scene, own = now.fields["sceneIndex"], {**added, "sceneIndex": None}
    fields = {name: value for name, value in now.fields.items() if own.get(name) != value}
    follows = now.anchor is not None and not edit.is_arranged
    is_lost = now.anchor not in {None, *edit.anchors_of(VOICE)}
    is_same = (now.anchor, now.start) == _place(added["start"], edit.rate)
    is_moved = not is_same and (is_lost or not follows)
    seconds = edit.context.voices.get(scene)
    if seconds is None or (not is_moved and fields.keys() == {"sceneIndex"}):
        return None
    length = edit.rate.frames(heard_seconds(seconds, fields))
    stays = is_moved or is_lost or now.anchor is None
    start = now.start if stays else edit.rate.frame(LEAD)
    return now._replace(start=start, length=length, fields=fields)


def _place(start: Any, rate: Rate) -> tuple[str | None, int]:
    """Return the clip that an item is anchored to, and the frames after it."""
    if isinstance(start, Mapping):
        return start["anchor"], rate.frame(start["seconds"])
    return None, rate.frame(start)


def _reverted(fields: Values, name: str, change: Values) -> Values:
    if fields.get(name) != change.get("after"):
        return fields
    return changed(fields, {name: change.get("before")})


def _revert_field(fields: dict[str, Any], change: Values) -> None:
    name = change["field"]
    if fields.get(name) == change.get("after"):
        fields[name] = change.get("before")
        if fields[name] is None:
            del fields[name]


def _revert_arranged(edit: Edit, change: Values) -> None:
    """Arrange the timeline again, or leave it to the scenes, if its clips are still as these."""
    if change.get("before"):
        edit.arrange()
    elif edit.is_arranged and _are_scenes(edit):
        edit.unarrange()


def _are_scenes(edit: Edit) -> bool:
    """Return whether the clips are those of a timeline that is not arranged."""
    items = edit.items(VOICE)
    entries = [edit.registers(VOICE, item).fields for item in items]
    pause = end_pause_of(edit.state)
    scenes = Clips(actions_of_scenes(edit.context, edit.rate, entries, pause), edit.rate)
    made = [(clip.id, clip.gap, clip.length, clip.fields) for clip in scenes]
    clips = edit.stored_clips
    return made == [(clip.id, clip.gap, clip.length, clip.fields) for clip in clips]
