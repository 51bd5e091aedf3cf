"""How many changes of the data directory each thread has begun, whether they succeeded or not."""

import threading

_thread = threading.local()


def changes() -> int:
    """Return how many changes this thread has begun."""
    return getattr(_thread, "begun", 0)


def begin_change() -> None:
    """Count a change: what follows may be seen by others, also if it fails."""
    _thread.begun = changes() + 1
