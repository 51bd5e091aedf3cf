"""Timestamps in Unix milliseconds, strictly increasing where they distinguish versions."""

import time

DAY_MS = 86_400_000


def now_ms() -> int:
    """Return the current time in Unix milliseconds."""
    return time.time_ns() // 1_000_000


def later_than(previous_ms: int) -> int:
    """Return the current time, or `previous_ms + 1` if the clock has not passed that yet."""
    return max(now_ms(), previous_ms + 1)
