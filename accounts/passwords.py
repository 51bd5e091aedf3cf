"""Hashing of passwords: one at a time in the whole service, since it takes a processor.

It takes a tenth of a second by design. Without the limit, a crowd of logins or registrations would
occupy all processors, and simultaneous guesses would be checked before any of them is counted.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from storage import paths
from storage.locks import FileLock, FileSemaphore
from web.context import Services
from web.errors import TooManyError

_PLACES = 32  # of logins and registrations at once, all but one of which wait
_RETRY_SECONDS = 3  # about as long as all of them take


@contextmanager
def hashing_turn(services: Services) -> Iterator[None]:
    """Wait for the turn to hash a password, and hold it. Raises TooManyError if too many wait.

    While it waits, the request does not count against THREADS (docs/decisions/0010).
    """
    place = FileSemaphore(services.store.root, _PLACES).try_acquire("password-places")
    if place is None:
        raise TooManyError(
            f"Too many logins and registrations at once; try again in {_RETRY_SECONDS} s",
            _RETRY_SECONDS,
        )
    try:
        with services.jobs.waiters.extra_thread():
            turn = FileLock.acquire(services.store.root / paths.SEMAPHORES, "password-turn")
            try:
                yield
            finally:
                turn.release()
    finally:
        place.release()
