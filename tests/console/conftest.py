"""Fixtures: one service with the demo provider for all tests, and people who visit the page."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ViewportSize

from tests.console import relay
from tests.console.relay import Relay
from tests.console.visit import Profile, Visit
from tests.service import Service
from tests.vendors import Vendors

SIZE = ViewportSize(width=1280, height=800)
PHONE = ViewportSize(width=390, height=844)


@pytest.fixture(scope="session")
def console_service(
    tmp_path_factory: pytest.TempPathFactory, shared_vendors: Vendors
) -> Iterator[Service]:
    """The real service without keys of the fake vendors, started once in each process."""
    data = tmp_path_factory.mktemp("console") / "data"
    urls = shared_vendors.environ(keys=False)
    settings = {"DEMO_PROVIDER": "auto", "PROVIDER_POLL": 0.05, "FSYNC": 0, "TRUSTED_PROXIES": 1}
    with Service.running(data, **settings, **urls) as service:
        yield service


@pytest.fixture(scope="session")
def profile(browser: Browser) -> Iterator[Profile]:
    """A browser whose cache keeps the page's modules for other tests."""
    with browser.new_context(viewport=SIZE, reduced_motion="reduce") as context:
        yield Profile(context)


@pytest.fixture
def visit(profile: Profile, console_service: Service) -> Iterator[Visit]:
    """A person with a browser that stores nothing of others, who is not logged in."""
    visit = Visit(profile.context, console_service)
    yield visit
    profile.clear(visit.origin)
    assert visit.problems == []


@pytest.fixture
def proxy(console_service: Service) -> Iterator[Relay]:
    """A proxy in front of the service, which a test makes misbehave."""
    with relay.running(console_service.port) as proxy:
        yield proxy


@pytest.fixture
def proxied(browser: Browser, console_service: Service, proxy: Relay) -> Iterator[Visit]:
    """A person who reaches the service through the proxy, and may lose connections."""
    with browser.new_context(viewport=SIZE, reduced_motion="reduce") as context:
        visit = Visit(context, console_service, proxy.port)
        visit.expect_problem("ERR_")
        yield visit
        assert visit.problems == []


@pytest.fixture
def phone(browser: Browser, console_service: Service) -> Iterator[Visit]:
    """A person with a phone, who is not logged in."""
    with browser.new_context(
        viewport=PHONE, has_touch=True, is_mobile=True, reduced_motion="reduce"
    ) as context:
        visit = Visit(context, console_service)
        yield visit
        assert visit.problems == []
