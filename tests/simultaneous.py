"""Calls that run at the same time."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

Result = TypeVar("Result")


def at_once(calls: Sequence[Callable[[], Result]]) -> list[Result]:
    """Start the calls simultaneously, each in its own thread, and return their results."""
    start = Barrier(len(calls))

    def call_at_start(call: Callable[[], Result]) -> Result:
        start.wait(60)
        return call()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(call_at_start, calls))
