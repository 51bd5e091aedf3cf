"""Room on the disk for an export: its reserve is kept free, and rendered segments go first."""

import time

from export.cache import SegmentCache
from storage.limits import StorageLimits

_CHECK_SECONDS = 0.5


class Room:
    """What is free on the disk of the data, including what the cache of segments takes."""

    def __init__(self, limits: StorageLimits, cache: SegmentCache) -> None:
        self._limits = limits
        self._cache = cache
        self._checked = 0.0

    def make(self, size: int = 0) -> None:
        """Remove cached segments until there is room for `size` bytes. Raises ReserveError."""
        while missing := self._limits.missing(size):
            if not self._cache.free(missing):
                break
        self._limits.check_free(size)

    def check(self) -> None:
        """Raise ReserveError if the disk's reserve is being used; to be called often."""
        if time.monotonic() - self._checked > _CHECK_SECONDS:
            self._checked = time.monotonic()
            self.make()
