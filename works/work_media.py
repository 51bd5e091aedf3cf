"""What an upload or a removal of media does to the work."""

from typing import Any

from storage.errors import NotFoundError
from storage.media_files import IncomingFile, MediaFiles
from storage.store import Store
from works import generated_scenes
from works.service import touch
from works.slots import AUDIO, REFERENCE, Slot, scene_slots

Work = dict[str, Any]


def media_of(store: Store, project_id: str, work_id: str) -> MediaFiles:
    """The media files of a work. Raises NotFoundError if there is no such work."""
    store.works(project_id).snapshot(work_id)
    return store.work_media(project_id, work_id)


def place(
    store: Store, project_id: str, work_id: str, slot: Slot, incoming: IncomingFile, kind: str
) -> str:
    """Put a received file of this type into a slot, note it in the work; returns its URL."""
    media = store.work_media(project_id, work_id)
    media.finish(incoming)

    def change(work: Work) -> None:
        media.place(incoming, slot.name, kind, slot.types)
        _note(work, slot, media, arrived=True)

    store.works(project_id).change(work_id, change)
    return slot.url(project_id, work_id)


def remove(store: Store, project_id: str, work_id: str, slot: Slot) -> None:
    """Empty a slot and note it in the work. Raises NotFoundError if it was empty."""
    media = store.work_media(project_id, work_id)

    def change(work: Work) -> None:
        if not media.remove(slot.name, slot.types):
            raise NotFoundError(slot.name)
        _note(work, slot, media, arrived=False)

    store.works(project_id).change(work_id, change)


def _note(work: Work, slot: Slot, media: MediaFiles, arrived: bool) -> None:
    """Bring the work's fields in line with the media, after a slot changed."""
    if slot == REFERENCE:
        work["hasReferenceVideo"] = arrived
    elif slot == AUDIO:
        timeline = {**work["editorState"], "audioUrl": slot.url(work["projectId"], work["id"])}
        if not arrived:
            del timeline["audioUrl"]
        work["editorState"] = timeline
    else:
        _note_scene(work, slot, media, arrived)
    touch(work)


def _note_scene(work: Work, slot: Slot, media: MediaFiles, arrived: bool) -> None:
    index = int(slot.scene or 0)
    kinds = scene_slots(media.slots()).get(index, set())
    # What just arrived says how far the scene is, even a new image beside an older video.
    status = generated_scenes.status_with({slot.path.rpartition("/")[2]} if arrived else kinds)
    work["generatedScenes"] = generated_scenes.updated(
        work["generatedScenes"], index, kinds, status, work
    )
