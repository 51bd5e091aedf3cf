"""The image and the clip of a scene, as a job finds them and stores its own.

A job replaces only what was there when it was ordered (`replaces` in its request). What a person
or another job has put there since stays, and what was generated for nothing is kept with the job.
"""

import hashlib
from collections.abc import Mapping

from errors import InvalidError
from generation.outputs import read_picture
from generation.scene_status import set_scene_status
from jobs.run import JobRun
from media.limits import JOBS
from providers.contract import Picture
from schemas.scenes import scene_number
from storage.errors import NotFoundError
from storage.media.contents import Contents, when_known
from storage.media.media_files import IncomingFile, MediaFiles
from works import work_media
from works.origins import Origin
from works.slots import Slot, scene_image, scene_video
from works.work_media import Version


class SlotFilledError(Exception):
    """A slot holds something that the job must not replace."""

    def __init__(self, slot: Slot) -> None:
        super().__init__(slot.name)
        self.slot = slot


class SceneSlots:
    """The image and the clip of one scene of a job's work."""

    def __init__(self, run: JobRun, index: int) -> None:
        work_ids = run.ref.work_ids
        assert work_ids is not None  # noqa: S101 - only works have jobs for scenes
        self.work_ids = work_ids
        self.index = index
        self.image, self.clip = scene_image(index), scene_video(index)
        self._run = run
        self._contents = Contents()
        # Absent from jobs of version 0.2.0 and before, which replaced everything.
        self._replaces: Mapping[str, Version] | None = run.job["request"].get("replaces")

    @property
    def files(self) -> MediaFiles:
        """The media files of the work. Raises NotFoundError if it was deleted."""
        return work_media.media_files(self._run.store, *self.work_ids)

    def has_clip(self) -> bool:
        """Return whether the scene has a clip."""
        return work_media.entity_tag(self.files, self.clip) is not None

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

    def set_status(self, status: str | None, *free: Slot, error: str | None = None) -> None:
        """Set the scene's status in the work, by default the one that follows from its media.

        Raises SlotFilledError as `check_free`, before the status is set.
        """
        arguments = (self._run.store, self.work_ids, self.index, status, error)
        when_known(lambda: set_scene_status(*arguments, lambda: self.check_free(*free)))

    def read_image(self) -> tuple[Picture, str]:
        """Return the scene's image and its SHA-256. Raises InvalidError if there is none."""
        try:
            picture = read_picture(self.files.open(self.image.name, self.image.types))
        except NotFoundError:
            raise InvalidError(
                f"Scene {scene_number(self.index)} has no image", "Upload one, or generate it."
            ) from None
        return picture, _digest(picture.data)

    def store_image(self, incoming: IncomingFile, media_type: str, origin: Origin) -> None:
        """Move a received file into the scene. Raises SlotFilledError; the file is kept then."""
        self._store(self.image, incoming, media_type, origin)

    def store_clip(
        self, incoming: IncomingFile, media_type: str, origin: Origin, first_frame: str | None
    ) -> None:
        """Move a received file into the scene, whose image must still be its first frame, if any.

        Raises SlotFilledError, also for the image; the file is kept then.
        """
        self._store(self.clip, incoming, media_type, origin, first_frame)

    def _store(
        self,
        slot: Slot,
        incoming: IncomingFile,
        media_type: str,
        origin: Origin,
        first_frame: str | None = None,
    ) -> None:
        def check() -> None:
            if not self._holds(slot, incoming):
                self.check_free(slot)
            if first_frame is not None:
                self._check_image(first_frame)

        store = self._run.store
        work_media.store_file(
            store, *self.work_ids, slot, incoming, media_type, origin, check, JOBS
        )

    def _holds(self, slot: Slot, incoming: IncomingFile) -> bool:
        """Return whether the slot holds this very content: stored by the job before a crash."""
        try:
            stored = self.files.open(slot.name, slot.types)
        except NotFoundError:
            return False
        with stored.file:
            return self._contents.are_same(str(stored.file.name), incoming.path)

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
