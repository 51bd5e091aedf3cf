"""How many processors the service may use: a container or a unit may allow fewer than there are."""

import math
import os
from functools import cache
from pathlib import Path

_PROCESS = Path("/proc/self/cgroup")
_GROUPS = Path("/sys/fs/cgroup")


@cache
def available() -> int:
    """Return the number of processors that this process may use, at least 1."""
    count = os.cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):
        count = len(os.sched_getaffinity(0))
    return min([count, *quotas()])


def quotas(process: Path = _PROCESS, groups: Path = _GROUPS) -> list[int]:
    """Return the limits of the process's control groups (version 2), in whole processors."""
    try:
        own = next(line[3:] for line in process.read_text().splitlines() if line[:3] == "0::")
    except (OSError, StopIteration):
        return []
    group = groups / own.strip("/")
    limits = (_quota(path / "cpu.max") for path in (group, *group.parents))
    return [limit for limit in limits if limit is not None]


def _quota(path: Path) -> int | None:
    """Return the limit in a file such as `150000 100000`, rounded up; None without one."""
    try:
        quota, period = path.read_text().split()
        return max(1, math.ceil(int(quota) / int(period)))
    except (OSError, ValueError):  # there is none, or it is `max`
        return None
