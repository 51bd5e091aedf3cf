"""Storing and removing the media of works; each also updates the work's document."""

from collections.abc import Callable, Mapping
from typing import Any, TypedDict

from media import lanes
from media.clip_measures import Measures, measure_clip
from media.limits import UPLOADS, Pool
from media.received_files import prepare
from media.voice_measures import measure_voice
from providers.spoken_text import spoken_text
from storage.errors import NotFoundError
from storage.media.contents import Contents, when_known
from storage.media.kept_takes import TakeFiles
from storage.media.media_files import IncomingFile, MediaFiles, StoredFile
from storage.paths import WorkRef
from storage.store import Store
from works import generated_scenes
from works.current_voices import follow_voice, settle_voice
from works.media_fields import NO_FACTS, Facts, update_fields
from works.origins import Origin, spoken_facts, takes_of
from works.service import Work
from works.slots import Slot, is_clip, is_voice, scene_video
from works.voice_words import estimated_words


class Version(TypedDict):
    """What was in a slot: the entity tag of the file, and the SHA-256 of its contents."""

    etag: str
    sha256: str


def media_files(store: Store, ref: WorkRef) -> MediaFiles:
    """Return the media files of a work. Raises NotFoundError if there is no such work."""
    store.work(ref)
    return store.work_media(ref)


def lane_media(store: Store, ref: WorkRef, slot: Slot) -> lanes.LaneMedia:
    """Return the file in a slot as lanes of timelines show it. Raises NotFoundError."""
    files = media_files(store, ref)
    name = "The audio"
    if slot.scene is not None:
        name = f"The {slot.path.rpartition('/')[2]} of scene {slot.scene}"
    part = _lane_part(slot)
    return lanes.LaneMedia(*ref, part, files, slot.name, slot.types, name)


def open_lane(store: Store, ref: WorkRef, slot: Slot, kind: lanes.Kind) -> StoredFile:
    """Open what lanes of timelines show of the file in a slot, which is made unless it was.

    Raises NotFoundError, MissingError, BusyError.
    """
    return lanes.open_lane(store, lane_media(store, ref, slot), kind)


def _lane_part(slot: Slot) -> str:
    """Return what names the lanes of a slot's file in its work."""
    if slot.scene is None:
        return slot.path
    return slot.name if is_voice(slot) else str(slot.scene)


def entity_tag(files: MediaFiles, slot: Slot) -> str | None:
    """Return the entity tag of the file in a slot; None for an empty one."""
    try:
        stored = files.open(slot.name, slot.types)
    except NotFoundError:
        return None
    stored.file.close()
    return stored.etag


def version(files: MediaFiles, slot: Slot) -> Version | None:
    """Return what is in a slot; None for an empty one."""
    try:
        stored = files.open(slot.name, slot.types)
    except NotFoundError:
        return None
    with stored.file:
        return {"etag": stored.etag, "sha256": stored.digest()}


def holds_other(
    files: MediaFiles, slot: Slot, expected: Version | None, contents: Contents
) -> bool:
    """Return whether a slot holds something else than it did.

    The contents are compared unless the entity tag is the same: that of a copied or restored file
    differs. Raises ContentsUnknownError.
    """
    try:
        stored = files.open(slot.name, slot.types)
    except NotFoundError:
        return False
    with stored.file:
        if expected is None or stored.etag == expected["etag"]:
            return expected is None
        return contents.digest(stored) != expected["sha256"]


def store_file(
    store: Store,
    ref: WorkRef,
    slot: Slot,
    incoming: IncomingFile,
    media_type: str,
    origin: Origin,
    check: Callable[[], None] | None = None,
    pool: Pool = UPLOADS,
) -> str:
    """Move a received file into a slot and update the work. Return the file's URL.

    A clip or voice is measured before, by a program of `pool`. The earlier file of a scene's slot
    is kept as a take. A HEIC photo becomes a JPEG. `check`, and that of the file, are called under
    the lock of the work; if one raises, nothing is stored. After a ContentsUnknownError, they are
    called again. Raises TooLargeError for an image with too many pixels and for a voice that is too
    long, MediaTypeError for a voice or a HEIC photo that cannot be read.
    """
    media_type = prepare(incoming, media_type, pool)
    media = store.work_media(ref)
    media.finish(incoming)
    takes = None if slot.scene is None else takes_of(store, ref, slot)
    measures = measure_clip(store, incoming.path, pool) if is_clip(slot) else None
    voice = _voice_facts(store, incoming.path, origin, pool) if is_voice(slot) else {}

    def mutate(work: Work) -> None:
        if check is not None:
            check()
        before = settle_voice(store, work, slot) if takes and is_voice(slot) else NO_FACTS
        if takes is None:
            media.place(incoming, slot.name, media_type, slot.types)
        else:
            incoming.check()
            takes.replace(incoming.path, media_type, origin)
        facts = NO_FACTS
        if takes and is_voice(slot):
            facts = follow_voice(work, slot, takes, before, _add_voice_facts(takes, voice))
        update_fields(work, slot, media, stored=True, measures=measures, facts=facts)

    when_known(lambda: store.works(ref.project_id).change(ref.work_id, mutate))
    return slot.url(ref)


