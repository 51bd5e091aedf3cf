"""Storing and removing the media of works; each also updates the work's document."""

from collections.abc import Callable, Mapping
from typing import Any, TypedDict

from media.clip_measures import Measures, measure_clip
from media.images import check_file
from media.lanes import LaneMedia
from media.limits import UPLOADS, Pool
from storage.errors import NotFoundError
from storage.media.contents import Contents, when_known
from storage.media.media_files import IncomingFile, MediaFiles
from storage.store import Store
from works import generated_scenes
from works.origins import Origin, takes_of
from works.service import Work, touch
from works.slots import AUDIO, REFERENCE, Slot, is_clip, media_by_scene, scene_video


class Version(TypedDict):
    """What was in a slot: the entity tag of the file, and the SHA-256 of its contents."""

    etag: str
    sha256: str


def media_files(store: Store, project_id: str, work_id: str) -> MediaFiles:
    """Return the media files of a work. Raises NotFoundError if there is no such work."""
    store.works(project_id).snapshot(work_id)
    return store.work_media(project_id, work_id)


def lane_media(store: Store, project_id: str, work_id: str, slot: Slot) -> LaneMedia:
    """Return the file in a slot as lanes of timelines show it. Raises NotFoundError."""
    files = media_files(store, project_id, work_id)
    part = slot.path if slot.scene is None else str(slot.scene)
    name = "The audio" if slot.scene is None else f"The video of scene {slot.scene}"
    return LaneMedia(project_id, work_id, part, files, slot.name, slot.types, name)


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
    project_id: str,
    work_id: str,
    slot: Slot,
    incoming: IncomingFile,
    media_type: str,
    origin: Origin,
    check: Callable[[], None] | None = None,
    pool: Pool = UPLOADS,
) -> str:
    """Move a received file into a slot and update the work. Return the file's URL.

    A clip is measured before, by a program of `pool`. The earlier file of a scene's slot is kept as
    a take. `check` is called under the lock of the work; if it raises, nothing is stored. After a
    ContentsUnknownError, it is called again. Raises TooLargeError for an image with too many
    pixels.
    """
    check_file(incoming.path, media_type)
    media = store.work_media(project_id, work_id)
    media.finish(incoming)
    takes = None if slot.scene is None else takes_of(store, project_id, work_id, slot)
    measures = measure_clip(store, incoming.path, pool) if is_clip(slot) else None

    def mutate(work: Work) -> None:
        if check is not None:
            check()
        if takes is None:
            media.place(incoming, slot.name, media_type, slot.types)
        else:
            takes.replace(incoming.path, media_type, origin)
        update_fields(work, slot, media, stored=True, measures=measures)

    when_known(lambda: store.works(project_id).change(work_id, mutate))
    return slot.url(project_id, work_id)


def correct_measures(
    store: Store, project_id: str, work_id: str, clips: Mapping[int, tuple[str, Measures]]
) -> None:
    """Correct the measures of clips that have none, or others, unless they were replaced meanwhile.

    `clips` has the entity tag and the measures of the clips of scenes. `updatedAt` stays: nobody
    has changed the work. Raises NotFoundError.
    """
    works = store.works(project_id)
    if not _differing(works.snapshot(work_id).values, clips):
        return
    media = store.work_media(project_id, work_id)

    def mutate(work: Work) -> None:
        for index in _differing(work, clips):
            etag, measures = clips[index]
            if entity_tag(media, scene_video(index)) == etag:
                scenes = work["generatedScenes"]
                work["generatedScenes"] = generated_scenes.with_measures(scenes, index, measures)

    works.change(work_id, mutate)


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
    project_id: str,
    work_id: str,
    slot: Slot,
    *,
    with_takes: bool = False,
    check: Callable[[], None] | None = None,
) -> None:
    """Remove the file of a slot, on request also its takes, and update the work.

    `check` is called as by `store_file`. Raises NotFoundError if there is nothing to remove.
    """
    media = store.work_media(project_id, work_id)

    def mutate(work: Work) -> None:
        if check is not None:
            check()
        if slot.scene is None:
            removed = media.remove(slot.name, slot.types)
        else:
            takes = takes_of(store, project_id, work_id, slot)
            removed = takes.remove_current()
            removed = (with_takes and takes.remove_earlier()) or removed
        if not removed:
            raise NotFoundError(slot.name)
        update_fields(work, slot, media, stored=False)

    store.works(project_id).change(work_id, mutate)
    part = slot.path if slot.scene is None else slot.scene
    store.previews.remove(f"{project_id}.{work_id}.{part}.")


def update_fields(
    work: Work, slot: Slot, media: MediaFiles, stored: bool, measures: Measures | None = None
) -> None:
    """Update the work's fields after a file was stored in a slot or removed from it.

    `measures` are those of a new clip; None if another file has changed.
    """
    touch(work)
    if slot == REFERENCE:
        work["hasReferenceVideo"] = stored
    elif slot == AUDIO:
        _update_audio(work, slot.url(work["projectId"], work["id"]), stored)
    else:
        _update_scene(work, slot, media, stored, measures)


def _update_audio(work: Work, url: str, stored: bool) -> None:
    """Make new audio the music; without it there is none, unless that came from an asset."""
    timeline = dict(work["editorState"])
    if stored:
        timeline["audioUrl"] = url
    elif timeline.get("audioUrl") == url:
        del timeline["audioUrl"]
    work["editorState"] = timeline
    work["audioUpdatedAt"] = work["updatedAt"] if stored else None


def _update_scene(
    work: Work, slot: Slot, media: MediaFiles, stored: bool, measures: Measures | None
) -> None:
    index = int(slot.scene or 0)
    scene_media = media_by_scene(media.slots()).get(index, set())
    # A new file sets the status by itself: a new image means "image_ready", even with an old video.
    status = generated_scenes.status_for({slot.path.rpartition("/")[2]} if stored else scene_media)
    scenes = work["generatedScenes"]
    if measures is not None:
        scenes = generated_scenes.with_measures(scenes, index, measures)
    work["generatedScenes"] = generated_scenes.with_updated_scene(
        scenes, index, scene_media, status, work, changed=work["updatedAt"]
    )
