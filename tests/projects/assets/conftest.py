"""Fixtures for the tests of assets."""

from collections.abc import Callable

import pytest

StoredFiles = Callable[[], list[str]]

_OTHER_FILES = {".lock", ".changes", "asset.json", "media"}


@pytest.fixture
def assets(project):
    """The path of the assets of the project."""
    return f"{project}/assets"


@pytest.fixture
def asset(ana, assets, samples):
    """The path of an uploaded image."""
    answer = ana.upload(assets, samples / "image.png")
    assert answer.status_code == 201, answer.text
    return f"{assets}/{answer.json['id']}"


@pytest.fixture
def stored_files(settings, project):
    """Return a function that lists the files of all assets, including temporary files."""
    directory = settings.data_dir / project.removeprefix("/api/")
    other_files = _OTHER_FILES | {"project.json", "assets", "activity"}
    return lambda: sorted(
        path.name
        for path in directory.rglob("*")
        if path.name not in other_files
        and path.parent.name != "activity"
        and not path.name.startswith("asset_")
    )
