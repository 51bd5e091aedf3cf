"""Runs programs that read media files of users and vendors, limited in time, memory and number.

A file of a few kilobytes can take minutes of processor time or gigabytes of memory to decode. So
files are decoded by programs of their own; a program that exceeds a limit is killed.
"""

import math
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import IO, NamedTuple, TypeVar

from media.processes import Check, Consume, Deadline, follow, go_on
from settings import processors
from storage.files.privileges import of_programs
from storage.locking.permits import SharedPermits, current_user

T = TypeVar("T")

# Of a program's data segment: enough for a frame of a 4K video in HEVC with 10 bits (265 MB).
MEMORY_BYTES = 288 << 20

_LARGE = "media-of-large-images"  # the one permit of programs with a higher limit of memory
_MAX_PROGRAMS = 4  # at once for each user and pool, in all processes of the service
_POLL_SECONDS = 0.05
_STEP_SECONDS = 0.2  # after which a caller notices that the service stops
_NOT_STARTED = (126, 127)  # exit statuses of `sh` and `nice` for a program that they cannot run
_KILLED = -signal.SIGKILL  # also by the kernel, at the limit of processor time
_FROM_OUTSIDE = (_KILLED, -signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP, -signal.SIGQUIT)

# The limits are set by a shell: Python code between fork and exec could hang in a process with
# threads. The kernel enforces them also when the service was killed. Requests come first (nice).
_SCRIPT = """
{ ulimit -t "$1"; ulimit -d "$2"; ulimit -c 0; } 2>/dev/null
shift 2
exec nice -n 10 "$@"
"""


class LimitExceededError(Exception):
    """A program was stopped because it took too much time or memory; `output` is what it wrote."""

    def __init__(self, output: bytes) -> None:
        super().__init__("It takes too much time or memory")
        self.output = output


class NotStartedError(Exception):
    """A program does not exist or is not executable."""


class MediaBusyError(Exception):
    """Too many programs were running for as long as the pool lets a caller wait."""


class StoppedError(MediaBusyError):
    """A program was stopped from outside, which says nothing about the file that it read."""

    def __init__(self, number: int, program: str = "The program that reads media") -> None:
        super().__init__(f"{program} was stopped (signal {number}), often for want of memory")
        self.number = number


class Pool(NamedTuple):
    """Programs that share a limit of their number.

    `wait_seconds` is how long to wait for one to end, `cpu_seconds` the processor time of each.
    `for_requests`: it is a request that waits, and no longer when the service stops.
    """

    name: str
    wait_seconds: float
    cpu_seconds: int
    for_requests: bool = False

    def cpu_seconds_for(self, seconds: float, share: float) -> int:
        """Return the processor time of a program that reads a sound of so many seconds.

        It may take this `share` of them.
        """
        return max(self.cpu_seconds, math.ceil(1 + share * seconds))


class Finished(NamedTuple):
    """The exit status of a program, and its standard output."""

    returncode: int
    stdout: bytes


UPLOADS = Pool("media-of-uploads", 10, 1, for_requests=True)
THUMBNAILS = Pool("media-of-thumbnails", 60, 1, for_requests=True)
LANES = Pool("media-of-lanes", 60, 60, for_requests=True)  # some hours of sound are decoded
JOBS = Pool("media-of-jobs", 20, 10)
RECORDINGS = Pool("media-of-recordings", 60, 120)  # of jobs: an hour of sound is written anew

Waiting = Callable[[Pool, str], AbstractContextManager[None]]


class _Service(NamedTuple):
    """What the pools of a service need."""

    programs: SharedPermits
    large: SharedPermits
    mutexes: dict[str, object]  # those that are held, in this process
    stopping: threading.Event
    waiting: Waiting
    local: Callable[[str], str]


_services: list[_Service] = []  # the current one; without a service, nothing limits the number


