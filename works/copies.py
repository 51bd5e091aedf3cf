"""Copies of works: with media, takes and what is known of voices; without jobs, exports, comments.

Media files and the facts of takes are replaced and never modified, so a copy shares them with its
original on the disk. It is put together in a directory of its own and moved into its place at
once: a crash leaves nothing of it, or all.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any

import orjson

from errors import BusyError
from projects.assets import copies as assets
from storage.clock import now_ms
from storage.documents.snapshots import Snapshot
from storage.files.hard_links import link_files
from storage.files.trees import size_of
from storage.limits import StorageLimits
from storage.paths import MEDIA, TAKES, WorkRef, new_id
from storage.store import Store
from works import generated_scenes, listing
from works.free_names import free_name
from works.service import Work
from works.slots import Slot, slot_for_file, slot_for_take

_ATTEMPTS = 5
_RETRY_SECONDS = 2
_FILES: Mapping[str, Callable[[str], Slot | None]] = {MEDIA: slot_for_file, TAKES: slot_for_take}

Check = Callable[[], object]


class _ChangedError(Exception):
    """The work, or a file of it, was changed while it was copied."""


class Copies:
    """Makes copies for a project; they count for `owner_id`, who owns it."""

    def __init__(self, store: Store, limits: StorageLimits, project_id: str, owner_id: str) -> None:
        self._store = store
        self._limits = limits
        self.project_id = project_id
        self._owner_id = owner_id

    def duplicate(
        self, ref: WorkRef, name: str | None, check: Check, work_id: str | None = None
    ) -> Snapshot:
        """Copy a work, with the assets that it uses if it is of another project; return the copy.

        `name` is by default that of the work with a number; `work_id` is its id, if that was chosen
        before. `check` is called right before the copy is put into its place, and prevents it by
        raising an exception. Raises NotFoundError, ExistsError if there is such a work, BusyError
        if the work is changed all the time, QuotaError, ReserveError.
        """
        new = WorkRef(self.project_id, work_id or new_id("work"))
        for _ in range(_ATTEMPTS):
            with suppress(_ChangedError):
                self._copy(self._locked_snapshot(ref), new, name, check)
                return self._store.work(new)
        told = "It is changed all the time: try again, or stop the jobs that run in it."
        raise BusyError("The work could not be copied", told, _RETRY_SECONDS)

    def _locked_snapshot(self, ref: WorkRef) -> Snapshot:
        """Return a work at a moment at which no change of it is under way."""
        table = self._store.works(ref.project_id)
        with table.lock(ref.work_id):
            return table.snapshot(ref.work_id)

    def _copy(self, original: Snapshot, new: WorkRef, name: str | None, check: Check) -> None:
        """Put a copy together, and into its place. Raises _ChangedError."""
        ref = WorkRef.of(original.values)
        used = self._used_assets(original)
        self._reserve(ref, used)
        table = self._store.works(new.project_id)
        with table.stage(self._document(original, new, name, used)) as directory:
            self._link_media(ref, directory)
            if self._locked_snapshot(ref).data != original.data:
                raise _ChangedError
            assets.copy(self._store, ref.project_id, new.project_id, used, self._check_room)
            check()
            table.add_directory(new.work_id, directory)

    def _used_assets(self, original: Snapshot) -> list[str]:
        """Return the ids of the assets that have to be copied with a work."""
        source = original.values["projectId"]
        if source == self.project_id:
            return []
        return assets.used_by(self._store, source, original.values)

    def _reserve(self, ref: WorkRef, used: Iterable[str]) -> None:
        """Count what the copy of a work and of its assets takes. Raises QuotaError."""
        source = self._store.works(ref.project_id).documents.directory_of(ref.work_id)
        size = sum(size_of(f"{source}/{name}") for name in _FILES)
        needed = assets.uncopied(self._store, ref.project_id, self.project_id, used)
        size += assets.size_of_files(self._store, ref.project_id, needed)
        with self._limits.reserve_quota(self._owner_id, size):
            pass

    def _document(
        self, original: Snapshot, new: WorkRef, name: str | None, used: Iterable[str]
    ) -> Work:
        ref = WorkRef.of(original.values)
        data = original.data.replace(_addresses(ref), _addresses(new))
        if new.project_id != ref.project_id:
            data = assets.renamed(data, ref.project_id, new.project_id, used)
        work: Work = orjson.loads(data)
        now = now_ms()
        work |= {"id": new.work_id, "projectId": new.project_id, "createdAt": now, "updatedAt": now}
        work["name"] = name or self._free_name(work["name"])
        work["editorState"].pop("operationIds", None)
        work["generatedScenes"] = [*map(_without_job, work["generatedScenes"])]
        return work | generated_scenes.mismatches(work, self._store.work_media(ref).slots())

    def _free_name(self, name: str) -> str:
        """Return a name that no work of the project has."""
        listed = listing.index(self._store, self.project_id).current().entries
        return free_name(name, {each.values["name"] for each in listed})

    def _link_media(self, ref: WorkRef, directory: str) -> None:
        """Give the media of a work and their takes a second name. Raises _ChangedError."""
        source = self._store.works(ref.project_id).documents.directory_of(ref.work_id)
        for name, slot_of in _FILES.items():
            paths = f"{source}/{name}", f"{directory}/{name}"
            try:
                link_files(self._store.disk, *paths, slot_of, self._check_room)
            except FileNotFoundError:
                raise _ChangedError from None

    def _check_room(self, size: int) -> None:
        """Raise ReserveError if there is no room for a file that has to be copied."""
        self._limits.check_free(size, self._owner_id)


def _addresses(ref: WorkRef) -> bytes:
    """Return what the addresses of a work's media begin with."""
    return f"/api/projects/{ref.project_id}/works/{ref.work_id}/".encode()


def _without_job(scene: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the entry of a scene that no job works on."""
    if not scene["status"].startswith("generating"):
        return scene
    media = {kind for kind in ("image", "video") if f"{kind}Url" in scene}
    return {**scene, "status": generated_scenes.status_for(media)}
