"""The application, with the keys of the fake vendors."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from config import Settings
from tests.applications import create_app
from tests.jobs.helpers import new_work_with_scenes
from tests.people import Person
from tests.vendors import Vendors

UserWith = Callable[..., Person]


@pytest.fixture
def settings(settings: Settings, vendors: Vendors) -> Settings:
    return replace(
        settings,
        demo_provider="0",
        provider_poll=0.05,
        provider_timeout=60,
        intranet_hosts=("127.0.0.1", "localhost"),
        **vendors.settings(),
    )


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The application; jobs that are still running are stopped at the end."""
    app = create_app(settings)
    yield app
    app.extensions["services"].jobs.worker.stop(1)


@pytest.fixture
def second_app(settings: Settings) -> Iterator[Callable[..., Flask]]:
    """A function that starts another process's application on the same data directory.

    Its arguments are fields of the tuning that differ.
    """
    apps: list[Flask] = []

    def start(**tuning: Any) -> Flask:
        apps.append(create_app(replace(settings, tuning=replace(settings.tuning, **tuning))))
        apps[-1].extensions["services"].jobs.worker.start()
        return apps[-1]

    yield start
    for app in apps:
        app.extensions["services"].jobs.worker.stop(1)


@pytest.fixture
def user_with(settings: Settings) -> Iterator[UserWith]:
    """A function that registers a user of an application with other settings."""
    apps: list[Flask] = []

    def register(**changes: Any) -> Person:
        apps.append(create_app(replace(settings, **changes)))
        return Person.register(apps[-1].test_client(), "eve@example.com")

    yield register
    for app in apps:
        app.extensions["services"].jobs.worker.stop(1)


@pytest.fixture
def work_with_scenes(ana: Person, project: str) -> str:
    """The path of a work of ana's with a scenario of three scenes."""
    return new_work_with_scenes(ana, project, 3)
