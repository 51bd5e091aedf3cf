"""Processes that are killed right before one of their changes of the disk."""

import os
import signal
from collections.abc import Callable

import pytest

_CHANGES = ("mkdir", "link", "replace", "rename", "unlink", "utime", "ftruncate", "write")


def number_of_changes(operation: Callable[[], object]) -> int:
    """Run an operation; return how many changes of the disk it makes."""
    changes: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        _call_before_each_change(changes.append, patch.setattr)
        operation()
    return len(changes)


def killed_before(change: int, operation: Callable[[], object]) -> bool:
    """Run an operation in a process of its own, killed before this change; False if it ended."""
    child = os.fork()
    if child == 0:
        left = [change]

        def count(_name: str) -> None:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        _call_before_each_change(count, setattr)
        try:
            operation()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def _call_before_each_change(
    call: Callable[[str], None], replace: Callable[[object, str, object], None]
) -> None:
    def watched(name: str) -> Callable[..., object]:
        original = getattr(os, name)

        def change(*args: object, **kwargs: object) -> object:
            call(name)
            return original(*args, **kwargs)

        return change

    for name in _CHANGES:
        replace(os, name, watched(name))
