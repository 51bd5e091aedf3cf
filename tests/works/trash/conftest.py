"""Fixtures and helpers of the tests of the trash."""

import pytest
from flask import Flask

from storage.store import Store


@pytest.fixture(autouse=True)
def _few_programs(decoded_here: None, measured_once: None) -> None:
    """Start no program for each image, and for each clip that was measured before."""


@pytest.fixture
def store(app: Flask) -> Store:
    """Return the open data directory of the application."""
    opened: Store = app.extensions["services"].store
    return opened
