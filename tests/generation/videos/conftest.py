"""The application, with the keys of the fake vendors and with the demo."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from settings.config import Settings
from tests.jobs.conftest import second_app, user_with
from tests.jobs.receiver import Receiver
from tests.vendors import Vendors

__all__ = ["second_app", "user_with"]


@pytest.fixture(autouse=True)
def _few_programs(decoded_here: None, measured_once: None) -> None:
    """Start no program for each image, and for each clip that was measured before."""


@pytest.fixture
def settings(settings: Settings, vendors: Vendors) -> Settings:
    hosts = ("127.0.0.1", "localhost")
    tuning = replace(settings.tuning, demo_task=0.05)
    return replace(settings, intranet_hosts=hosts, tuning=tuning, **vendors.settings())


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver.running() as running:
        yield running
