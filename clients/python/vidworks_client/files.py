"""Local files on their way to the service."""

import base64
import hashlib
import io
import mimetypes
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

# Called with the bytes that were sent or received, and the total (None if it is unknown).
OnBytes = Callable[[int, int | None], None]
FilePath = str | os.PathLike[str]
Source = FilePath | Mapping[str, Any]  # a local file, an address, a data URL, an asset's ID, …

_MAX_DATA = 6_000_000  # of files in a JSON body, for which the service has a limit of 10 MB
_ASSET_ID = re.compile(r"asset_[A-Za-z0-9_-]+")
_TYPES = {
    ".weba": "audio/webm",
    ".m4a": "audio/mp4",
    ".webp": "image/webp",
    ".avi": "video/x-msvideo",
}


class Upload:
    """A local file that is sent as a part of a form, from its beginning if that is repeated."""

    def __init__(
        self,
        path: Path,
        file: IO[bytes],
        part: str,
        form: Mapping[str, Any],
        on_bytes: OnBytes | None,
    ) -> None:
        self._path = path
        self._file = file
        self._part = part
        self._form = form
        self._on_bytes = on_bytes

    def from_the_beginning(self) -> dict[str, Any]:
        """Return what httpx takes for the body."""
        file = _CountedFile(self._file, self._on_bytes)
        part = (self._path.name, file, media_type(self._path))
        return {"files": {self._part: part}, "data": self._form}


@contextmanager
def opened(
    path: FilePath, part: str, form: Mapping[str, Any], on_bytes: OnBytes | None
) -> Iterator[Upload]:
    """Open a local file for an upload. Raises OSError."""
    with Path(path).open("rb") as file:
        yield Upload(Path(path), file, part, form, on_bytes)


class _CountedFile(io.RawIOBase):
    """A file that tells how much of it was read."""

    def __init__(self, file: IO[bytes], on_bytes: OnBytes | None) -> None:
        self._file = file
        self._size = os.fstat(file.fileno()).st_size
        self._on_bytes = on_bytes

    def fileno(self) -> int:
        """Return the descriptor, by which httpx learns the size."""
        return self._file.fileno()

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a position; httpx goes to the beginning."""
        return self._file.seek(offset, whence)

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        data = self._file.read(size)
        if data and self._on_bytes is not None:
            self._on_bytes(self._file.tell(), self._size)
        return data


def media_type(path: Path) -> str:
    """Return the media type of a file by its name; the service recognises others by themselves."""
    known = _TYPES.get(path.suffix.lower()) or mimetypes.guess_type(path.name)[0]
    return known or "application/octet-stream"


def is_local(source: Source) -> bool:
    """Return whether a picture or sound is a local file: neither an address nor an asset's ID.

    A `Path` always is.
    """
    if not isinstance(source, str):
        return not isinstance(source, Mapping)
    return not ("://" in source or source.startswith("data:") or _ASSET_ID.fullmatch(source))


def fit_into_json(sources: Iterable[Source]) -> bool:
    """Return whether the local files may be parts of a JSON body. Raises OSError."""
    local = [Path(cast(FilePath, each)) for each in sources if is_local(each)]
    return sum(path.stat().st_size for path in local) <= _MAX_DATA


def as_data(source: Source) -> dict[str, str]:
    """Return a local file as JSON that the service takes. Raises OSError."""
    path = Path(cast(FilePath, source))
    data = base64.b64encode(path.read_bytes()).decode()
    return {"data": f"data:{media_type(path)};base64,{data}", "name": path.name}


def upload_key(key: str, number: int) -> str:
    """Return the Idempotency-Key of the upload of one of the files of an order."""
    return hashlib.sha256(f"{key}/{number}".encode()).hexdigest()


def part_of(path: FilePath) -> Path:
    """Return the file that a download is written to until it is complete."""
    path = Path(path)
    return path.with_name(f".{path.name}.part")
