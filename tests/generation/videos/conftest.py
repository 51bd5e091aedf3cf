"""The application, with the keys of the fake vendors and with the demo."""

from dataclasses import replace

import pytest

from tests.jobs.conftest import second_app, user_with

__all__ = ["second_app", "user_with"]


@pytest.fixture
def usual_settings(usual_settings):
    hosts = ("127.0.0.1", "localhost")
    tuning = replace(usual_settings.tuning, demo_task=0.05)
    return replace(usual_settings, intranet_hosts=hosts, tuning=tuning)
