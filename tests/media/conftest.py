"""Fixtures of the tests of FFmpeg."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.media import video_files
from tests.media.overlay_images import draw_in_this_process

MakeFile = Callable[[str, str], Path]


@pytest.fixture
def make_file(tmp_path):
    """Create a file of this name by FFmpeg with these options."""

    def make(name: str, options: str) -> Path:
        return video_files.make(tmp_path / name, options)

    return make


@pytest.fixture
def drawn_here(monkeypatch):
    """Draw overlays in this process, for tests of what is drawn."""
    draw_in_this_process(monkeypatch)
