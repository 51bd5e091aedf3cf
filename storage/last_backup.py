"""When the last good backup of a data directory was made, as noted in it: `.last-backup`.

Backups lie where the service may not look. So `backup` leaves a note, which `doctor`, the start of
the service and its metrics read.
"""

import json
from pathlib import Path
from typing import NamedTuple

from printing import printable
from storage.clock import DAY_MS, duration_text, now_ms
from storage.errors import StorageError
from storage.files.files import read_file
from storage.files.trees import list_names
from storage.paths import LAST_BACKUP, USERS
from storage.store import Store

_OLD_MS = DAY_MS * 3 // 2  # one that is made each night was left out


class LastBackup(NamedTuple):
    """The time of the data that an archive has, and the path that it was written to."""

    time_ms: int
    file: str

    @property
    def age_ms(self) -> int:
        """How old it is; 0 if the clock was set back since."""
        return max(0, now_ms() - self.time_ms)


def note(store: Store, archive: Path, time_ms: int) -> None:
    """Note a backup that is complete and verified. Raises UnwritableError, DiskFullError."""
    text = json.dumps({"time": time_ms, "file": str(archive)})
    store.disk.replace(str(store.root / LAST_BACKUP), text.encode())


def last(root: Path) -> LastBackup | None:
    """Return the last backup of a data directory; None if none is noted, or the note is damaged."""
    try:
        values = json.loads(read_file(str(root / LAST_BACKUP)))
        return LastBackup(int(values["time"]), str(values["file"]))
    except (OSError, StorageError, ValueError, KeyError, TypeError):
        return None


def notice(root: Path) -> str | None:
    """Return a sentence about the last backup; None where there is nothing to back up yet."""
    if found := last(root):
        age = duration_text(found.age_ms // 1000)
        return f"the last backup was made {age} ago, {printable(found.file)}"
    if list_names(root / USERS):
        return "no backup of this data has been made yet: `./vidworks backup FILE` makes one"
    return None


def warning(root: Path) -> str | None:
    """Return the sentence if there is no backup, or only an old one."""
    found = last(root)
    return None if found and found.age_ms < _OLD_MS else notice(root)
