"""The service with the fake vendors, whose keys it has."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from config import Settings
from jobs import run, waiting, worker
from tests.applications import create_app
from tests.jobs import following
from tests.people import Person
from tests.vendors import Vendors


@pytest.fixture(autouse=True)
def _in_haste(monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits looks more often, here where vendors take no time."""
    monkeypatch.setattr(waiting, "_POLL_SECONDS", 0.02)
    monkeypatch.setattr(run, "_STEP_SECONDS", 0.02)
    monkeypatch.setattr(worker, "_POLL_SECONDS", 0.1)


@pytest.fixture
def settings(tmp_path: Path, vendors: Vendors) -> Settings:
    return Settings(
        data_dir=tmp_path / "data",
        fsync=False,
        log_level="ERROR",
        provider_poll=0.02,
        provider_timeout=10,
        intranet_hosts=("127.0.0.1", "localhost"),
        **vendors.settings(),
    )


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The service; what a test left running stops with it."""
    app = create_app(settings)
    yield app
    app.extensions["services"].jobs.worker.stop(1)


@pytest.fixture
def film(ana: Person, project: str) -> str:
    """The path of a work of ana's with a scenario of three scenes."""
    return following.film(ana, project, 3)
