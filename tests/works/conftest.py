"""Fixtures for the tests of works and their media."""

from collections.abc import Callable

import pytest

from config import Settings

StoredFiles = Callable[[], list[str]]

_OTHER_FILES = {".lock", "work.json", "media"}


@pytest.fixture
def stored_files(settings: Settings, work: str) -> StoredFiles:
    """Return a function that lists the media files of the work, including temporary files."""
    directory = settings.data_dir / work.removeprefix("/api/")
    return lambda: sorted(
        path.name for path in directory.rglob("*") if path.name not in _OTHER_FILES
    )
