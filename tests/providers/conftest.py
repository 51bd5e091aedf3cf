from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from config import Settings
from tests.providers.orders import Models
from tests.vendors import Vendors


@pytest.fixture
def models_with(vendors: Vendors, tmp_path: Path) -> Callable[..., Models]:
    """The adapters, which find the vendors of the tests, with some settings."""

    def models(key: str | None = None, **fields: Any) -> Models:
        given = {"provider_timeout": 5, **vendors.settings(keys=False), **fields}
        settings = Settings(data_dir=tmp_path / "data", **given)
        return Models(settings) if key is None else Models(settings, key)

    return models


@pytest.fixture
def models(models_with: Callable[..., Models]) -> Models:
    """The adapters."""
    return models_with()
