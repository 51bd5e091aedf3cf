"""Media slots of a work, as a job fills them.

A job replaces only what was there when it was ordered (`replaces` in its request). What a person
or another job has put there since stays, and what was generated for nothing is kept with the job.
"""

from collections.abc import Callable, Iterable, Mapping

from jobs.run import JobRun
from media.limits import JOBS
from storage.errors import NotFoundError
from storage.ids import WorkRef
from storage.media.contents import Contents
from storage.media.media_files import IncomingFile, MediaFiles
from storage.store import Store
from works import work_media
from works.origins import Origin
from works.slots import Slot
from works.work_media import Version, version


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
