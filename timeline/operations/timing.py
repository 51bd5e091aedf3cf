"""When items are shown: what operations on texts, pictures, captions and music share."""

from collections.abc import Mapping
from typing import Any

from timeline.edit import Edit
from timeline.items import Item, Items, Kind, Registers, shown_at
from timeline.refusals import refuse

Operation = Mapping[str, Any]

_FIRST = Registers(None, 0, 0, {})


def opened(edit: Edit, kind: Kind, operation: Operation, needed: tuple[str, ...]) -> Item | None:
    """Return the item to change; None to add one, for which fields are needed. Raises FieldsError.

    Its registers are those from before.
    """
    items = edit.items(kind)
    if "id" in operation:
        item = items.find(operation["id"])
        item.now = edit.registers(kind, item)
        return item
    for name in needed:
        if operation.get(name) is None:
            refuse(name, f"Is needed to add a {kind.name}.")
    if "new" in operation and _is_used(items, edit, operation["new"]):
        refuse("new", f"There is a {kind.name} with this id.")
    return None


def timed(edit: Edit, operation: Operation, before: Registers = _FIRST) -> Registers:
    """Return the registers of an item with the times and the anchor of an operation."""
    if not operation.keys() & {"start", "end", "anchor"}:
        return before
    anchor = operation.get("anchor", before.anchor)
    if anchor is not None and "anchor" in operation:
        edit.clips.index(anchor, "anchor")
    starts = edit.starts_before()
    shown = shown_at(before, starts)
    start, end = shown
    if "start" in operation:
        start = edit.rate.frame(operation["start"])
    if "end" in operation:
        end = edit.rate.frame(operation["end"])
    _check(operation, is_ordered=end > start)
    return before._replace(
        anchor=anchor,
        start=start - (0 if anchor is None else starts[anchor]),
        length=max(end - start, 1) if (start, end) != shown else before.length,
    )


def _check(operation: Operation, *, is_ordered: bool) -> None:
    """Raise FieldsError for an end that is not after the start."""
    if "start" in operation and "end" in operation:
        is_ordered = operation["end"] > operation["start"]
    if not is_ordered and "end" in operation:
        refuse("end", "Must be after the start.")
    if not is_ordered and "start" in operation:
        refuse("start", "Must be before the end.")


def _is_used(items: Items, edit: Edit, name: str) -> bool:
    overlays = edit.state.get(items.kind.overlays) or {}
    return name in overlays or items.get(name) is not None
