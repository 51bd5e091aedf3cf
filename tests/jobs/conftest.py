"""The application, with the keys of the fake vendors."""

import socket
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from tests.applications import create_app
from tests.jobs.helpers import CLIP_REQUEST, new_work_with_scenes
from tests.people import Person

UserWith = Callable[..., Person]


@pytest.fixture
def usual_settings(usual_settings, vendors):
    return replace(
        usual_settings,
        demo_provider="0",
        provider_poll=0.05,
        provider_timeout=60,
        intranet_hosts=("127.0.0.1", "localhost"),
        **vendors.settings(),
    )


@pytest.fixture
def second_app(settings):
    """A function that starts another process's application on the same data directory.

    Its arguments are fields of the tuning that differ.
    """

    def start(**tuning: Any) -> Flask:
        app = create_app(replace(settings, tuning=replace(settings.tuning, **tuning)))
        app.extensions["services"].jobs.worker.start()
        return app

    return start


@pytest.fixture
def user_with(settings):
    """A function that registers a user of an application with other settings."""

    def register(**changes: Any) -> Person:
        client = create_app(replace(settings, **changes)).test_client()
        return Person.register(client, "eve@example.com")

    return register


@pytest.fixture
def unreachable():
    """The address of a port that is taken, so that nobody else listens there, and refuses."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


@pytest.fixture
def work_with_scenes(ana, project):
    """The path of a work of ana's with a scenario of three scenes."""
    return new_work_with_scenes(ana, project, 3)


@pytest.fixture
def held_clips(vendors):
    """The fake vendors, which finish no clip before they are released."""
    vendors.rule(**CLIP_REQUEST, takes=None, times=None)
    return vendors
