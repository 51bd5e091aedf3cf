"""Logs in the directory of a document: a file for each month, and for each node.

    <month>.jsonl            of a service that runs alone, such as 2026-11.jsonl
    <month>-<node>.jsonl     of a node

A line is appended with one call, and not synchronized to the disk: a crash of the machine may lose
the last ones. A line that is incomplete is left out when the log is read.
"""

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson

from storage.errors import NotAFileError, missing_as_not_found, writing
from storage.files.directories import DIRECTORY_MODE
from storage.files.files import Opened, StoredFileIO, open_file, remove_if_exists
from storage.files.trees import list_names

_NAME = re.compile(r"(\d{4}-\d\d)(-[A-Za-z0-9][A-Za-z0-9_-]{0,63})?\.jsonl")
_APPEND = os.O_WRONLY | os.O_APPEND | os.O_CREAT

Line = dict[str, Any]


class Tail(NamedTuple):
    """The last lines of a file, or all of them."""

    lines: list[Line]
    is_whole: bool


def month_of(time_ms: int) -> str:
    """Return the month of a time in UTC, such as 2026-11."""
    return f"{datetime.fromtimestamp(time_ms / 1000, UTC):%Y-%m}"


def is_log_name(name: str) -> bool:
    """Return whether a file of this name is a log."""
    return _NAME.fullmatch(name) is not None


class MonthlyLog:
    """The log in a directory, whose parent is a document's; `node` is the name of this node."""

    def __init__(self, directory: str, node: str) -> None:
        self._directory = directory
        self._node = f"-{node}" if node else ""

    def append(self, time_ms: int, line: Line) -> None:
        """Append a line to the file of the month of a time.

        Raises NotFoundError if the document is gone, DiskFullError, UnwritableError.
        """
        path = f"{self._directory}/{month_of(time_ms)}{self._node}.jsonl"
        # The newline before it ends a line that a crash or a full disk left incomplete.
        data = b"\n%b\n" % orjson.dumps(line)
        with writing(), missing_as_not_found(self._directory):
            log = self._open(path)
            os.write(log.descriptor, data)

    def months(self) -> list[str]:
        """Return the months that there are files of, the latest first."""
        return sorted({name[:7] for name in self._names()}, reverse=True)

    def tails(self, month: str, size: int) -> Iterator[Tail]:
        """Yield the last lines of each node in a month, as many as there are in `size` bytes."""
        for name in self._names():
            if name.startswith(month):
                with suppress(FileNotFoundError, NotAFileError):
                    yield _tail(f"{self._directory}/{name}", size)

    def delete_before(self, month: str) -> None:
        """Delete the files of earlier months."""
        for name in self._names():
            if name < month:
                remove_if_exists(f"{self._directory}/{name}")

    def _names(self) -> list[str]:
        return [name for name in list_names(self._directory) if is_log_name(name)]

    def _open(self, path: str) -> Opened:
        """Open a file, or create it. Raises FileNotFoundError if the document is gone."""
        try:
            return Opened(open_file(path, _APPEND))
        except FileNotFoundError:
            with suppress(FileExistsError):
                os.mkdir(self._directory, DIRECTORY_MODE)
            return Opened(open_file(path, _APPEND))


def _tail(path: str, size: int) -> Tail:
    with StoredFileIO(path) as file:
        start = max(0, file.status().st_size - size)
        file.seek(start)
        data = file.read()
    if start:
        data = data.partition(b"\n")[2]  # a line begins before it
    lines = map(parse_line, data.split(b"\n"))
    return Tail([line for line in lines if line is not None], not start)


def parse_line(data: bytes) -> Line | None:
    """Return the JSON object in a line; None if it is incomplete or damaged."""
    try:
        line = orjson.loads(data)
    except orjson.JSONDecodeError:
        return None
    return line if isinstance(line, dict) else None
