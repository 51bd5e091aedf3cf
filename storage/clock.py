"""Timestamps: Unix milliseconds, strictly increasing where they tell versions apart."""

import time

DAY_MS = 86_400_000


def now_ms() -> int:
    """Return the current time in Unix milliseconds."""
    return time.time_ns() // 1_000_000


def later_than(before_ms: int) -> int:
    """Return the current time, or the next millisecond where the clock stood still or went back."""
    return max(now_ms(), before_ms + 1)
