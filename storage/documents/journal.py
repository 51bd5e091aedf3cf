"""Small changes of a large document, appended to a journal instead of rewriting the document.

    jobs/<id>/job.json      the document
    jobs/<id>/changes.jsonl   a hash of job.json; then a line of [path, value] pairs for each change

A change is durable as soon as its line is. The next change that is not a step, or would make the
journal larger than the document, rewrites the document and removes the journal. The hash says which
version of the document the lines belong to: a journal that a crash left behind is ignored.
"""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, NamedTuple

import orjson

from storage import paths
from storage.errors import UnreadableError
from storage.files.directories import Directory
from storage.files.durable_files import Disk
from storage.files.files import StoredFileIO

MIN_DOCUMENT_BYTES = 16 << 10  # smaller documents are rewritten

Path = list[str | int]
Change = tuple[Path, Any]


class Journal(NamedTuple):
    """A journal on the disk: the document's hash and size, and the bytes that are complete."""

    hash: bytes
    document_bytes: int
    length: int


def path_of(document: str) -> str:
    """Return the path of a document's journal."""
    return os.path.join(os.path.dirname(document), paths.JOURNAL)


def start(document: bytes) -> Journal:
    """Return the journal of a document that has none yet."""
    digest = hashlib.sha1(document, usedforsecurity=False).hexdigest().encode()
    return Journal(digest, len(document), 0)


def replay(document: bytes, data: bytes) -> tuple[Journal, list[Change]]:
    """Return the journal of a document, and its changes; an incomplete last line is ignored."""
    journal = start(document)
    header, *lines = data.split(b"\n")
    if header != journal.hash or not lines:
        return journal, []
    changes: list[Change] = []
    length = len(header) + 1
    for line in lines[:-1]:
        try:
            changes += orjson.loads(line)
        except ValueError:
            break
        length += len(line) + 1
    return journal._replace(length=length), changes


def apply(values: dict[str, Any], changes: list[Change]) -> None:
    """Apply changes to a document in place."""
    for path, value in changes:
        target: Any = values
        for step in path[:-1]:
            target = target[step]
        target[path[-1]] = value


def append(
    disk: Disk,
    directory: Directory,
    document: str,
    journal: Journal,
    old: dict[str, Any],
    new: dict[str, Any],
    check: Callable[[], None] | None = None,
) -> bool:
    """Append a change durably. Returns False if the document should be rewritten instead.

    `directory` is the document's. `check` is called right before, and prevents it by raising an
    exception. Raises UnreadableError if `journal` is not the current one.
    """
    if not _same_shape(old, new):
        return False
    line = orjson.dumps(list(difference(old, new))) + b"\n"
    if journal.length + len(line) > journal.document_bytes:
        return False
    _check_end(directory, path_of(document), journal)
    header = b"" if journal.length else journal.hash + b"\n"
    disk.append(path_of(document), header + line, journal.length, directory, check)
    return True


def _check_end(directory: Directory, path: str, journal: Journal) -> None:
    """Raise UnreadableError if the journal holds a complete change beyond those that were read.

    Appending would remove it. What else follows comes from an earlier version, or is incomplete.
    """
    header = journal.hash + b"\n"
    try:
        with StoredFileIO(path, directory.open_file) as file:
            if journal.length == 0 and file.read(len(header)) != header:
                return
            file.seek(journal.length or len(header))
            line, end, _ = file.readall().partition(b"\n")
            if not end:
                return
    except FileNotFoundError:
        return
    with suppress(ValueError):
        orjson.loads(line)
        raise UnreadableError("its journal has changed since it was read")


def difference(old: Any, new: Any, path: Path | None = None) -> Iterator[Change]:
    """Yield the changes from one JSON object or list to another of the same shape."""
    for key in new if isinstance(new, dict) else range(len(new)):
        here = [*(path or []), key]
        if isinstance(new, dict) and key not in old:
            yield here, new[key]
        elif orjson.dumps(old[key]) == orjson.dumps(new[key]):  # faster than to look into each
            continue
        elif _same_shape(old[key], new[key]):
            yield from difference(old[key], new[key], here)
        else:
            yield here, new[key]


def _same_shape(old: Any, new: Any) -> bool:
    """Return whether values can be compared part by part."""
    if isinstance(old, dict) and isinstance(new, dict):
        return old.keys() <= new.keys()
    return isinstance(old, list) and isinstance(new, list) and len(old) == len(new)
