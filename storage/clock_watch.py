"""Whether the clock can be trusted, before what has expired by it is deleted for good.

A clock that is a month ahead for a minute would empty the trash. So each node notes the time every
hour, and how long its machine has run by then:

    .places/clock, .places/clock@<node>

The clock has jumped if it advanced by an hour more than the machine ran since the last note. If
the machine was started since, nobody knows for how long it was off: then it has jumped if it
advanced by more than a day. So it has where nothing is noted yet.

After a jump, nothing is deleted until the clock is back, or the service has run for a day (`doubt`)
without another one: a machine that was off for long is believed then.
"""

import json
import logging
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, Self

from storage.clock import DAY_MS, duration_text, now_ms
from storage.errors import DiskFullError, StorageError
from storage.files.files import read_file
from storage.files.trees import list_all
from storage.locking.locks import FileLock
from storage.paths import SEMAPHORES
from storage.store import Store

_log = logging.getLogger("vidworks.storage")

_NAME = "clock"
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_BOOT_TIME = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)  # while suspended as well

_HOUR_MS = 3_600_000
_MAX_MS = 1 << 47  # in the year 6429
_MAX_STEP_MS = 2 * _HOUR_MS  # between two notes; what is more, the service was off or suspended


class Reading(NamedTuple):
    """The time, and how long the machine has run since it was started."""

    boot: str
    uptime_ms: int
    time_ms: int

    @classmethod
    def now(cls) -> Self:
        """Return what this machine says."""
        boot = ""
        with suppress(OSError):  # other systems than Linux
            boot = _BOOT_ID.read_text(encoding="ascii").strip()
        return cls(boot, time.clock_gettime_ns(_BOOT_TIME) // 1_000_000, now_ms())

    def ran_since(self, earlier: "Reading") -> int | None:
        """Return how long the machine has run since; None if it was started after that."""
        ran = self.uptime_ms - earlier.uptime_ms
        return ran if self.boot == earlier.boot and ran >= 0 else None

    def has_jumped_since(self, earlier: "Reading") -> bool:
        """Return whether the clock advanced by more than is explained."""
        advanced, ran = self.time_ms - earlier.time_ms, self.ran_since(earlier)
        return advanced > DAY_MS if ran is None else advanced - ran > _HOUR_MS


class Notes(NamedTuple):
    """What is noted: the last reading without a jump, the last one, and how long doubt lasts."""

    trusted: Reading | None = None
    last: Reading | None = None
    doubt_ms: int = 0

    def __str__(self) -> str:
        until = f"the service has run for {duration_text(self.doubt_ms // 1000)} more"
        if self.trusted is None or self.last is None:
            return f"the clock was not watched for long yet: what has expired is kept until {until}"
        return (
            f"the clock was at {_text(self.trusted)}, and then at {_text(self.last)}, which is not"
            " explained by how long this machine has run: what has expired is kept until the clock"
            f" is set back, or {until}"
        )


def is_trusted(store: Store, doubt: float, now: Reading | None = None) -> bool:
    """Note the time, that of `now` if given; return whether what has expired may be deleted.

    `doubt` says for how many seconds it may not after a jump. Raises StorageError.
    """
    directory = store.root / SEMAPHORES
    store.disk.make_directory(directory)
    with FileLock.acquire(directory, store.nodes.local(_NAME)) as lock:
        before = _parsed(lock.read())
        notes = _continued(before, now or Reading.now(), round(1000 * doubt))
        with suppress(DiskFullError):  # what has expired is deleted nevertheless
            lock.write(f"{json.dumps(notes)}\n")
    if notes.doubt_ms:
        _log.log(logging.WARNING if notes.trusted else logging.INFO, "%s", notes)
    elif before.doubt_ms:
        _log.info("the clock is trusted again: what has expired is deleted")
    return not notes.doubt_ms


def jumps(store: Store) -> Iterator[tuple[str, Notes]]:
    """Yield the path of the notes of each node whose clock has jumped, and what they say."""
    with suppress(FileNotFoundError):
        for name in sorted(list_all(store.root / SEMAPHORES)):
            if name.partition("@")[0] == _NAME:
                path = f"{SEMAPHORES}/{name}"
                with suppress(OSError, StorageError):
                    notes = _parsed(read_file(store.root / path).decode(errors="replace"))
                    if notes.doubt_ms and notes.trusted:
                        yield path, notes


def _continued(notes: Notes, now: Reading, doubt_ms: int) -> Notes:
    """Return what is noted now."""
    if notes.trusted and not now.has_jumped_since(notes.trusted):
        return Notes(now, now)
    ran = now.ran_since(notes.last) if notes.last else None
    left = min(notes.doubt_ms, doubt_ms)  # the notes may be damaged
    if not left:
        left = doubt_ms
    elif notes.last is not None and ran is not None:  # a start of the machine begins nothing anew
        left = doubt_ms if now.has_jumped_since(notes.last) else left - min(ran, _MAX_STEP_MS)
    return Notes(notes.trusted, now, left) if left > 0 else Notes(now, now)


def _parsed(note: str) -> Notes:
    """Return what is noted; nothing if that is damaged."""
    # Only the first line: a crash may leave the rest of a longer one.
    with suppress(ValueError, TypeError, OverflowError):
        trusted, last, doubt_ms = json.loads(note.partition("\n")[0])
        return Notes(_reading(trusted), _reading(last), max(0, int(doubt_ms)))
    return Notes()


def _reading(values: list[str | int] | None) -> Reading | None:
    if values is None:
        return None
    boot, uptime_ms, time_ms = values
    if not 0 <= int(time_ms) < _MAX_MS:
        raise ValueError("no time")
    return Reading(str(boot), int(uptime_ms), int(time_ms))


def _text(reading: Reading) -> str:
    return f"{datetime.fromtimestamp(reading.time_ms / 1000, UTC):%Y-%m-%d %H:%M} UTC"
