"""The takes of several slots of a document, read at once."""

from collections.abc import Sequence
from contextlib import suppress

from storage.files.trees import list_names
from storage.media.take_state import Seen, SlotTakes, TakesState


def read_takes(slots: Sequence[SlotTakes]) -> list[TakesState]:
    """Return the takes of slots of one document, each as its `read` does.

    `takes/` is listed once for all of them: a work may have thousands of takes.
    """
    if not slots:
        return []
    listed = list_names(slots[0].directory)
    found: list[tuple[Seen, TakesState] | None] = []
    for slot in slots:
        found.append(None)
        with suppress(FileNotFoundError):
            seen = slot.look(listed)
            found[-1] = (seen, slot.state(seen))
    again = list_names(slots[0].directory)
    return [
        each[1] if each is not None and each[0] == slot.look(again) else slot.read()
        for slot, each in zip(slots, found, strict=True)
    ]
