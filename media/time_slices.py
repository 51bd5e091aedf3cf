"""Long time slices for programs that compute: whoever wakes up meanwhile comes before them.

Since Linux 6.12, a task may ask the kernel for its own slice (`sched_runtime`). The longer it is,
the later is the task's deadline, by which the kernel chooses who runs. It takes no processor time
from anybody. Python has no function for it.
"""

import os
import platform
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

_LONGEST = 100_000_000  # nanoseconds: the kernel allows no more
_NUMBERS = {"x86_64": 314, "aarch64": 274, "riscv64": 274}  # of the system call
_ATTRIBUTES = struct.Struct("=IIQiIQQQ")  # size, policy, flags, niceness, priority, three times


@contextmanager
def long_slices() -> Iterator[None]:
    """Let programs that this thread starts have the longest slices that the kernel gives.

    They inherit it, whatever they start themselves. Where the kernel has none, nothing changes.
    """
    changed = _set_slice(_LONGEST)
    try:
        yield
    finally:
        if changed:
            _set_slice(0)


def _set_slice(nanoseconds: int) -> bool:
    """Set the slice of this thread, 0 for the usual one; return whether that was possible."""
    call, number = _system_call(), _NUMBERS.get(platform.machine())
    if call is None or number is None or os.sched_getscheduler(0) != os.SCHED_OTHER:
        return False
    niceness = os.getpriority(os.PRIO_PROCESS, 0)
    size, policy = _ATTRIBUTES.size, os.SCHED_OTHER
    wanted = _ATTRIBUTES.pack(size, policy, 0, niceness, 0, nanoseconds, 0, 0)
    return bool(call(number, 0, wanted, 0) == 0)


@cache
def _system_call() -> Any:
    """Return the C library's `syscall`; None on systems other than Linux."""
    if platform.system() != "Linux":
        return None
    import ctypes  # only where programs are started

    return ctypes.CDLL(None).syscall
