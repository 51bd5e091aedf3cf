"""What doctor finds, and where it puts what it takes away."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from storage.paths import LOST_AND_FOUND
from storage.store import Store

Repair = Callable[[], str]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be.

    `repair` mends it and says what it did; without one a person has to decide, as `advice` says.
    """

    path: str  # relative to the data directory
    problem: str
    repair: Repair | None = None
    advice: str = ""


class CheckContext:
    """A data directory under examination."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._lost = f"{LOST_AND_FOUND}/{datetime.now(UTC):%Y-%m-%dT%H-%M-%S.%f}"

    def path(self, relative: str) -> Path:
        """Where something of the data directory is."""
        return self.store.root / relative

    def quarantine(self, relative: str) -> str:
        """Move a file or directory to the same path in lost+found; says where it is now."""
        place = f"{self._lost}/{relative}"
        self.store.disk.make_directory(self.path(place).parent)
        self.store.disk.move(self.path(relative), self.path(place))
        return f"moved to {place}"
