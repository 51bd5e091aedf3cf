"""Copies of scenes: with their image, clip and voice, and where these came from; without takes."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple

from errors import BusyError, MissingError
from media.clip_measures import MEASURES
from storage.documents.snapshots import Snapshot
from storage.errors import writing
from storage.files.files import remove_if_exists, temporary_path
from storage.files.hard_links import link_or_copy
from storage.limits import StorageLimits
from storage.paths import WorkRef
from storage.store import Store
from works.generated_scenes import entry_of
from works.media_fields import NO_FACTS, update_fields
from works.origins import takes_of
from works.scenario import free_indexes
from works.service import Work, change
from works.slots import Slot, is_clip, is_voice, scene_image, scene_video, scene_voice

_SLOTS = (scene_image, scene_video, scene_voice)
_OF_FILE = ("id", "createdAt", "size", "cleanedFrom")  # facts that a copy has of its own, or not


class _Linked(NamedTuple):
    """A second name of a scene's file, and what is known of it."""

    path: str
    media_type: str
    facts: dict[str, Any]


def duplicate(
    store: Store, limits: StorageLimits, owner_id: str, ref: WorkRef, index: int
) -> Snapshot:
    """Copy a scene of a work and put the copy after it; return the work.

    What the files take counts for `owner_id`. Raises NotFoundError, MissingError without such a
    scene, BusyError, TooLargeError if there are too many, QuotaError, ReserveError.
    """
    _position(store.work(ref).values, index)
    limits.check_free()
    with ExitStack() as stack:
        linked = [
            stack.enter_context(_linked(store, limits, owner_id, ref, slot_of(index)))
            for slot_of in _SLOTS
        ]

        def mutate(work: Work) -> None:
            [new] = free_indexes(store, work, 1)
            position = _position(work, index)
            copied = {**work["scenes"][position], "scene_index": new}
            work["scenes"] = work["scenes"].copy()
            work["scenes"].insert(position + 1, copied)
            for slot_of, each in zip(_SLOTS, linked, strict=True):
                if each is not None:
                    _put(store, work, slot_of(new), each, entry_of(work["generatedScenes"], index))

        return change(store, ref, mutate)


def _position(work: Any, index: int) -> int:
    """Return the place of a scene in the scenario. Raises MissingError."""
    for position, scene in enumerate(work["scenes"]):
        if scene["scene_index"] == index:
            return position
    raise MissingError("Not found", f"The scenario has no scene with the index {index}.")


@contextmanager
def _linked(
    store: Store, limits: StorageLimits, owner_id: str, ref: WorkRef, slot: Slot
) -> Iterator[_Linked | None]:
    """Yield a second name of the file in a slot, which is removed unless it was moved; or None."""
    takes = takes_of(store, ref, slot)
    current = takes.read().current
    if current is None:
        yield None
        return
    with limits.reserve_quota(owner_id, current.size):
        pass
    path = temporary_path(os.path.dirname(takes.directory))
    try:
        with writing(), _unchanged():
            link_or_copy(store.disk, current.path, path, limits.check_free)
        facts = {key: each for key, each in takes.facts(current).items() if key not in _OF_FILE}
        yield _Linked(path, current.media_type, facts)
    finally:
        remove_if_exists(path)


@contextmanager
def _unchanged() -> Iterator[None]:
    """Raise BusyError if a file is replaced before it is linked."""
    try:
        yield
    except FileNotFoundError:
        raise BusyError("The scene has just been changed", "Try again.", 1) from None


def _put(store: Store, work: Work, slot: Slot, linked: _Linked, original: Any) -> None:
    """Put a file into a slot of a new scene, and update the work."""
    ref = WorkRef.of(work)
    takes = takes_of(store, ref, slot)
    takes.replace(linked.path, linked.media_type, linked.facts)
    measures = {key: original[key] for key in MEASURES if key in original}
    facts = linked.facts if is_voice(slot) else NO_FACTS
    media = store.work_media(ref)
    update_fields(work, slot, media, True, measures if is_clip(slot) else None, facts)
