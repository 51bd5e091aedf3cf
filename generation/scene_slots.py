"""Media slots of scenes, as a job finds and fills them, and the status that a scene has meanwhile.

A job replaces only what was there when it was ordered (`replaces` in its request). What a person or
another job has put there since stays, and what was generated for nothing is kept with the job.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from errors import InvalidError
from generation.claims import claimed_by_others
from generation.outputs import read_picture
from jobs.run import JobRun
from media.limits import JOBS
from providers.contract import Picture
from storage.errors import NotFoundError
from storage.media.contents import Contents, when_known
from storage.media.media_files import IncomingFile, MediaFiles
from storage.paths import WorkRef
from storage.store import Store
from timeline.scene_numbers import scene_number
from works import service, work_media
from works.generated_scenes import status_for, with_updated_scene
from works.origins import Origin
from works.slots import Slot, media_by_scene, scene_image, scene_video
from works.work_media import Version, version

Json = dict[str, Any]

_IN_PROGRESS = {"generating_image", "generating_video"}


def set_scene_status(
    store: Store,
    ref: WorkRef,
    index: int,
    status: str | None,
    error: str | None,
    check: Callable[[], None],
) -> None:
    """Set the status of a scene.

    None stands for the status that follows from the scene's media.
    `check` is called under the lock of the work; if it raises, the status stays as it is.
    """

    def mutate(work: Json) -> None:
        before = work["generatedScenes"]
        _set_status(store, work, index, status, error)
        if work["generatedScenes"] != before:
            service.touch(work)

    store.works(ref.project_id).change(ref.work_id, mutate, lambda _: check())


def finalize_scenes(run: JobRun) -> None:
    """After a job has ended, reset the scenes of its work that still have a status in progress.

    Except those that another job makes now.
    """
    job = run.job
    indexes = job["request"].get("sceneIndexes")
    if run.ref.work_ref is None or not indexes:
        return
    others = claimed_by_others(run)
    indexes = [index for index in indexes if index not in others]

    def mutate(work: Json) -> None:
        for index in _in_progress(work, indexes):
            errors = [call["error"] for call in job["calls"] if call["sceneIndex"] == index]
            error = next(filter(None, errors), None)
            _set_status(run.store, work, index, "error" if error else None, error)

    if _in_progress(run.work, indexes):
        service.change(run.store, run.work_ref, mutate)


def _in_progress(work: Mapping[str, Any], indexes: list[int]) -> list[int]:
    """Return the indexes of scenes whose status is in progress."""
    return [
        entry["sceneIndex"]
        for entry in work["generatedScenes"]
        if entry["sceneIndex"] in indexes and entry["status"] in _IN_PROGRESS
    ]


def _set_status(
    store: Store, work: Json, index: int, status: str | None, error: str | None
) -> None:
    """Set the status of a scene's entry; by default the one that follows from its media."""
    slots = store.work_media(WorkRef.of(work)).slots()
    present = media_by_scene(slots).get(index, set())
    scenes = work["generatedScenes"]
    new_status = status or status_for(present)
    work["generatedScenes"] = with_updated_scene(scenes, index, present, new_status, work, error)


class SlotFilledError(Exception):
    """A slot holds something that the job must not replace."""

    def __init__(self, slot: Slot) -> None:
        super().__init__(slot.name)
        self.slot = slot


def stored_files(store: Store, ref: WorkRef, slots: Iterable[Slot]) -> dict[str, Version]:
    """Return what is in those slots that hold something: what a job that is ordered may replace."""
    files = store.work_media(ref)
    versions = {slot.name: version(files, slot) for slot in slots}
    return {name: found for name, found in versions.items() if found is not None}


class JobSlots:
    """The media slots of a job's work."""

    def __init__(self, run: JobRun) -> None:
        self.work_ref = run.work_ref
        self._run = run
        self._contents = Contents()
        # Absent from jobs of version 0.2.0 and before, which replaced everything.
        self._replaces: Mapping[str, Version] | None = run.job["request"].get("replaces")

    @property
    def files(self) -> MediaFiles:
        """The media files of the work. Raises NotFoundError if it was deleted."""
        return work_media.media_files(self._run.store, self.work_ref)

    def check_free(self, *slots: Slot) -> None:
        """Raise SlotFilledError if something was put into a slot since the job was ordered.

        The caller holds the lock of the work. Raises ContentsUnknownError, and JobLostError if
        another process has taken the job over.
        """
        self._run.check_owner()
        if self._replaces is None:
            return
        for slot in slots:
            expected = self._replaces.get(slot.name)
            if work_media.holds_other(self.files, slot, expected, self._contents):
                raise SlotFilledError(slot)

    def store(
        self,
        slot: Slot,
        incoming: IncomingFile,
        media_type: str,
        origin: Origin,
        check: Callable[[], None] | None = None,
    ) -> None:
        """Move a received file into a slot. Raises SlotFilledError; the file is kept then.

        `check` is called under the lock of the work, and may raise as well.
        """

        def check_all() -> None:
            if not self._holds(slot, incoming):
                self.check_free(slot)
            if check is not None:
                check()

        store = self._run.store
        work_media.store_file(
            store, self.work_ref, slot, incoming, media_type, origin, check_all, JOBS
        )

    def _holds(self, slot: Slot, incoming: IncomingFile) -> bool:
        """Return whether the slot holds this very content: stored by the job before a crash."""
        try:
            stored = self.files.open(slot.name, slot.types)
        except NotFoundError:
            return False
        with stored.file:
            return self._contents.are_same(str(stored.file.name), incoming.path)


class SceneSlots(JobSlots):
    """The image and the clip of one scene of a job's work."""

    def __init__(self, run: JobRun, index: int) -> None:
        super().__init__(run)
        self.index = index
        self.image, self.clip = scene_image(index), scene_video(index)

    def has_clip(self) -> bool:
        """Return whether the scene has a clip."""
        return work_media.entity_tag(self.files, self.clip) is not None

    def set_status(self, status: str | None, *free: Slot, error: str | None = None) -> None:
        """Set the scene's status in the work, by default the one that follows from its media.

        Raises SlotFilledError as `check_free`, before the status is set.
        """
        arguments = (self._run.store, self.work_ref, self.index, status, error)
        when_known(lambda: set_scene_status(*arguments, lambda: self.check_free(*free)))

    def read_image(self) -> tuple[Picture, str]:
        """Return the scene's image and its SHA-256. Raises InvalidError if there is none."""
        try:
            picture = read_picture(self.files.open(self.image.name, self.image.types))
        except NotFoundError:
            raise InvalidError(
                f"Scene {scene_number(self._run.work, self.index)} has no image",
                "Upload one, or generate it.",
            ) from None
        return picture, _digest(picture.data)

    def store_image(self, incoming: IncomingFile, media_type: str, origin: Origin) -> None:
        """Move a received file into the scene. Raises SlotFilledError; the file is kept then."""
        self.store(self.image, incoming, media_type, origin)

    def store_clip(
        self, incoming: IncomingFile, media_type: str, origin: Origin, first_frame: str | None
    ) -> None:
        """Move a received file into the scene, whose image must still be its first frame, if any.

        Raises SlotFilledError, also for the image; the file is kept then.
        """

        def check() -> None:
            if first_frame is not None:
                self._check_image(first_frame)

        self.store(self.clip, incoming, media_type, origin, check)

    def _check_image(self, first_frame: str) -> None:
        try:
            stored = self.files.open(self.image.name, self.image.types)
        except NotFoundError:
            return
        with stored.file:
            if self._contents.digest(stored) != first_frame:
                raise SlotFilledError(self.image)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
