"""What the tests of assets share."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from config import Settings
from storage.store import Store
from tests.people import Person

Files = Callable[[], list[str]]

_LASTING = {".lock", ".changes", "asset.json", "media"}


@pytest.fixture
def assets(project: str) -> str:
    """The path of the assets of ana's project."""
    return f"{project}/assets"


@pytest.fixture
def asset(ana: Person, assets: str, samples: Path) -> str:
    """The path of an image among them."""
    answer = ana.upload(assets, samples / "image.png")
    assert answer.status_code == 201, answer.text
    return f"{assets}/{answer.json['id']}"


@pytest.fixture
def store(app: Flask) -> Store:
    """The data directory that the application has open."""
    opened: Store = app.extensions["services"].store
    return opened


@pytest.fixture
def files(settings: Settings, project: str) -> Files:
    """Lists all files of the project's assets, and temporary ones if there are any."""
    home = settings.data_dir / project.removeprefix("/api/")
    lasting = _LASTING | {"project.json", "assets"}
    return lambda: sorted(
        path.name
        for path in home.rglob("*")
        if path.name not in lasting and not path.name.startswith("asset_")
    )
