"""What an operation changed, register by register: what clients are told, and undo needs.

Times in it are seconds, since the frame rate may be another one when a change is reverted.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from timeline.clips import Clip
from timeline.clips import Registers as ClipRegisters
from timeline.edit import MUSIC, Edit
from timeline.frames import Rate
from timeline.item_kinds import Item
from timeline.item_kinds import Registers as ItemRegisters
from timeline.items import Items
from timeline.scene_clips import ARRANGED

Change = dict[str, Any]
Values = Mapping[str, Any]

CLIP, FORMAT, MUSIC_KIND, TIMELINE = "clip", "format", "music", "timeline"
OVERLAY = "overlay"
_SETTINGS = ("width", "height", "fps", "fit")


def changes_of(edit: Edit) -> list[Change]:
    """Return what an operation changed, after `edit.write`."""
    changes = list(_clip_changes(edit)) if edit.edits_clips else []
    for items in edit.edited_items():
        changes += _item_changes(edit, items)
    settings = edit.state.get("exportSettings") or {}
    changes += _field_changes({"kind": FORMAT}, settings, edit.settings, _SETTINGS)
    changes += _field_changes({"kind": MUSIC_KIND}, edit.state, edit.music, MUSIC)
    before, after = edit.was_arranged or None, edit.is_arranged or None
    arranged = {ARRANGED: before}, {ARRANGED: after}
    return changes + list(_field_changes({"kind": TIMELINE}, *arranged, (ARRANGED,)))


def _clip_changes(edit: Edit) -> Iterator[Change]:
    clips = edit.stored_clips
    now = {clip.id for clip in clips}
    for clip_id, before in clips.before.items():
        if clip_id not in now and before.before is not None:
            values = _clip_values(before.before, edit.rate)
            yield {"kind": CLIP, "id": clip_id, "removed": values}
    for clip in clips:
        yield from _changes_of_clip(clip, edit.rate)


def _changes_of_clip(clip: Clip, rate: Rate) -> Iterator[Change]:
    head = {"kind": CLIP, "id": clip.id}
    if clip.before is None:
        yield {**head, "added": _clip_values(clip.registers, rate)}
    elif clip.before != clip.registers:
        before, after = _clip_values(clip.before, rate), _clip_values(clip.registers, rate)
        names = [name for name in {**before, **after} if name != "trimEnd"]
        yield from _field_changes(head, before, after, names)


def _item_changes(edit: Edit, items: Items) -> Iterator[Change]:
    starts = edit.starts_before
    for item in items.removed():
        before = items.registers_before(item, starts)
        values = _item_values(before, item.order_before, edit.rate)
        yield {"kind": items.kind.name, "id": items.id_of(item), "removed": values}
    is_layered = items.kind.is_layered
    for item in items:
        if item.now is not None or (is_layered and item.order_before != item.order):
            yield from _changes_of_item(item, items, starts, edit.rate)


def _changes_of_item(
    item: Item, items: Items, starts: Mapping[str, int], rate: Rate
) -> Iterator[Change]:
    head = {"kind": items.kind.name, "id": items.id_of(item)}
    order = item.order if items.kind.is_layered else None
    if item.action is None:
        if item.now is not None:
            yield {**head, "added": _item_values(item.now, order, rate)}
        return
    stored = items.registers_before(item, starts)
    if item.now == stored and (order is None or order == item.order_before):
        return
    before = _flat(_item_values(stored, item.order_before, rate))
    after = _flat(_item_values(item.now or stored, order, rate))
    yield from _field_changes(head, before, after, {**before, **after})


def _clip_values(registers: ClipRegisters, rate: Rate) -> Change:
    times = {"gap": rate.seconds(registers.gap), "length": rate.seconds(registers.length)}
    return {"order": registers.order, **times, **registers.fields}


def _item_values(registers: ItemRegisters, order: Any, rate: Rate) -> Change:
    start: Any = rate.seconds(registers.start)
    if registers.anchor is not None:
        start = {"anchor": registers.anchor, "seconds": start}
    values = {"start": start, "length": rate.seconds(registers.length), **registers.fields}
    if order is not None:
        values["order"] = order
    if registers.overlay is not None:
        values[OVERLAY] = registers.overlay
    return values


def _flat(values: Change) -> Change:
    """Return values with a key for each field of the overlay, such as `overlay.text`."""
    overlay = values.pop(OVERLAY, {})
    return values | {f"{OVERLAY}.{key}": value for key, value in overlay.items()}


def _field_changes(
    head: Change, before: Values, after: Values, names: Iterable[str]
) -> Iterator[Change]:
    """Yield the fields that differ; one that is missing is left out, as is null."""
    for name in names:
        was, now = before.get(name), after.get(name)
        if was != now:
            change = {**head, "field": name, "before": was, "after": now}
            yield {key: value for key, value in change.items() if value is not None}
