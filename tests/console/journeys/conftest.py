"""Fixtures: a person at a computer and one with a phone, who open works in their tabs."""

import pytest

from tests.console.journeys.desk import Desk
from tests.console.visit import Visit
from tests.service import Client


@pytest.fixture
def desk(opened: tuple[Visit, Client]) -> Desk:
    """A person at a computer."""
    return Desk(*opened)


@pytest.fixture
def phone_desk(phone: Visit) -> Desk:
    """A person with a phone."""
    client = phone.log_in()
    phone.open("/trash")
    return Desk(phone, client, by_touch=True)
