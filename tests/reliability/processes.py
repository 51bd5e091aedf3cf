"""Processor time and memory of a service and of the programs that it runs."""

import os
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Self

from tests.service import Service

MB = 1 << 20


class Usage:
    """What a service uses in a `with` block: processor seconds, and bytes of its largest process.

    Programs count that ended meanwhile; a program's memory is looked at 20 times a second.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._done = Event()
        self._watcher = Thread(target=self._watch)
        self.seconds = 0.0
        self.largest = 0

    def __enter__(self) -> Self:
        self._before = self._seconds()
        self._watcher.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._done.set()
        self._watcher.join()
        self.seconds = self._seconds() - self._before

    def _watch(self) -> None:
        while not self._done.wait(0.05):
            self.largest = max(self.largest, *map(memory, all_processes(self._service)))

    def _seconds(self) -> float:
        return sum(map(processor_seconds, self._service.processes()))


def all_processes(service: Service) -> list[int]:
    """Return the ids of the service's processes and of the programs that these run."""
    found = service.processes()
    for process in found:
        found += [child for child in _children(process) if child not in found]
    return found


def programs(service: Service) -> list[int]:
    """Return the ids of the programs that the service runs."""
    own = service.processes()
    return [process for process in all_processes(service) if process not in own]


def memory(process: int) -> int:
    """Return a process's memory in bytes, 0 if it has ended."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def processor_seconds(process: int) -> float:
    """Return the processor time of a process and of its ended children."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def _children(process: int) -> list[int]:
    found: list[int] = []
    for file in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            found += map(int, file.read_text().split())
        except OSError:  # it has ended
            continue
    return found
