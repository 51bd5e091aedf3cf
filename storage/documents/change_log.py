"""The change log of a collection: the ids of its documents, in the order in which they changed.

Each write appends the id of its document to `.changes` in the collection, after the document is in
place and before the write is acknowledged; each node has such a log of its own. So a reader that
finds the logs unchanged has seen every acknowledged write; one that finds a longer one reads the
new lines and those documents only. Logs need no fsync and may be truncated or removed at any time:
readers detect that (see docs/decisions/0002 and 0023).
"""

import os
from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple

from storage import paths
from storage.errors import FULL, NotAFileError, missing_as_not_found, writing
from storage.files.directories import BY_PATH, Files
from storage.files.files import Opened, StoredFileIO, create, temporary_path
from storage.files.trees import list_all, list_names
from storage.shared.changes import begin_change
from storage.shared.nodes import Nodes

_MAX_LINE = 130  # two ids, that of a work and its job, and the newline


class LogPosition(NamedTuple):
    """How far a node's log was read: the inode of its file, and the number of bytes."""

    inode: int
    size: int


Position = dict[str, LogPosition]  # of the logs of all nodes, by the node's name

_NO_LOG = LogPosition(0, 0)


class ChangeLog:
    """The change log in a directory, of a collection or of several (see paths.change_log_of).

    It consists of a log for each node, which that node alone appends to.
    """

    def __init__(self, directory: str, nodes: Nodes, prefix: str = "") -> None:
        self._directory = directory
        self._nodes = nodes
        self._directories = nodes.directories
        self._prefix = prefix  # of this collection's ids, where several share the log
        self._path = self._path_of(nodes.own)

    def append(self, ids: Iterable[str], files: Files = BY_PATH) -> None:
        """Record that documents changed. Raises NotFoundError if the collection is missing.

        `files` is the directory of a collection in which a document is locked: that of the log may
        be another one by now, as after a project was replaced.
        """
        # The newline before an id ends a line that a crash or a full disk left incomplete.
        lines = "".join(f"\n{self._prefix}{doc_id}\n" for doc_id in ids).encode()
        open_log, append = partial(_open_log, self._path), partial(self._append, lines, files)
        with writing(), missing_as_not_found(self._directory):
            if self._directories.try_recent(self._path, open_log, append):
                return
            try:
                while not append(open_log(files)):
                    pass  # the log was rotated concurrently: append to the new one
            except NotAFileError:
                self._replace()  # the document is written already: do not fail for its log

    def position(self) -> Position:
        """Return the current end of the log."""
        with suppress(FileNotFoundError, NotADirectoryError):
            position = self._ends(self._directories.files_in(self._directory))
            if any(end is not _NO_LOG for end in position.values()):
                return position
        return self._ends(BY_PATH)  # none is there: the directory may have been replaced

    def _ends(self, files: Files) -> Position:
        return {node: _end_of(self._path_of(node), files) for node in self._nodes.names()}

    def since(self, start: Position, end: Position) -> set[str] | None:
        """Return the collection's ids between two positions.

        None if a node had no log at the first one, or if it was replaced or truncated since.
        """
        lines: set[str] = set()
        for node, position in end.items():
            before = start.get(node, _NO_LOG)
            if before != position:
                found = self._between(self._path_of(node), before, position)
                if found is None:
                    return None
                lines |= found
        prefix = self._prefix
        return {line.removeprefix(prefix) for line in lines if line.startswith(prefix)}

    def _between(self, path: str, start: LogPosition, end: LogPosition) -> set[str] | None:
        if start.inode != end.inode or end.size < start.size or not start.inode:
            return None
        try:
            with StoredFileIO(path) as file:
                if file.status().st_ino != start.inode:
                    return None
                offset = max(0, start.size - _MAX_LINE)
                file.seek(offset)
                data = file.read(end.size - offset)
        except (FileNotFoundError, NotAFileError):
            return None
        # The start may be within a line that was being written: that line is read again.
        line_start = data.rfind(b"\n", 0, start.size - offset) + 1
        return set(data[line_start:].decode(errors="replace").split())

    def _append(self, lines: bytes, files: Files, log: "_OpenLog") -> bool:
        """Append to the log; return False if another process replaced it meanwhile."""
        written = log.write(lines, publish=bool(self._nodes.own))
        position = _end_of(self._path, files)
        if position.inode != log.inode:
            return False
        if written < len(lines) or position.size > self._nodes.tuning.log_bytes:
            self._replace()
        return True

    def _replace(self) -> None:
        """Replace the log by an empty one, which makes readers scan all documents."""
        temporary = temporary_path(self._directory)
        os.close(create(temporary))
        begin_change()
        os.replace(temporary, self._path)

    def _path_of(self, node: str) -> str:
        return f"{self._directory}/{paths.change_log_name(node)}"


def renew_logs(project: Path, nodes: Nodes) -> None:
    """Give a project that is about to be put in place new logs, of all that is in it.

    From these, indexes see that it was replaced, or was away.
    """
    for directory in (project, project / paths.WORKS):
        names = list_all(directory) if directory.is_dir() else []
        for log in filter(paths.is_change_log, names):
            (directory / log).unlink()
        if directory.is_dir():
            ChangeLog(str(directory), nodes).append(list_names(directory))


def _end_of(path: str, files: Files) -> LogPosition:
    try:
        status = files.status(path)
    except (FileNotFoundError, NotADirectoryError):
        return _NO_LOG
    return LogPosition(status.st_ino, status.st_size)


class _OpenLog(Opened):
    """A log that is open for appending."""

    def __init__(self, descriptor: int) -> None:
        super().__init__(descriptor)
        self.inode = os.fstat(self.descriptor).st_ino

    def write(self, lines: bytes, *, publish: bool) -> int:
        """Write with one call, so that lines of several processes never mix; return how much.

        `publish`: a copy of the file is closed, upon which a distributed file system shows others
        what was written.

        A full disk is not an error: a document may just have been deleted to free space.
        """
        try:
            written = os.write(self.descriptor, lines)
            if publish:
                os.close(os.dup(self.descriptor))
        except OSError as exc:
            if exc.errno not in FULL:
                raise
            return 0
        return written


def _open_log(path: str, files: Files) -> _OpenLog:
    """Open a log, or create it. Raises as `open_file`."""
    return _OpenLog(files.open_file(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT))
