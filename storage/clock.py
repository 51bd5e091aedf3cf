"""Timestamps in Unix milliseconds, strictly increasing where they distinguish versions; the day."""

import time
from datetime import UTC, date, datetime

DAY_MS = 86_400_000


def now_ms() -> int:
    """Return the current time in Unix milliseconds."""
    return time.time_ns() // 1_000_000


def today() -> date:
    """Return the current day in UTC."""
    return datetime.fromtimestamp(now_ms() / 1000, UTC).date()


def later_than(previous_ms: int) -> int:
    """Return the current time, or `previous_ms + 1` if the clock has not passed that yet."""
    return max(now_ms(), previous_ms + 1)


def duration_text(seconds: float) -> str:
    """Return a duration in words, in at most two units: `3 seconds`, `1 hour 30 minutes`."""
    if seconds < 10 and not float(seconds).is_integer():
        return f"{seconds:.2g} seconds"
    left = round(seconds)
    parts: list[str] = []
    for name, size in (("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1)):
        count, left = divmod(left, size)
        if count or (name == "second" and not parts):
            parts.append(f"{count} {name}" if count == 1 else f"{count} {name}s")
    return " ".join(parts[:2])
