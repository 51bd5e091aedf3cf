"""What the tests of works and their media share."""

from collections.abc import Callable

import pytest

from config import Settings

Files = Callable[[], list[str]]

_LASTING = {".lock", "work.json", "media"}


@pytest.fixture
def files(settings: Settings, work: str) -> Files:
    """Lists the media files of the work, and temporary ones if there are any."""
    home = settings.data_dir / work.removeprefix("/api/")
    return lambda: sorted(path.name for path in home.rglob("*") if path.name not in _LASTING)
