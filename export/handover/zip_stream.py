"""A zip archive as a stream: nothing of it is kept, neither in memory nor on the disk.

Files are stored as they are, since media don't get smaller. Sizes and checksums follow each file
(data descriptors), so that none is read twice; ZIP64 is used where it is needed.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol
from zipfile import ZIP_STORED, ZipFile, ZipInfo

_BLOCK_BYTES = 1 << 18
_EARLIEST, _LATEST = (1980, 1, 1, 0, 0, 0), (2107, 12, 31, 23, 59, 58)  # that a zip can state


class Readable(Protocol):
    """An open file."""

    def read(self, size: int, /) -> bytes | None:
        """Return the next bytes, at most `size`; none at the end."""


class Entry(NamedTuple):
    """A file to be archived; it is opened when its turn comes."""

    name: str
    size: int
    mtime: float
    open: Callable[[], AbstractContextManager[Readable]]


def zip_chunks(entries: Iterable[Entry]) -> Iterator[bytes]:
    """Yield an archive. Raises what `open` raises; the archive is incomplete then."""
    pipe = _Pipe()
    with ZipFile(pipe, "w", ZIP_STORED) as archive:  # type: ignore[call-overload]  # it needs `write` alone
        for entry in entries:
            info = ZipInfo(entry.name, _date(entry.mtime))
            info.file_size = entry.size  # whether it needs ZIP64
            info.external_attr = 0o644 << 16
            with entry.open() as source, archive.open(info, "w") as target:
                while data := source.read(_BLOCK_BYTES):
                    target.write(data)
                    yield pipe.take()
    yield pipe.take()


class _Pipe:
    """What is written is taken before more is written. It cannot seek, and tells no position."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Do nothing: nothing is held back."""

    def take(self) -> bytes:
        data = b"".join(self._parts)
        self._parts.clear()
        return data


def _date(mtime: float) -> tuple[int, int, int, int, int, int]:
    return max(_EARLIEST, min(time.gmtime(max(mtime, 0.0))[:6], _LATEST))
