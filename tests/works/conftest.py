"""Fixtures for the tests of works and their media."""

from collections.abc import Callable
from pathlib import Path

import pytest

StoredFiles = Callable[[], list[str]]

_OTHER_FILES = {".lock", "work.json", "media", "takes"}


@pytest.fixture
def stored_files(settings, work):
    """Return a function that lists the media files of the work, including temporary files.

    Takes are left out, and temporary files in their place are not.
    """
    directory = settings.data_dir / work.removeprefix("/api/")

    def is_listed(path: Path) -> bool:
        is_take = path.parent.name == "takes" and not path.name.startswith(".")
        return path.name not in _OTHER_FILES and not is_take

    return lambda: sorted(path.name for path in directory.rglob("*") if is_listed(path))
