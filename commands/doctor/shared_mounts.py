"""Whether two mounts of a file system keep what the service relies on, if nodes share it.

Each check is made by two processes, one for each mount: what one does, the other looks at.
"""

import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple, TypeVar

from storage import paths

_TURNS = 10
_FILE_BYTES = 9 << 20  # more than a block of the file system, so that the end is not read ahead
_REMOVAL_SECONDS = 3.0  # in which a file system frees what no name refers to
_CLOCK_SECONDS = 0.5

_CACHES = (
    "Mount without caches of names: JuiceFS with --entry-cache 0 --dir-entry-cache 0, NFS is not"
    " enough."
)
_LOCKS = "Mount with locks across machines: Lustre with the option flock, NFS without nolock."
_TRASH = "Keep removed files for a while: JuiceFS with `juicefs config META-URL --trash-days 1`."
_CLOCKS = "Set the clocks by NTP on all machines, with chrony for example."

T = TypeVar("T")


class MountCheck(NamedTuple):
    """What was tried, what was seen, and what to change if that is not as it should be."""

    name: str
    seen: str
    advice: str = ""


class Side:
    """A process that works on one of the mounts."""

    def __init__(self, executor: ProcessPoolExecutor, directory: Path) -> None:
        self._executor = executor
        self.directory = directory

    def run(self, function: Callable[..., T], name: str, *args: object) -> T:
        """Return what a function of this module returns in that process for a file."""
        return self._executor.submit(function, str(self.directory / name), *args).result()


def check_mounts(root: Path, other: Path) -> Iterator[MountCheck]:
    """Check two mounts of one directory; if they are of two, the first result is the only one."""
    name = f"{paths.TEMPORARY}shared-{secrets.token_hex(8)}"
    (root / name).mkdir(mode=0o700)
    try:
        with _side(root / name) as here, _side(other / name) as there:
            here.run(_write, "first", "first")
            if there.run(_read, "first") != "first":
                advice = "Name the same directory as DATA_DIR, as it is mounted for the other node."
                yield MountCheck("Both are the same directory", "no", advice)
                return
            yield MountCheck("Both are the same directory", "yes")
            for check in (_locks, _replacements, _growth, _open_files, _clocks):
                yield check(here, there)
    finally:
        shutil.rmtree(root / name, ignore_errors=True)


@contextmanager
def _side(directory: Path) -> Iterator[Side]:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
        yield Side(executor, directory)


def _locks(here: Side, there: Side) -> MountCheck:
    return _result("Locks exclude each other", _lock_problem(here, there), _LOCKS)


def _lock_problem(here: Side, there: Side) -> str:
    here.run(_write, "lock", "")
    for one, other in ((here, there), (there, here)):
        one.run(_lock, "lock")
        if other.run(_lock, "lock"):
            return "both mounts got the same lock"
        one.run(_close, "lock")
        if not other.run(_lock, "lock"):
            return "a lock that was released remains"
        other.run(_close, "lock")
    return ""


def _replacements(here: Side, there: Side) -> MountCheck:
    late = dict.fromkeys(Look._fields, 0)
    here.run(_write, "file", "0")
    for turn in range(_TURNS):
        one, other = (here, there) if turn % 2 else (there, here)
        other.run(_look, "file")  # so that it has something to remember
        one.run(_replace, "file", "x" * turn)
        found, expected = other.run(_look, "file"), one.run(_look, "file")
        for field in Look._fields:
            late[field] += getattr(found, field) != getattr(expected, field)
    seen = [f"{field} in {count} of {_TURNS} cases" for field, count in late.items() if count]
    problem = f"late is what is seen by {', '.join(seen)}" if seen else ""
    return _result("What one replaces, the other sees at once", problem, _CACHES)


def _growth(here: Side, there: Side) -> MountCheck:
    late = 0
    for turn in range(_TURNS):
        for one, other, log in ((here, there, "log-a"), (there, here, "log-b")):
            one.run(_append, log, f"{turn},")
            late += other.run(_read, log).count(",") <= turn
    problem = f"late in {late} of {2 * _TURNS} cases" if late else ""
    return _result("What one appends to its own log, the other reads at once", problem, _CACHES)


def _open_files(here: Side, there: Side) -> MountCheck:
    here.run(_write, "large", "a" * _FILE_BYTES)
    there.run(_open, "large")
    here.run(_replace, "large", "b")
    time.sleep(_REMOVAL_SECONDS)
    end = there.run(_read_end, "large")
    problem = "" if end == "a" else f"reading it gives {end}"
    return _result("A file that is open survives its replacement", problem, _TRASH)


def _clocks(here: Side, there: Side) -> MountCheck:
    earliest, between, latest = (side.run(_touch, "time") for side in (here, there, here))
    apart = max(0.0, earliest - between, between - latest)
    problem = f"they are {apart:.1f} s apart" if apart > _CLOCK_SECONDS else ""
    return _result("Clocks agree, by the times of files written in turn", problem, _CLOCKS)


def _result(name: str, problem: str, advice: str) -> MountCheck:
    return MountCheck(name, f"no, {problem}", advice) if problem else MountCheck(name, "yes")


class Look(NamedTuple):
    """What a process sees of a file and its directory, by each way to look at it."""

    stat: int
    open: str
    readdir: list[str]


_open_descriptors: dict[str, int] = {}  # of one process


def _look(path: str) -> Look:
    # The listing last, since it may renew what the file system remembers of each name.
    return Look(os.stat(path).st_size, _read(path), sorted(os.listdir(os.path.dirname(path))))


def _read(path: str) -> str:
    with suppress(FileNotFoundError):
        return Path(path).read_text()
    return "nothing"


def _write(path: str, text: str) -> None:
    Path(path).write_text(text)


def _append(path: str, text: str) -> None:
    with Path(path).open("a") as file:
        file.write(text)


def _replace(path: str, text: str) -> None:
    """Replace a file, and let another one appear beside it."""
    _write(f"{path}.new", text)
    os.replace(f"{path}.new", path)
    _write(f"{path}.{secrets.token_hex(4)}", "")


def _touch(path: str) -> float:
    _write(path, "")
    return os.stat(path).st_mtime


def _open(path: str) -> None:
    _open_descriptors[path] = os.open(path, os.O_RDWR)


def _close(path: str) -> None:
    os.close(_open_descriptors.pop(path))


def _lock(path: str) -> bool:
    """Lock a file, as storage/locking/locks.py does, unless it is locked."""
    _open(path)
    try:
        fcntl.flock(_open_descriptors[path], fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        _close(path)
        return False
    return True


def _read_end(path: str) -> str:
    """Return the last character of a file that was opened, or why it cannot be read."""
    try:
        return os.pread(_open_descriptors[path], 1, _FILE_BYTES - 1).decode() or "nothing"
    except OSError as exc:
        return str(exc.strerror)
    finally:
        _close(path)
