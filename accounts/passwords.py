"""Hashing of passwords: one at a time in the whole service, networks turn by turn.

It takes a tenth of a second of a processor by design. Without the limit, a crowd of logins or
registrations would occupy all processors, and simultaneous guesses would be checked before any of
them is counted.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path

from accounts.throttling import network_of
from errors import BusyError, TooManyError
from storage.errors import DiskFullError
from storage.locking.locks import FileLock
from storage.locking.permits import Permits, SharedPermits
from storage.store import Store

_PERMITS = 32  # of logins and registrations at once, all but one of which wait
_NETWORK_PERMITS = 12  # of those from one network, which leave permits for others
_BUCKETS = 256  # of networks: each permit is a file, and these remain
_RETRY_SECONDS = 3  # about as long as all of them take

ExtraThread = Callable[[], AbstractContextManager[None]]


@contextmanager
def hashing_turn(
    store: Store, address: str, seconds: float, extra_thread: ExtraThread
) -> Iterator[None]:
    """Wait at most `seconds` for the turn to hash a password for a client, and hold it.

    Raises TooManyError if too many wait, of all or of this network, BusyError if it takes long.
    `extra_thread` adds a thread to the pool while this one waits (docs/decisions/0010).
    """
    root, local = store.root, store.nodes.local
    with ExitStack() as held:
        with suppress(DiskFullError):  # a permit that was not taken before is a new file
            held.callback(_take_permit(root, _NETWORK_PERMITS, _bucket_name(address)).release)
        try:
            held.callback(_take_permit(root, _PERMITS, local("password-places")).release)
        except DiskFullError:  # as above; those that were taken before are enough to go on
            raise _too_many() from None
        held.enter_context(extra_thread())
        turn = _take_turn(root, local("password-turn"), network_of(address), seconds)
        held.callback(turn.release)
        yield


def _take_turn(root: Path, name: str, network: str, seconds: float) -> FileLock:
    with _turns(root).queue(name, network) as wait:
        if (turn := wait(seconds)) is not None:
            return turn
        raise BusyError("Logins take too long now", "Try again later.", _RETRY_SECONDS)


@cache
def _turns(root: Path) -> SharedPermits:
    return SharedPermits(root, 1)


def _take_permit(root: Path, permits: int, name: str) -> FileLock:
    """Return one of these permits. Raises TooManyError if all are taken."""
    permit = Permits(root, permits).try_take(name)
    if permit is None:
        raise _too_many()
    return permit


def _too_many() -> TooManyError:
    message = f"Too many logins and registrations at once; try again in {_RETRY_SECONDS} seconds"
    return TooManyError(message, retry_after=_RETRY_SECONDS)


def _bucket_name(address: str) -> str:
    digest = hashlib.sha256(network_of(address).encode()).digest()
    return f"password-network-{int.from_bytes(digest) % _BUCKETS}"