def configure(
    root: Path,
    stopping: threading.Event,
    waiting: Waiting,
    local: Callable[[str], str] = str,
) -> None:
    """Share the pools with all processes of this machine that use the data directory.

    A user alone may use all processors, which leaves a permit for another one. Programs that may
    take more than the usual memory run one at a time, of all pools. `local` returns what a pool is
    called on this machine, if there are several. Requests wait for their turn in the context of
    `waiting` for a user, and no longer when `stopping` is set. That raises MediaBusyError if no
    more may wait.
    """
    share = min(_MAX_PROGRAMS, processors.available())
    programs = SharedPermits(root, -(-share * 4 // 3))
    _services[:] = [_Service(programs, SharedPermits(root, 1), {}, stopping, waiting, local)]


def run_limited(
    command: Sequence[str],
    *,
    pool: Pool,
    timeout: float,
    cpu_seconds: int | None = None,
    memory_bytes: int = MEMORY_BYTES,
    stdin: IO[bytes] | int = subprocess.DEVNULL,
    stderr: IO[bytes] | int = subprocess.DEVNULL,
    consume: Consume | None = None,
    check: Check = go_on,
) -> Finished:
    """Run a program in a pool and return its exit status, which is not checked, and its output.

    `timeout` is in seconds from its start, `cpu_seconds` the pool's by default. `consume` gets the
    output in pieces, as it is written, instead of it being returned. `check` is called several
    times a second, also while it waits for its turn. What either raises stops the program and is
    raised. Raises LimitExceededError, NotStartedError, StoppedError, MediaBusyError.
    """
    pieces: list[bytes] = []
    cpu_seconds = cpu_seconds or pool.cpu_seconds
    limits = [str(cpu_seconds), str(memory_bytes >> 10)]
    user, group = of_programs()
    with _permits(pool, memory_bytes, check) as inherited:
        try:
            process = subprocess.Popen(  # noqa: S603 - trusted programs
                ["/bin/sh", "-c", _SCRIPT, "sh", *limits, *command],
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=stderr,
                process_group=0,  # Ctrl-C stops the service, which then waits for the program
                pass_fds=inherited,
                user=user,
                group=group,
            )
        except OSError as exc:  # no more processes or open files
            raise MediaBusyError("No program can be started now") from exc
        deadline = Deadline(time.monotonic() + timeout, partial(is_stopping, pool))
        end = follow(process, deadline, consume or pieces.append, check)
    output = b"".join(pieces)
    if process.returncode in _NOT_STARTED:
        raise NotStartedError
    if process.returncode in _FROM_OUTSIDE and not end.is_limit(cpu_seconds):
        raise StoppedError(-process.returncode)
    if process.returncode < 0:
        raise LimitExceededError(output)
    return Finished(process.returncode, output)


@contextmanager
def mutex(name: str, pool: Pool) -> Iterator[None]:
    """Hold the mutex with this name, among the threads of this process.

    It is waited for as for a program of the pool. Raises MediaBusyError.
    """
    if not _services:
        yield
        return
    held, own = _services[0].mutexes, object()
    deadline = time.monotonic() + pool.wait_seconds
    _wait(pool, _services[0], deadline, partial(_hold, held, name, own))
    try:
        yield
    finally:
        del held[name]


@contextmanager
def alone(pool: Pool, check: Check = go_on) -> Iterator[None]:
    """Run programs that may take more than the usual memory: no others do on this machine.

    It is waited for as for a program of the pool. Raises MediaBusyError, and what `check` raises.
    """
    with ExitStack() as held:
        if _services:
            deadline = time.monotonic() + pool.wait_seconds
            _hold_permit(held, _services[0], pool, deadline, check, _LARGE)
        yield


def is_stopping(pool: Pool) -> bool:
    """Return whether the service stops, and doesn't wait for programs of the pool."""
    return pool.for_requests and any(each.stopping.is_set() for each in _services)


def retry_while_busy(action: Callable[[], T], check: Callable[[], None]) -> T:
    """Return `action()`; call it again if it raises MediaBusyError, as often as it takes.

    `check` is called before, and ends it with what it raises. A program that was stopped from
    outside is tried once more; then StoppedError is raised.
    """
    stops = 0
    while True:
        check()
        try:
            return action()
        except StoppedError:
            stops += 1
            if stops > 1:
                raise
        except MediaBusyError:
            pass
        time.sleep(_STEP_SECONDS)


@contextmanager
def _permits(pool: Pool, memory_bytes: int, check: Check) -> Iterator[tuple[int, ...]]:
    """Hold the permits of a program; yield the descriptors that keep them as long as they are open.

    The program inherits them, so that it counts until it ends, even if the service is killed.
    """
    if not _services:
        yield ()
        return
    service, deadline = _services[0], time.monotonic() + pool.wait_seconds
    names = [pool.name]
    if memory_bytes > MEMORY_BYTES:  # first: what waits for it takes no permit of the pool
        names.insert(0, _LARGE)
    with ExitStack() as held:
        yield tuple(_hold_permit(held, service, pool, deadline, check, name) for name in names)


def _hold_permit(
    held: ExitStack, service: _Service, pool: Pool, deadline: float, check: Check, name: str
) -> int:
    """Hold a permit with this name, until `held` ends; return the descriptor that keeps it."""
    permits = service.large if name == _LARGE else service.programs
    with permits.queue(service.local(name), current_user.get()) as wait:
        return held.enter_context(_wait(pool, service, deadline, wait, check)).descriptor


def _wait(
    pool: Pool,
    service: _Service,
    deadline: float,
    wait: Callable[[float], T | None],
    check: Check = go_on,
) -> T:
    """Return what `wait` returns, which waits for some seconds; `check` is called in between.

    Raises MediaBusyError at the deadline.
    """
    if (result := wait(0)) is not None:
        return result
    with service.waiting(pool, current_user.get()) if pool.for_requests else nullcontext():
        while time.monotonic() < deadline and not is_stopping(pool):
            check()
            if (result := wait(_STEP_SECONDS)) is not None:
                return result
    raise MediaBusyError("Too many other media files are being read")


def _hold(held: dict[str, object], name: str, own: object, seconds: float) -> bool | None:
    """Return True if `own` holds the mutex now; None if it does not within `seconds`."""
    deadline = time.monotonic() + seconds
    while held.setdefault(name, own) is not own:
        if time.monotonic() >= deadline:
            return None
        time.sleep(_POLL_SECONDS)
    return True
