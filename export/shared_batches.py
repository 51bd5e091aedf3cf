"""The batches of an export that several nodes render, each of them on one node.

    cache/working/<job id>/     of the node that runs the job
        batch-<key>             a lock for each batch, held while it is rendered
        node-<name>/            of a node that helps, with the segments that it has provided so far

Rendered segments get from node to node by the cache. A batch that two nodes render all the same, as
a lock has lapsed, is no harm: the first one is kept.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.locks import FileLock
from storage.trees import list_names

_NODE = "node-"
_SEGMENT = re.compile(r"segment-(\d+)\.mp4")


class SharedBatches:
    """The locks of batches in the working directory of the node that runs an export.

    Without a directory, no other node renders any.
    """

    def __init__(self, directory: Path | None = None) -> None:
        self._directory = directory

    @contextmanager
    def claim(self, key: str) -> Iterator[bool]:
        """Hold the batch with this key; yield whether it is held, and by no other node.

        Raises NotFoundError if the directory is missing, as the export has ended.
        """
        if self._directory is None:
            yield True
            return
        lock = FileLock.try_acquire(self._directory, f"batch-{key}")
        try:
            yield lock is not None
        finally:
            if lock is not None:
                lock.release()

    def provided_by_others(self) -> set[int]:
        """Return the numbers of the segments that nodes that help have provided."""
        if self._directory is None:
            return set()
        nodes = [name for name in list_names(self._directory) if name.startswith(_NODE)]
        names = (name for node in nodes for name in list_names(self._directory / node))
        return {int(match[1]) for match in map(_SEGMENT.fullmatch, names) if match is not None}


def segment_name(number: int) -> str:
    """Return the file name of a segment in a working directory."""
    return f"segment-{number:05}.mp4"


def helpers_directory(directory: Path, node: str) -> Path:
    """Return the working directory of a node that helps the one with this working directory."""
    return directory / f"{_NODE}{node}"
