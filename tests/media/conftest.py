"""What the tests of FFmpeg share."""

from collections.abc import Callable
from pathlib import Path

import pytest

from media.ffmpeg import run

Make = Callable[[str, str], Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Makes a file of this name, by FFmpeg with these options."""

    def made(name: str, options: str) -> Path:
        run([*options.split(), str(tmp_path / name)], 60)
        return tmp_path / name

    return made
