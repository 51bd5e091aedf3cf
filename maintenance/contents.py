"""How much of what is in an archive."""

from collections import Counter
from dataclasses import dataclass, field

from storage.paths import (
    ASSETS,
    JOBS,
    MEDIA,
    PROJECTS,
    TEMPLATES,
    TOKENS,
    USERS,
    WORKS,
    document_name,
)

_MEDIA_FILES = "media files"


@dataclass
class Contents:
    """Counts of documents and media files, and the bytes of all files."""

    counts: Counter[str] = field(default_factory=Counter)
    bytes: int = 0

    def count(self, name: str, size: int) -> None:
        """Count one file, by its path in the data directory."""
        *_, collection, home, file = ("", "", *name.split("/"))
        if file == document_name(collection):
            self.counts[collection] += 1
        elif home == MEDIA:
            self.counts[_MEDIA_FILES] += 1
        self.bytes += size

    def add(self, other: "Contents") -> None:
        """Count all that the other counted."""
        self.counts.update(other.counts)
        self.bytes += other.bytes

    def __str__(self) -> str:
        kinds = (USERS, TOKENS, PROJECTS, WORKS, ASSETS, TEMPLATES, JOBS, _MEDIA_FILES)
        counts = ", ".join(_counted(self.counts[kind], kind) for kind in kinds)
        return f"{counts} ({_size(self.bytes)})"


def _counted(count: int, kind: str) -> str:
    return f"{count} {kind.removesuffix('s') if count == 1 else kind}"


def _size(count: float) -> str:
    units = iter(("bytes", "KB", "MB", "GB", "TB"))
    unit = next(units)
    while count >= 1000:
        count, unit = count / 1000, next(units)
    return f"{count:.1f} {unit}" if unit != "bytes" else f"{count:.0f} {unit}"
