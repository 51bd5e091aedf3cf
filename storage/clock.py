"""The time, as this service writes it."""

import time


def now_ms() -> int:
    """Unix milliseconds."""
    return time.time_ns() // 1_000_000


def later_than(before_ms: int) -> int:
    """Now, but later than `before_ms` even when the clock stood still or went back."""
    return max(now_ms(), before_ms + 1)
