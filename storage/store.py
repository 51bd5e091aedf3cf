"""An open data directory: its documents, media files and secrets."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from settings.tuning import DEFAULT, Tuning
from storage import paths
from storage.documents.change_log import ChangeLog
from storage.documents.derived_values import DerivedValues
from storage.documents.index import Index, IndexedDocuments, Summarize
from storage.documents.kept_indexes import KeptIndexes
from storage.documents.project_jobs import ProjectJobs
from storage.documents.snapshots import Snapshot
from storage.documents.tables import Database, DocumentTable
from storage.errors import NotFoundError, UnavailableError, UnwritableError, writing
from storage.files.access import AccessCheck
from storage.files.durable_files import Disk
from storage.files.files import create, exists, remove_if_exists, temporary_path
from storage.files.monthly_log import MonthlyLog
from storage.files.trees import remove_tree
from storage.leftovers import remove_leftovers
from storage.locking.locks import ServiceLock
from storage.media.kept_previews import Previews
from storage.media.kept_takes import TakeFiles
from storage.media.media_files import MediaFiles
from storage.media.take_state import Describe
from storage.paths import WorkRef, valid_id, validate_id
from storage.queue import Queue
from storage.secret_files import provide_secret
from storage.shared.nodes import Nodes

MAX_OPERATION_SECONDS = 3600  # no request takes longer

_MAX_RECENT_INDEXES = 100
_TRANSIENT_BYTES = 1 << 20  # of memory, for documents that are gone after a minute


class Store:
    """Everything in a data directory; docs/data.md shows how to use it in a Python shell.

    The directory is created if it is missing. The first process to open it removes what a crash
    left there. Only who `reads_only` can open one that cannot be written to, such as a snapshot.
    """

    def __init__(
        self,
        root: str | Path,
        *,
        fsync: bool = True,
        cache_bytes: int = 64 << 20,
        takes: int = 20,
        node: str = "",
        tuning: Tuning = DEFAULT,
        reads_only: bool = False,
    ) -> None:
        self.root = Path(root)
        self._tuning = tuning
        self._takes = takes  # how many earlier files of a slot are kept
        self.disk = Disk(fsync)
        self.disk.make_directory(self.root)
        self._lock = ServiceLock(self.root, reads_only=reads_only)
        self.is_writable = self._lock.is_writable
        self.nodes = Nodes(self.root, self.disk, node if self.is_writable else "", tuning)
        self._database = Database(self.root, self.disk, cache_bytes, self.nodes)
        transient = Database(self.root, Disk(fsync=False), _TRANSIENT_BYTES, self.nodes)
        collection = self._database.collection
        self.users = collection(paths.USERS)
        self.tokens = collection(paths.TOKENS)  # of the API, by their hashes
        self.links = collection(paths.LINKS)  # open something without a login; by their hashes
        self.logins = collection(paths.LOGINS)  # counts of those that failed
        self.requests = collection(paths.REQUESTS)  # of the last day, with an Idempotency-Key
        self.projects = collection(paths.PROJECTS)  # of all users
        self.presence = transient.collection(paths.PRESENCE)  # who is in the works now
        self.budgets = collection(paths.BUDGETS)  # paid calls that each user started today
        self.provider_keys = collection(paths.PROVIDER_KEYS)  # kept ones, by user or project
        self.trash = collection(paths.TRASH)  # what can be restored (see storage/trash.py)
        self._recent_indexes = lru_cache(_MAX_RECENT_INDEXES)(self._new_index)
        self.derived = DerivedValues(self.root, self.nodes, tuning.derived)
        self._indexes = KeptIndexes(self.root, tuning, self.derived)
        self.queue = Queue(self.root, self.disk)
        self.access = AccessCheck(self.root, tuning.access_memory)
        self.previews = Previews(self.root, self.disk)
        self.roomy_until = 0.0  # free space need not be checked before (see storage/limits.py)
        with self.exclusive() as alone:
            if alone:
                self._clean()

    def _clean(self) -> None:
        # Another node may have lost its lock of the directory, and still be at work.
        remove_leftovers(self.root, MAX_OPERATION_SECONDS if self.nodes.own else 0)
        remove_tree(self.root / paths.USAGE)  # to be measured again
        remove_tree(self.root / paths.PRESENCE)  # nobody is there any more

    def works(self, project_id: str) -> DocumentTable:
        """Return the works of a project. Raises NotFoundError for an invalid id."""
        return self._collection(paths.works_of, project_id)

    def work(self, ref: WorkRef) -> Snapshot:
        """Return a work as it is stored now. Raises NotFoundError."""
        return self.works(ref.project_id).snapshot(ref.work_id)

    def assets(self, project_id: str) -> DocumentTable:
        """Return the assets of a project. Raises NotFoundError for an invalid id."""
        return self._collection(paths.assets_of, project_id)

    def templates(self, project_id: str) -> DocumentTable:
        """Return the editor templates of a project. Raises NotFoundError for an invalid id."""
        return self._collection(paths.templates_of, project_id)

    def cast(self, project_id: str) -> DocumentTable:
        """Return the cast of a project. Raises NotFoundError for an invalid id."""
        return self._collection(paths.cast_of, project_id)

    def activity(self, project_id: str) -> MonthlyLog:
        """Return the log of what was done in a project. Raises NotFoundError for an invalid id."""
        if not valid_id(project_id):
            raise NotFoundError(project_id)
        directory = f"{self.root}/{paths.PROJECTS}/{project_id}/{paths.ACTIVITY}"
        return MonthlyLog(directory, self.nodes.own)

    def work_jobs(self, ref: WorkRef) -> DocumentTable:
        """Return the jobs of a work. Raises NotFoundError for an invalid id."""
        return self._collection(paths.jobs_of_work, ref)

    def exports(self, ref: WorkRef) -> DocumentTable:
        """Return the exports of a work. Raises NotFoundError for an invalid id."""
        return self._collection(paths.exports_of, ref)

    def user_jobs(self, user_id: str) -> DocumentTable:
        """Return a user's jobs that belong to no work. Raises NotFoundError for an invalid id."""
        return self._collection(paths.jobs_of_user, user_id)

    def collection(self, name: str) -> DocumentTable:
        """Return a collection by its path in the data directory."""
        return self._database.collection(name)

    def work_media(self, ref: WorkRef) -> MediaFiles:
        """Return the media files of a work. Raises NotFoundError for an invalid id."""
        return self.media(self.works(ref.project_id), ref.work_id)

    def media(self, table: DocumentTable, doc_id: str) -> MediaFiles:
        """Return the media files of a document. Raises NotFoundError for an invalid id."""
        if not valid_id(doc_id):
            raise NotFoundError(f"{table.name}/{doc_id}")
        return MediaFiles(paths.media_directory(self.root, table.name, doc_id), self.disk)

    def work_takes(
        self, ref: WorkRef, slot: str, media_types: tuple[str, ...], describe: Describe
    ) -> TakeFiles:
        """Return the takes of a slot of a work. Raises NotFoundError for an invalid id."""
        table = self.works(ref.project_id)
        if not valid_id(ref.work_id):
            raise NotFoundError(f"{table.name}/{ref.work_id}")
        directory = self.root / table.name / ref.work_id
        return TakeFiles(directory, self.disk, slot, media_types, describe, self._takes)

    def staged_media(self, directory: str) -> MediaFiles:
        """Return the media files of a staged document (see DocumentTable.stage)."""
        return MediaFiles(Path(directory, paths.MEDIA), self.disk)

    def _collection(self, path_of: Callable[..., str], of: str | WorkRef) -> DocumentTable:
        ids = (of,) if isinstance(of, str) else of
        if not all(map(valid_id, ids)):
            raise NotFoundError("/".join(ids))
        return self._database.collection(path_of(of))

    def index(self, table: DocumentTable, summarize: Summarize) -> Index:
        """Return the index of a collection, which is kept in memory from its first use on.

        There is an index for each `summarize`: a function of a module, or what is equal if it does
        the same.
        """
        return self.named_index(table.name, table.documents, table.change_log, summarize)

    def recent_index(self, table: DocumentTable, summarize: Summarize) -> Index:
        """Return the index of one of many collections, such as the jobs of a work.

        Only those that were used last are kept in memory.
        """
        return self._recent_indexes(table.name, summarize)

    def _new_index(self, name: str, summarize: Summarize) -> Index:
        table = self.collection(name)
        return Index(table.documents, table.change_log, summarize, self._tuning)

    def project_jobs(self, project_id: str, summarize: Summarize) -> Index:
        """Return the index of the jobs of all works of a project, whose ids are `<work>/<job>`."""
        documents, log = ProjectJobs(self.root, project_id), self.project_log(project_id)
        return self.named_index(f"{paths.works_of(project_id)}/*", documents, log, summarize)

    def project_log(self, project_id: str) -> ChangeLog:
        """Return the change log of a project's assets, templates and cast and its works' jobs."""
        directory, _ = paths.change_log_of(paths.assets_of(project_id))
        return ChangeLog(str(self.root / directory), self.nodes)

    def named_index(
        self, name: str, documents: IndexedDocuments, log: ChangeLog, summarize: Summarize
    ) -> Index:
        """Return the index of documents that are no collection, as `index` does, by its name."""
        return self._indexes.get(name, documents, log, summarize)

    def evict_project(self, project_id: str) -> None:
        """Drop what is known of a deleted project from memory."""
        self._indexes.evict(validate_id(project_id))

    def secret(self, name: str) -> bytes:
        """Return a random secret, which its first use creates; only the owner can read its file.

        Raises UnreadableError if the file is too short to be one, NotAFileError if something else
        is in its place.
        """
        return provide_secret(self.root / name, self.disk)

    @contextmanager
    def exclusive(self) -> Iterator[bool]:
        """Yield whether no other process uses the directory; if so, none can open it meanwhile."""
        alone = self._lock.try_acquire_exclusive()
        try:
            yield alone
        finally:
            self._lock.acquire_shared()

    def check_present(self) -> None:
        """Raise UnavailableError if the directory is gone: its file system was unmounted."""
        if not exists(self.root / paths.LOCK):
            raise UnavailableError(f"{self.root} is gone; is its file system mounted?")

    def check_writable(self) -> None:
        """Write and remove a small file. Raises DiskFullError, UnwritableError."""
        path = temporary_path(self.root)
        try:
            with writing():
                os.stat(self.root / paths.LOCK)  # or the directory's file system was unmounted
                descriptor = create(path)
                try:
                    os.write(descriptor, b"ready?" * 1000)
                finally:
                    os.close(descriptor)
                    remove_if_exists(path)
        except OSError as exc:  # any other reason: the directory is missing, the disk fails
            raise UnwritableError(str(exc)) from exc
