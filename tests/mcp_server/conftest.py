"""A running service for the tests of a module, with the provider `demo` and a user's token."""

from pathlib import Path

import pytest

from tests.service import Service


@pytest.fixture(scope="module")
def demo_service(tmp_path_factory):
    """gunicorn, on an empty data directory."""
    directory: Path = tmp_path_factory.mktemp("mcp") / "data"
    with Service.running(directory, DEMO_PROVIDER=1, PROVIDER_POLL=0.05, WORKERS=1) as service:
        yield service


@pytest.fixture(scope="module")
def token(demo_service):
    """The token of a user with all scopes."""
    return demo_service.register()
