"""Fixtures and helpers of the tests of the trash."""

import pytest
from flask import Flask

from storage.store import Store


@pytest.fixture
def store(app: Flask) -> Store:
    """Return the open data directory of the application."""
    opened: Store = app.extensions["services"].store
    return opened