def _voice_facts(store: Store, path: str, origin: Origin, pool: Pool) -> dict[str, Any]:
    """Return what is known of a voice; its words are estimated if only its text is known."""
    facts = {**spoken_facts(origin), **measure_voice(store, path, pool)}
    if "text" in facts and "words" not in facts:
        is_read = origin.get("source") == "generated"
        text = spoken_text(facts["text"]) if is_read else facts["text"]
        facts["words"] = estimated_words(store, path, text, pool)
        facts["wordsSource"] = "estimate"
    return facts if facts.get("words") else {**facts, "words": None, "wordsSource": None}


def _add_voice_facts(takes: TakeFiles, facts: dict[str, Any]) -> Facts:
    """Add what is known of the voice that was stored; words of the same text are not estimated."""
    current = takes.read().current
    known = {} if current is None else takes.facts(current)
    is_same = known.get("words") and known.get("textHash") == facts.get("textHash")
    if is_same and facts.get("wordsSource") in {None, "estimate"}:
        kept = ("text", "words", "wordsSource")
        facts = {**facts, **{name: known.get(name) for name in kept}}
    return takes.add_facts(facts)


def correct_measures(store: Store, ref: WorkRef, clips: Mapping[int, tuple[str, Measures]]) -> None:
    """Correct the measures of clips that have none, or others, unless they were replaced meanwhile.

    `clips` has the entity tag and the measures of the clips of scenes. `updatedAt` stays: nobody
    has changed the work. Raises NotFoundError.
    """
    works = store.works(ref.project_id)
    if not _differing(works.snapshot(ref.work_id).values, clips):
        return
    media = store.work_media(ref)

    def mutate(work: Work) -> None:
        for index in _differing(work, clips):
            etag, measures = clips[index]
            if entity_tag(media, scene_video(index)) == etag:
                scenes = work["generatedScenes"]
                work["generatedScenes"] = generated_scenes.with_measures(scenes, index, measures)

    works.change(ref.work_id, mutate)


def _differing(work: Mapping[str, Any], clips: Mapping[int, tuple[str, Measures]]) -> list[int]:
    """Return the indexes of scenes whose clips have other measures than these, or none.

    Others remain if the process was killed right after it had replaced a clip.
    """
    return [
        scene["sceneIndex"]
        for scene in work["generatedScenes"]
        if "videoUrl" in scene and _differ(scene, clips.get(scene["sceneIndex"]))
    ]


def _differ(scene: Mapping[str, Any], clip: tuple[str, Measures] | None) -> bool:
    return clip is not None and any(scene.get(name, "") != value for name, value in clip[1].items())


def remove_file(
    store: Store,
    ref: WorkRef,
    slot: Slot,
    *,
    with_takes: bool = False,
    check: Callable[[], None] | None = None,
) -> None:
    """Remove the file of a slot, on request also its takes, and update the work.

    `check` is called as by `store_file`. Raises NotFoundError if there is nothing to remove.
    """
    media = store.work_media(ref)

    def mutate(work: Work) -> None:
        if check is not None:
            check()
        if slot.scene is None:
            removed = media.remove(slot.name, slot.types)
        else:
            takes = takes_of(store, ref, slot)
            removed = takes.remove_current()
            removed = (with_takes and takes.remove_earlier()) or removed
        if not removed:
            raise NotFoundError(slot.name)
        update_fields(work, slot, media, stored=False)

    store.works(ref.project_id).change(ref.work_id, mutate)
    store.previews.remove(f"{ref.project_id}.{ref.work_id}.{_lane_part(slot)}.")
