"""Fixtures of the tests of FFmpeg."""

from collections.abc import Callable
from pathlib import Path

import pytest

from media.ffmpeg import run

MakeFile = Callable[[str, str], Path]


@pytest.fixture
def make_file(tmp_path: Path) -> MakeFile:
    """Create a file of this name by FFmpeg with these options."""

    def make(name: str, options: str) -> Path:
        run([*options.split(), str(tmp_path / name)], 60)
        return tmp_path / name

    return make
