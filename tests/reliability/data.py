"""The data directory of a service, as tests look at it."""

import os
from pathlib import Path

from storage.paths import LEFTOVERS


def leftovers(data_dir: Path) -> list[Path]:
    """Return the temporary files and directories of unfinished operations."""
    return [
        Path(parent, name)
        for parent, directories, files in os.walk(data_dir)
        for name in (*directories, *files)
        if name.startswith(LEFTOVERS)
    ]


def directory_of(data_dir: Path, path: str) -> Path:
    """Return the directory of the project, work or collection at a URL path."""
    return data_dir / path.removeprefix("/api/")
