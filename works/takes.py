"""The takes of a scene: every image, clip and voice that it has or had."""

from collections.abc import Callable
from typing import Any

from errors import ConflictError
from media.clip_measures import Measures, measure_clip
from media.limits import UPLOADS
from media.voice_measures import MEASURED
from storage.documents.tables import FileCheck
from storage.errors import NotFoundError
from storage.media.kept_takes import TakeFiles
from storage.media.media_files import StoredFile
from storage.media.take_state import Take
from storage.paths import WorkRef
from storage.store import Store
from works.current_voices import follow_voice, settle_stored_voice, settle_voice
from works.media_fields import NO_FACTS, Facts, update_fields
from works.origins import takes_of
from works.service import Work
from works.slots import Slot, is_clip, is_voice, scene_image, scene_video, scene_voice

Json = dict[str, Any]


def list_takes(store: Store, ref: WorkRef, index: int) -> list[Json]:
    """Return the takes of a scene, the newest first. Raises NotFoundError without the work."""
    store.work(ref)
    takes = [
        _to_public(take, slot, files.facts(take), ref)
        for slot, files in _slots(store, ref, index)
        for take in files.read().takes
    ]
    return sorted(takes, key=lambda take: take["createdAt"], reverse=True)


def has_takes(store: Store, ref: WorkRef, index: int) -> bool:
    """Return whether a scene has or had an image, a clip or a voice that is kept."""
    return any(files.read().takes for _, files in _slots(store, ref, index))


def open_take(store: Store, ref: WorkRef, index: int, take_id: str) -> StoredFile:
    """Open the file of a take. Raises NotFoundError."""
    store.work(ref)
    _, files = _find(store, ref, index, take_id)
    return files.open(take_id)


def use_take(
    store: Store,
    ref: WorkRef,
    index: int,
    take_id: str,
    check: Callable[[Facts], None] | None = None,
) -> None:
    """Make a take the scene's; the file before becomes a take. Raises NotFoundError.

    The work changes as by an upload, and not at all if the scene has the take already. `check`
    gets the facts of the voice before, under the lock of the work; if it raises, nothing changes.
    """
    media = store.work_media(ref)

    store.work(ref)
    slot, files = _find(store, ref, index, take_id)
    measures = _measures(store, slot, files, take_id)

    def mutate(work: Work) -> None:
        before = settle_voice(store, work, slot) if is_voice(slot) else NO_FACTS
        if check is not None:
            check(before)
        if files.use(take_id):
            facts = NO_FACTS
            if is_voice(slot):
                facts = follow_voice(work, slot, files, before, files.add_facts({}))
            update_fields(work, slot, media, stored=True, measures=measures, facts=facts)

    works = store.works(ref.project_id)
    works.change(ref.work_id, mutate)
    # Not before: the work may have to follow a take that goes by this.
    with works.lock(ref.work_id):
        takes_of(store, ref, slot).prune()


def delete_take(
    store: Store,
    ref: WorkRef,
    index: int,
    take_id: str,
    check: FileCheck | None = None,
) -> None:
    """Delete a take. Raises NotFoundError.

    Raises ConflictError for the one that the scene has, and for one that another was made of.

    `check` gets the entity tag of its file first; if it raises, the take stays.
    """
    works = store.works(ref.project_id)
    works.snapshot(ref.work_id)
    slot, files = _find(store, ref, index, take_id)
    if is_voice(slot):
        settle_stored_voice(store, ref, slot)
    with works.lock(ref.work_id):
        state = files.mend()
        take = state.find(take_id)
        if take.current:
            raise ConflictError(
                "This take is the scene's", "Use another one first, or delete the scene's media."
            )
        made = state.made_of(take.id)
        if any(each.current for each in made):
            raise ConflictError(
                "The scene's voice was made of this take", "Switch its clean-up off first."
            )
        if made:
            ids = ", ".join(each.id for each in made)
            raise ConflictError("Another take was made of this one", f"Delete that first: {ids}.")
        if check is not None:
            stored = files.open(take_id)
            stored.file.close()
            check(stored.etag)
        files.remove(take)


def _slots(store: Store, ref: WorkRef, index: int) -> list[tuple[Slot, TakeFiles]]:
    slots = (scene_image(index), scene_video(index), scene_voice(index))
    return [(slot, takes_of(store, ref, slot)) for slot in slots]


def _find(store: Store, ref: WorkRef, index: int, take_id: str) -> tuple[Slot, TakeFiles]:
    """Return the slot that has a take. Raises NotFoundError."""
    for slot, files in _slots(store, ref, index):
        if any(take.id == take_id for take in files.read().takes):
            return slot, files
    raise NotFoundError(take_id)


def _measures(store: Store, slot: Slot, files: TakeFiles, take_id: str) -> Measures | None:
    """Return the measures of a take that is a clip. Raises NotFoundError."""
    if not is_clip(slot):
        return None
    return measure_clip(store, files.read().find(take_id).path, UPLOADS)


def _to_public(take: Take, slot: Slot, facts: Json, ref: WorkRef) -> Json:
    """Return a take as clients see it."""
    scene, _, kind = slot.url(ref).rpartition("/")
    # Words are fetched one by one: they are many.
    own = ("id", "size", "createdAt", "words", MEASURED)
    return {
        "id": take.id,
        "kind": kind,
        "url": f"{scene}/takes/{take.id}",
        "size": take.size,
        "createdAt": take.created_at,
        "current": take.current,
        **{key: value for key, value in facts.items() if key not in own},
    }
