"""Captions: one, or all of them."""

from collections.abc import Mapping
from typing import Any

from schemas.editor import MAX_CAPTIONS
from timeline.edit import Edit
from timeline.ids import caption_ids, new_id
from timeline.items import CAPTION, Item, Registers
from timeline.operations.timing import opened, timed
from timeline.refusals import refuse

Operation = Mapping[str, Any]


def caption(edit: Edit, operation: Operation) -> None:
    """Add a caption, or change what is given of one."""
    item = opened(edit, CAPTION, operation, ("text", "start", "end"))
    fields = {"text": operation["text"]} if "text" in operation else {}
    if item is not None:
        now = timed(edit, operation, edit.registers(CAPTION, item))
        item.now = now._replace(fields={**now.fields, **fields}) if fields else now
        return
    items = edit.items(CAPTION)
    if len(items.list) >= MAX_CAPTIONS:
        refuse("text", f"There are {len(items.list):,} captions; at most {MAX_CAPTIONS:,}.")
    now = timed(edit, operation)._replace(fields=fields)
    items.add(Item(operation.get("new") or new_id("caption"), now=now))


def captions(edit: Edit, operation: Operation) -> None:
    """Replace all captions; null leaves those that the scenes' texts make."""
    given = operation["captions"] or []
    items, rate = edit.items(CAPTION), edit.rate
    shown = []
    for number, each in enumerate(given):
        if each["end"] <= each["start"]:
            refuse(f"captions.{number}.end", "Must be after the start.")
        start, end = rate.frame(each["start"]), rate.frame(each["end"])
        shown.append(Registers(None, start, max(end - start, 1), {"text": each["text"]}))
    written = [
        {
            "start": rate.seconds(now.start),
            "end": rate.seconds(now.start + now.length),
            **now.fields,
        }
        for now in shown
    ]
    before = {items.id_of(item): item for item in items}
    items.list = []
    for name, now in zip(caption_ids(written), shown, strict=True):
        item = before.get(name) or Item(name)
        item.now = now
        items.list.append(item)
