"""Fixtures: a person at a computer and one with a phone, who open works in their tabs."""

import pytest

from tests.console.journeys.desk import Desk


@pytest.fixture
def desk(opened):
    """A person at a computer."""
    visit, client, _ = opened
    return Desk(visit, client)


@pytest.fixture
def phone_desk(phone):
    """A person with a phone."""
    client = phone.log_in()
    phone.open("/trash")
    return Desk(phone, client, by_touch=True)
