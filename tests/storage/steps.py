"""Failures and deaths of a process at each of its steps: at each change of the disk."""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from storage.files import durable_files

_STEPS = ("fsync", "link", "mkdir", "open", "rename", "replace", "write")
_CHANGES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_DIRECTORY


class KilledError(BaseException):
    """The process is dead: nothing that it does from now on has an effect."""


class Steps:
    """Counts a thread's changes of the disk; that with a number fails, and maybe all after it."""

    def __init__(self, failing: int, error: BaseException) -> None:
        self.taken = 0
        self._failing = failing
        self._error = error
        self._thread = threading.get_ident()

    def take(self, call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if threading.get_ident() != self._thread or self._is_read(call, args):
            return call(*args, **kwargs)
        self.taken += 1
        is_dead = isinstance(self._error, KilledError) and self.taken > self._failing
        if self.taken == self._failing or is_dead:
            raise self._error
        return call(*args, **kwargs)

    @staticmethod
    def _is_read(call: Callable[..., Any], args: Sequence[Any]) -> bool:
        """Return whether a file is opened to be read, which is no step: caches spare some reads."""
        return call.__name__ == "open" and len(args) > 1 and not args[1] & _CHANGES


@contextmanager
def failing_at(step: int, error: BaseException) -> Iterator[Steps]:
    """Let a step of this thread fail, counted from 1; from then on all, if it is a death."""
    steps = Steps(step, error)
    with pytest.MonkeyPatch.context() as patch:
        for name in _STEPS:
            patch.setattr(os, name, _step(steps, getattr(os, name)))
        patch.setattr(durable_files, "exchange", _step(steps, vars(durable_files)["exchange"]))
        yield steps


def _step(steps: Steps, call: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *args, **kwargs: steps.take(call, *args, **kwargs)
