"""When items are shown: what operations on texts, pictures, captions and music share."""

from timeline.edit import Edit, Operation
from timeline.ids import new_id
from timeline.item_kinds import PLACE, Item, Kind, Registers, shown_at
from timeline.items import Items
from timeline.refusals import refuse

_NEW = Registers(None, 0, 0, {})
_PREFIXES = {PLACE: "music"}


def opened(
    edit: Edit, kind: Kind, operation: Operation, needed: tuple[str, ...], name: str = "id"
) -> Item:
    """Return the item to change, or a new one, for which fields are needed. Raises FieldsError.

    `name` is the argument that says which one.
    """
    items = edit.items(kind)
    if name in operation:
        if "new" in operation:
            refuse("new", f"Is for an item that is added, without `{name}`.")
        return items.find(operation[name], name)
    for each in needed:
        if operation.get(each) is None:
            refuse(each, f"Is needed to add a {kind.name}.")
    item_id = operation.get("new") or new_id(_PREFIXES.get(kind, kind.name))
    if _is_used(items, edit, item_id):
        refuse("new", f"There is a {kind.name} with this id.")
    item = Item(item_id, now=_NEW)
    items.add(item)
    return item


def timed(edit: Edit, kind: Kind, item: Item, operation: Operation) -> Registers:
    """Return the registers of an item with the times and the anchor of an operation."""
    before = edit.registers(kind, item)
    if not operation.keys() & {"start", "end", "anchor"}:
        return before
    anchor = operation.get("anchor", before.anchor)
    if anchor is not None and "anchor" in operation:
        edit.clips.index(anchor, "anchor")
    starts = edit.starts_before
    shown = shown_at(before, starts)
    start = edit.rate.frame(operation["start"]) if "start" in operation else shown.start
    end = edit.rate.frame(operation["end"]) if "end" in operation else shown.end
    is_timed = "start" in operation or "end" in operation
    if is_timed and end - start < edit.rate.shortest:
        least = "by 0.1 seconds at least"
        if "end" in operation:
            refuse("end", f"Must be after the start, {least}.")
        refuse("start", f"Must be before the end, {least}.")
    after = 0 if anchor is None else starts[anchor]
    return before._replace(anchor=anchor, start=start - after, length=end - start)


def _is_used(items: Items, edit: Edit, name: str) -> bool:
    overlays = edit.state.get(items.kind.overlays) or {}
    return name in overlays or items.get(name) is not None
