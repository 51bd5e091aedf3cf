"""What is anchored to clips follows them when they move."""

from collections.abc import Collection

from timeline.frames import Rate
from timeline.item_kinds import Registers, Starts, shown_at
from timeline.items import Items
from timeline.voice_lengths import LEAD


def followed(now: Registers, before: Starts, after: Starts) -> Registers:
    """Return where an item is after clips moved: never before the video begins."""
    if now.anchor is None:
        return now
    if now.anchor not in after:
        return now._replace(anchor=None, start=max(shown_at(now, before).start, 0))
    return now._replace(start=max(now.start, -after[now.anchor]))


def place_voices(voices: Items, starts: Starts, rate: Rate) -> None:
    """Let voices be at the clips that they are anchored to, however long scenes were before."""
    for item in voices:
        now = item.now or voices.registers_before(item, starts)
        if item.now is None and now.anchor is not None:
            item.now = now._replace(start=rate.frame(LEAD))


def remove_with_clips(
    voices: Items, before: Starts, after: Starts, shown: Collection[int | None]
) -> None:
    """Remove voices with the clips that they are anchored to, unless others show the scene."""
    for item in voices.list:
        now = item.now or voices.registers_before(item, before)
        if now.anchor not in {None, *after} and now.fields["sceneIndex"] not in shown:
            voices.remove(item)
