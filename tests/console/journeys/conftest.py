"""Fixtures: a person at a computer and one with a phone, for all journeys of a process."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.console.conftest import PHONE, SIZE
from tests.console.journeys.desk import Desk
from tests.service import Service


@pytest.fixture(scope="session")
def _at_desk(browser: Browser, console_service: Service) -> Iterator[Desk]:
    with browser.new_context(viewport=SIZE, reduced_motion="reduce") as context:
        yield Desk(context, console_service)


@pytest.fixture(scope="session")
def _with_phone(browser: Browser, console_service: Service) -> Iterator[Desk]:
    with browser.new_context(
        viewport=PHONE, has_touch=True, is_mobile=True, reduced_motion="reduce"
    ) as context:
        yield Desk(context, console_service)


@pytest.fixture
def desk(_at_desk: Desk) -> Iterator[Desk]:
    """A person at a computer, in whose page nothing goes wrong."""
    yield from _without_problems(_at_desk)


@pytest.fixture
def phone_desk(_with_phone: Desk) -> Iterator[Desk]:
    """A person with a phone, in whose page nothing goes wrong."""
    yield from _without_problems(_with_phone)


def _without_problems(desk: Desk) -> Iterator[Desk]:
    desk.visit.problems.clear()
    yield desk
    assert desk.visit.problems == []
