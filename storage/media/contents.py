"""What media files hold, looked at before the lock of their document is held.

Comparing clips of some hundred megabytes takes seconds, for which nothing else could be done with
their work. So what has to be known under a lock is looked at without it, and then asked for again:
as files are replaced and never modified, their entity tags say whether that still holds.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TypeVar

from storage.files.files import link_status, same_contents
from storage.locking.waiting import own_permit
from storage.media.media_files import StoredFile, entity_tag, open_stored

T = TypeVar("T")


class ContentsUnknownError(Exception):
    """It was not looked at yet what a file holds; `look` does so, and takes long."""

    def __init__(self, look: Callable[[], None]) -> None:
        super().__init__()
        self.look = look


def when_known(action: Callable[[], T]) -> T:
    """Return `action()`, repeated after each look at contents that it has to know.

    It must not have changed anything when it raises ContentsUnknownError.
    """
    while True:
        try:
            return action()
        except ContentsUnknownError as exc:
            with own_permit():
                exc.look()


class Contents:
    """What was found out about files, by their entity tags."""

    def __init__(self) -> None:
        self._digests: dict[str, str] = {}
        self._same: dict[tuple[str, ...], bool] = {}

    def digest(self, stored: StoredFile) -> str:
        """Return the SHA-256 of a file, in hex. Raises ContentsUnknownError."""
        if stored.etag not in self._digests:
            path = str(stored.file.name)
            raise ContentsUnknownError(partial(self._read, path, stored.media_type))
        return self._digests[stored.etag]

    def are_same(self, path: str, other: str) -> bool:
        """Return whether two files have the same contents.

        Raises FileNotFoundError, ContentsUnknownError.
        """
        if link_status(path).st_size != link_status(other).st_size:
            return False
        tags = _tags(path, other)
        if tags not in self._same:
            raise ContentsUnknownError(partial(self._compare, path, other))
        return self._same[tags]

    def _read(self, path: str, media_type: str) -> None:
        with suppress(FileNotFoundError):  # replaced meanwhile: then it is another one's turn
            stored = open_stored(path, media_type)
            with stored.file:
                self._digests[stored.etag] = stored.digest()

    def _compare(self, path: str, other: str) -> None:
        with suppress(FileNotFoundError):
            tags, same = _tags(path, other), same_contents(path, other)
            if tags == _tags(path, other):
                self._same[tags] = same


def _tags(*paths: str) -> tuple[str, ...]:
    return tuple(entity_tag(link_status(path)) for path in paths)
