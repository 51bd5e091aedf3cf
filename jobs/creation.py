"""Creation of a job's document, with the files that came with its request."""

import logging
from collections.abc import Mapping
from contextlib import suppress

from jobs.model import Job, JobRef
from storage.errors import NotFoundError, StorageError, UnconfirmedError
from storage.files.files import is_directory
from storage.locking.locks import FileLock
from storage.media.media_files import IncomingFile
from storage.paths import RUNNING
from storage.store import Store
from timeline.scene_numbers import IN_ORDER, scene_numbers

_log = logging.getLogger("vidworks.jobs")

# Received files and their media types, by slot.
ReceivedFiles = Mapping[str, tuple[IncomingFile, str]]


def create(
    store: Store, ref: JobRef, job: Job, files: ReceivedFiles
) -> tuple[FileLock, str | None]:
    """Create a job with its files, atomically and durably; return its lock and its owner.

    The job is locked in a staging directory and added to the queue, then moved into place: no other
    process can claim a job that is still being created. Once it is in place, nothing that fails
    unmakes it. If it may not be durable, it has no owner: the run that takes it over waits until
    the disk works again, before it pays for anything. Raises ExistsError.
    """
    table, owner = store.collection(ref.collection), job["owner"]
    _number_scenes(store, ref, job)
    with table.stage(job) as directory:
        for slot, (incoming, media_type) in files.items():
            media = store.staged_media(directory)
            media.place(incoming, slot, media_type, (media_type,))
        lock = FileLock.try_acquire(directory, RUNNING)
        assert lock is not None  # noqa: S101 - no other process knows the directory
        store.queue.add(*ref)
        try:
            table.add_directory(ref.id, directory)
        except UnconfirmedError as exc:
            _log.warning("job %s is started although the disk failed: %s", ref.id, exc)
            owner = None
        except BaseException:
            # Deleted with its work meanwhile: others would look for the job for a minute.
            if not is_directory(table.documents.directory_of(ref.id)):
                with suppress(StorageError):
                    store.queue.discard(*ref)
            raise
    table.keep(ref.id, job)
    return lock, owner


def _number_scenes(store: Store, ref: JobRef, job: Job) -> None:
    """Note in calls what their scenes are called, where that does not follow from the index."""
    calls = [call for call in job["calls"] if call["sceneIndex"] is not None]
    if ref.work_ref is None or not calls:
        return
    with suppress(NotFoundError):  # deleted concurrently
        numbers = scene_numbers(store.work(ref.work_ref).values)
        for call in calls:
            number = numbers[call["sceneIndex"]]
            if number != IN_ORDER[call["sceneIndex"]]:
                call["sceneNumber"] = number
