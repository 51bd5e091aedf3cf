"""Fixtures of the adapters, which are configured for the fake vendors."""

import time
from types import SimpleNamespace
from typing import Any

import pytest

from settings.config import Settings
from settings.tuning import Tuning
from tests.providers.adapters import Adapters


@pytest.fixture(autouse=True)
def retry_pauses(monkeypatch):
    """Record the pauses before retries instead of making them."""
    pauses: list[float] = []
    clock = SimpleNamespace(monotonic=time.monotonic, sleep=pauses.append)
    monkeypatch.setattr("providers.http.time", clock)
    return pauses


@pytest.fixture
def make_adapters(vendors, tmp_path):
    """Create adapters with other settings or another key."""

    def make(key: str | None = None, **fields: Any) -> Adapters:
        own = {"provider_timeout": 120, "tuning": Tuning(upload_poll=0.01)}
        values = {**own, **vendors.settings(keys=False), **fields}
        settings = Settings(data_dir=tmp_path / "data", **values)
        return Adapters(settings) if key is None else Adapters(settings, key)

    return make


@pytest.fixture
def adapters(make_adapters):
    """The adapters, with a valid key."""
    return make_adapters()
