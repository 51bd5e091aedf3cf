"""Fixtures: a person at a computer and one with a phone, who open works in their tabs."""

import pytest

from tests.console.journeys.desk import Desk
from tests.console.visit import Opened, Visit


@pytest.fixture
def desk(opened: Opened) -> Desk:
    """A person at a computer."""
    visit, client, _ = opened
    return Desk(visit, client)


@pytest.fixture
def phone_desk(phone: Visit) -> Desk:
    """A person with a phone."""
    client = phone.log_in()
    phone.open("/trash")
    return Desk(phone, client, by_touch=True)
