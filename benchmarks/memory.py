"""Resident memory of a group of processes, and sampling of what grows and shrinks."""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType

INTERVAL = 0.05  # seconds


class Sampler:
    """Sample a number during the context: `first` is the one before, `peak` the highest."""

    def __init__(self, sample: Callable[[], int]) -> None:
        self._sample = sample
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self.first = self.peak = sample()

    def __enter__(self) -> Sampler:
        self._thread.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(INTERVAL):
            self.peak = max(self.peak, self._sample())


def memory_sampler(processes: Sequence[int]) -> Sampler:
    """Return a sampler of the total memory of processes, in bytes."""
    return Sampler(lambda: resident(processes))


def resident(processes: Sequence[int]) -> int:
    """Return the total resident memory of the processes in bytes."""
    return sum(_resident(pid) for pid in processes)


def _resident(pid: int) -> int:
    """Return the PSS, which divides shared pages among their processes, or else the RSS."""
    # Hardened kernels hide smaps_rollup; a process that has just ended has neither.
    for name, field in (("smaps_rollup", "Pss"), ("status", "VmRSS")):
        with contextlib.suppress(OSError):
            text = Path(f"/proc/{pid}/{name}").read_text()
            if found := re.search(rf"^{field}:\s+(\d+) kB", text, re.MULTILINE):
                return int(found[1]) * 1024
    return 0
