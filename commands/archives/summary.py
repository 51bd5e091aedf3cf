"""What an archive contains, in numbers: what `backup` and `restore` report."""

from collections import Counter
from dataclasses import dataclass, field

from storage.layout import FACTS
from storage.paths import (
    ASSETS,
    EXPORTS,
    JOBS,
    MEDIA,
    PROJECTS,
    TAKES,
    TEMPLATES,
    TOKENS,
    TRASH,
    USERS,
    WORKS,
    document_name,
)

_MEDIA_FILES = "media files"
_DELETED = "deleted items"  # of the trash, whatever they are
_REPORTED = (
    *(USERS, TOKENS, PROJECTS, WORKS, ASSETS, TEMPLATES, JOBS, EXPORTS),
    *(_DELETED, _MEDIA_FILES),
)


@dataclass
class ArchiveSummary:
    """The number of documents by collection and of media files, and the bytes of all files."""

    counts: Counter[str] = field(default_factory=Counter)
    total_bytes: int = 0

    def add_file(self, name: str, size: int) -> None:
        """Count one file, by its path in the data directory."""
        *_, collection, directory, file = ("", "", *name.split("/"))
        if name.startswith(f"{TRASH}/"):
            self.counts[_DELETED] += collection == TRASH
        elif file == document_name(collection):
            self.counts[collection] += 1
        elif directory == MEDIA or (directory == TAKES and not file.endswith(f".{FACTS}")):
            self.counts[_MEDIA_FILES] += 1
        self.total_bytes += size

    def merge(self, other: "ArchiveSummary") -> None:
        """Add the counts of another summary."""
        self.counts.update(other.counts)
        self.total_bytes += other.total_bytes

    def __str__(self) -> str:
        reported = (name for name in _REPORTED if name != _DELETED or self.counts[name])
        counts = ", ".join(_format_count(self.counts[name], name) for name in reported)
        return f"{counts} ({format_size(self.total_bytes)})"


def _format_count(count: int, plural: str) -> str:
    return f"{count} {plural.removesuffix('s') if count == 1 else plural}"


def format_size(size: float) -> str:
    """Return a number of bytes for people, e.g. `1.5 MB`."""
    units = iter(("bytes", "KB", "MB", "GB", "TB"))
    unit = next(units)
    while size >= 1000:
        size, unit = size / 1000, next(units)
    return f"{size:.1f} {unit}" if unit != "bytes" else f"{size:.0f} {unit}"
