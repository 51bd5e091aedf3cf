"""Fixtures of the tests of exports."""

import pytest

from tests.export.sources import Sources


@pytest.fixture(scope="session")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Sources:
    """Sample media, which all tests of a process share."""
    return Sources(tmp_path_factory.mktemp("sources"))
