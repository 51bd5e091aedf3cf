"""The image and the clip of a scene, as a job finds them and stores its own."""

import hashlib

from errors import InvalidError
from generation.job_slots import JobSlots, SlotFilledError
from generation.outputs import read_picture
from generation.scene_status import set_scene_status
from jobs.run import JobRun
from providers.contract import Picture
from schemas.scenes import scene_number
from storage.errors import NotFoundError
from storage.media.contents import when_known
from storage.media.media_files import IncomingFile
from works import work_media
from works.origins import Origin
from works.slots import Slot, scene_image, scene_video


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
                f"Scene {scene_number(self.index)} has no image", "Upload one, or generate it."
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
