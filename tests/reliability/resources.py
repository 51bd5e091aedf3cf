"""What a service uses: processor time and memory of its processes, from /proc."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tests.service import Answer, Service

_TICKS = os.sysconf("SC_CLK_TCK")


class Usage(NamedTuple):
    """What a request took: processor time, and the highest memory of one process."""

    answer: Answer
    seconds: float
    peak_mb: float


def measure(service: Service, request: Callable[[], Answer]) -> Usage:
    """Send a request and return what it took of the service."""
    processes = service.processes()
    for process in processes:
        Path(f"/proc/{process}/clear_refs").write_text("5")  # resets the peak to the current size
    before = sum(map(_seconds, processes))
    answer = request()
    seconds = sum(map(_seconds, processes)) - before
    return Usage(answer, seconds, max(_memory_mb(each, "VmHWM") for each in processes))


def resident_mb(service: Service) -> float:
    """Return the memory of the largest process of a service."""
    return max(_memory_mb(process, "VmRSS") for process in service.processes())


def most_threads(service: Service) -> int:
    """Return how many threads the process of a service has that has most."""
    return max(len(os.listdir(f"/proc/{process}/task")) for process in service.processes())


def _seconds(process: int) -> float:
    """Return the processor time of all threads of a process."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _memory_mb(process: int, name: str) -> float:
    match = re.search(rf"^{name}:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text(), re.M)
    assert match is not None
    return int(match[1]) / 1024
