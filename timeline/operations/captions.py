"""Captions: one, or all of them."""

from timeline.edit import Edit, Operation
from timeline.ids import caption_ids
from timeline.item_kinds import CAPTION, Item, Registers
from timeline.operations.registry import performs
from timeline.operations.timing import opened, timed
from timeline.refusals import refuse
from timeline.stored_words import corrected


@performs("caption")
def caption(edit: Edit, operation: Operation) -> None:
    """Add a caption, or change what is given of one."""
    item = opened(edit, CAPTION, operation, ("text", "start", "end"))
    now = timed(edit, CAPTION, item, operation)
    given = {key: operation[key] for key in ("text", "words") if key in operation}
    if "words" not in given and "text" in given and (words := now.fields.get("words")):
        given["words"] = corrected(given["text"], words)
    item.now = now._replace(fields={**now.fields, **given})


@performs("captions")
def captions(edit: Edit, operation: Operation) -> None:
    """Replace all captions; null leaves those that the scenes' texts make."""
    given, items, rate = operation["captions"], edit.items(CAPTION), edit.rate
    if given == []:
        refuse("captions", "Must have one at least, or be null for those of the scenes' texts.")
    shown = []
    for number, each in enumerate(given or []):
        start, end = rate.frame(each["start"]), rate.frame(each["end"])
        if end - start < rate.shortest:
            refuse(f"captions.{number}.end", "Must be after the start, by 0.1 seconds at least.")
        fields = {key: each[key] for key in ("text", "words") if key in each}
        shown.append(Registers(None, start, end - start, fields))
    written = [
        {
            "start": rate.seconds(now.start),
            "end": rate.seconds(now.start + now.length),
            "text": now.fields["text"],
        }
        for now in shown
    ]
    before = {items.id_of(item): item for item in items}
    items.list = []
    for name, now in zip(caption_ids(written), shown, strict=True):
        item = before.get(name) or Item(name)
        item.now = now
        items.list.append(item)
