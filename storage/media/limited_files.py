"""Writing received files within the limits: of their size, of the user's quota, of the disk."""

from errors import TooLargeError
from storage.limits import StorageLimits
from storage.media.media_files import IncomingFile

_STEP_BYTES = 1 << 20  # that are reserved at once if no size was announced
_CHECK_BYTES = 8 << 20  # after which the free space of the disk is checked again


class LimitedFile:
    """An incoming file, which a user's file of at most `max_mb` is written to."""

    def __init__(
        self, incoming: IncomingFile, limits: StorageLimits, user_id: str, max_mb: int
    ) -> None:
        self.incoming = incoming
        self._limits = limits
        self._user_id = user_id
        self._max_mb = max_mb
        self._reserved = 0
        self._next_check = _CHECK_BYTES

    def reserve(self, size: int) -> None:
        """Reserve room for some more bytes of the file. Raises QuotaError, ReserveError."""
        with self._limits.reserve(self._user_id, size):
            self._reserved += size
            if self._limits.has_quota:
                self.incoming.announce(self._reserved)

    def write(self, data: bytes | bytearray) -> None:
        """Append data to the file. Raises TooLargeError, QuotaError, ReserveError."""
        size = self.incoming.size + len(data)
        if size > self._max_mb << 20:
            raise too_large(self._max_mb)
        if size > self._reserved:
            self.reserve(max(_STEP_BYTES, len(data)))  # no length was announced
        elif size > self._next_check:
            self._limits.check_free()
            self._next_check = size + _CHECK_BYTES
        self.incoming.write(data)


def too_large(max_mb: int) -> TooLargeError:
    """Return the error for a file over the limit."""
    return TooLargeError("File too large", f"At most {max_mb} MB are accepted.")
