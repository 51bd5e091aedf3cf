"""Backups in a directory: each is named after its time, and the newest are kept."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

_TIME = "%Y-%m-%dT%H%M%SZ"
_NAME = re.compile(r"vidworks-(\d{4}-\d\d-\d\dT\d{6}Z)\.tar(\.[0-9a-f]{8}\.part)?")
_UNFINISHED = timedelta(days=1)  # after which an archive that is not complete never will be


def name_at(time: datetime) -> str:
    """Return the name of the archive of a time."""
    return f"vidworks-{time.astimezone(UTC):{_TIME}}.tar"


def superseded(directory: Path, keep: int, now: datetime) -> list[Path]:
    """Return the archives that are older than the newest `keep`, and what interrupted ones left."""
    archives, others = [], []
    for path in sorted(directory.iterdir()):
        if name := _NAME.fullmatch(path.name):
            time = datetime.strptime(name[1], _TIME).replace(tzinfo=UTC)
            if name[2] is None:
                archives.append(path)
            elif now - time > _UNFINISHED:
                others.append(path)
    return [*archives[: max(0, len(archives) - keep)], *others]
