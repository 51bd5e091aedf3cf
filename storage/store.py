"""A data directory, opened: its documents, its media, its secrets."""

import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from storage import paths
from storage.errors import NotFoundError, UnwritableError, writing
from storage.files import Disk, create, discard, remove_if_exists, temporary_name
from storage.ids import checked_id, valid_id
from storage.index import Index
from storage.locks import ServiceLock
from storage.media_files import MediaFiles
from storage.queue import Queue
from storage.tables import Database, DocumentTable


class Store:
    """Everything that the service keeps, under one directory."""

    def __init__(self, root: Path, *, fsync: bool = True, cache_bytes: int = 64 << 20) -> None:
        self.root = root
        self.disk = Disk(fsync)
        self.disk.make_directory(root)
        self._database = Database(root, self.disk, cache_bytes)
        self._listings: dict[str, Index] = {}
        self.queue = Queue(root, self.disk)
        self._lock = ServiceLock(root)
        with self.exclusive() as alone:
            if alone:
                sweep(root)

    @property
    def users(self) -> DocumentTable:
        """Accounts."""
        return self._database.collection(paths.USERS)

    @property
    def tokens(self) -> DocumentTable:
        """API tokens, by the hash of the token."""
        return self._database.collection(paths.TOKENS)

    @property
    def logins(self) -> DocumentTable:
        """Failed logins."""
        return self._database.collection(paths.LOGINS)

    @property
    def projects(self) -> DocumentTable:
        """Projects of all users."""
        return self._database.collection(paths.PROJECTS)

    @property
    def budgets(self) -> DocumentTable:
        """How many paid calls each user started today."""
        return self._database.collection(paths.BUDGETS)

    def works(self, project_id: str) -> DocumentTable:
        """The works of one project. Raises NotFoundError for what cannot be a project's id."""
        return self._collection(paths.works_of, project_id)

    def assets(self, project_id: str) -> DocumentTable:
        """The assets of one project. Raises NotFoundError for what cannot be a project's id."""
        return self._collection(paths.assets_of, project_id)

    def templates(self, project_id: str) -> DocumentTable:
        """The editor templates of one project. Raises NotFoundError for what cannot be its id."""
        return self._collection(paths.templates_of, project_id)

    def work_jobs(self, project_id: str, work_id: str) -> DocumentTable:
        """The jobs of one work. Raises NotFoundError for what cannot be ids."""
        return self._collection(paths.jobs_of_work, project_id, work_id)

    def user_jobs(self, user_id: str) -> DocumentTable:
        """The jobs of one user that belong to no work. Raises NotFoundError for no id."""
        return self._collection(paths.jobs_of_user, user_id)

    def collection(self, name: str) -> DocumentTable:
        """A collection by its path in the data directory."""
        return self._database.collection(name)

    def work_media(self, project_id: str, work_id: str) -> MediaFiles:
        """The media files of one work. Raises NotFoundError for what cannot be ids."""
        return self.media(self.works(project_id), work_id)

    def media(self, table: DocumentTable, doc_id: str) -> MediaFiles:
        """The media files of a document. Raises NotFoundError for what cannot be its id."""
        if not valid_id(doc_id):
            raise NotFoundError(doc_id)
        return MediaFiles(paths.media_directory(self.root, table.name, doc_id), self.disk)

    def staged_media(self, directory: str) -> MediaFiles:
        """The media files of a document that is being made (see DocumentTable.staged)."""
        return MediaFiles(Path(directory, paths.MEDIA), self.disk)

    def _collection(self, path_of: Callable[..., str], *ids: str) -> DocumentTable:
        if not all(map(valid_id, ids)):
            raise NotFoundError("/".join(ids))
        return self._database.collection(path_of(*ids))

    def index(
        self, table: DocumentTable, summarize: Callable[[Mapping[str, Any]], dict[str, Any]]
    ) -> Index:
        """The list of a collection, kept in memory from its first use on."""
        listing = self._listings.get(table.name)
        if listing is None:
            listing = self._listings.setdefault(
                table.name, Index(table.documents, table.change_log, summarize)
            )
        return listing

    def forget_project(self, project_id: str) -> None:
        """Drop what is kept in memory for the collections of a deleted project."""
        inside = f"{paths.PROJECTS}/{checked_id(project_id)}/"
        for name in [name for name in self._listings if name.startswith(inside)]:
            self._listings.pop(name, None)
        self._database.forget(inside)

    def secret(self, name: str) -> bytes:
        """A random secret that is made at its first use and kept readable by the owner alone."""
        path = self.root / name
        if not path.exists():
            temporary = temporary_name(self.root)
            with writing():
                self.disk.write(temporary, secrets.token_hex(32).encode())
                try:
                    os.link(temporary, path)  # of two processes, one makes it
                except FileExistsError:
                    pass
                finally:
                    remove_if_exists(temporary)
                self.disk.sync_directory(self.root)
        return path.read_bytes()

    @contextmanager
    def exclusive(self) -> Iterator[bool]:
        """Whether no other process uses the directory; while this holds, none can begin to."""
        alone = self._lock.try_exclusive()
        try:
            yield alone
        finally:
            self._lock.share()

    def check_writable(self) -> None:
        """Write and remove a small file. Raises DiskFullError, UnwritableError."""
        path = temporary_name(self.root)
        try:
            with writing():
                descriptor = create(path)
                try:
                    os.write(descriptor, b"ready?" * 1000)
                finally:
                    os.close(descriptor)
                    remove_if_exists(path)
        except OSError as exc:  # whatever the reason: the directory is gone, the disk fails
            raise UnwritableError(str(exc)) from exc


def leftovers(root: Path) -> Iterator[Path]:
    """What interrupted work left in a data directory: temporary files and half-deleted things."""
    for parent, directories, files in os.walk(root):
        for name in [*directories, *files]:
            if name.startswith(paths.LEFTOVERS):
                yield Path(parent, name)
        directories[:] = [name for name in directories if not name.startswith(paths.LEFTOVERS)]


def sweep(root: Path) -> None:
    """Finish what a crash interrupted. Only for a process that is alone on the directory."""
    for path in leftovers(root):
        remove_leftover(path)


def remove_leftover(path: Path) -> None:
    """Remove what interrupted work left."""
    if path.is_dir():
        discard(path)
    else:
        remove_if_exists(str(path))
