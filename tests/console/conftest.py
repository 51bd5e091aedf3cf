"""Fixtures: one service with the demo provider for all tests, and people who visit the page."""

from contextlib import ExitStack

import pytest
from playwright.sync_api import ViewportSize

from tests.console import edited_work, front, relay
from tests.console.modules import open_modules
from tests.console.visit import Profile, Visit
from tests.service import Service

SIZE = ViewportSize(width=1280, height=800)
PHONE = ViewportSize(width=390, height=844)


@pytest.fixture(scope="session")
def console_service(tmp_path_factory, shared_vendors):
    """The real service without keys of the fake vendors, started once in each process."""
    data = tmp_path_factory.mktemp("console") / "data"
    urls = shared_vendors.environ(keys=False)
    settings = {"DEMO_PROVIDER": "auto", "PROVIDER_POLL": 0.05, "FSYNC": 0, "TRUSTED_PROXIES": 1}
    with Service.running(data, REGISTRATION="open", **settings, **urls) as service:
        yield service


@pytest.fixture(scope="session")
def modules(browser):
    """The page's modules, for tests of functions that need no page and keep nothing."""
    with open_modules(browser) as modules:
        yield modules


@pytest.fixture(scope="session")
def profile(browser):
    """A browser whose cache keeps the page's modules for other tests."""
    with browser.new_context(viewport=SIZE, reduced_motion="reduce") as context:
        yield Profile(context)


@pytest.fixture
def visit(profile, console_service):
    """A person with a browser that stores nothing of others, who is not logged in."""
    visit = Visit(profile.context, console_service, tab=profile.tab)
    yield visit
    visit.end()
    profile.clear(visit.origin)
    assert visit.problems == []


@pytest.fixture(scope="session")
def _opened(browser, console_service):
    with browser.new_context(viewport=SIZE, reduced_motion="reduce") as context:
        visit = Visit(context, console_service)
        client = visit.log_in()
        with visit.page.expect_response("**/api/events"):  # or the first events may be missed
            visit.open("/trash")
        yield visit, client, visit.page


@pytest.fixture
def opened(_opened):
    """Someone who is logged in since earlier tests, in an opened tab, and a client of theirs.

    For tests that look at a project of their own alone, and do not listen to events of the tab:
    they `go` to it, which takes a third of opening it.
    """
    yield _opened
    _opened[0].leave()


@pytest.fixture(scope="module")
def opened_for_player(_opened):
    """The tab of `opened`, for a module that shows works in a player above the page."""
    yield _opened
    visit, _, page = _opened
    page.evaluate(edited_work.CLOSE_PLAYER)
    visit.leave()


@pytest.fixture(scope="session")
def _edited(_opened, tmp_path_factory):
    return edited_work.create(_opened[1], tmp_path_factory.mktemp("edited"))


@pytest.fixture
def edited(opened, _edited):
    """The path of an edited work, whose timeline is as it was made; tests leave its media alone.

    It belongs to the person of `opened`. To make one for each test takes as long as many a test.
    """
    path = f"/api/projects/{_edited['projectId']}/works/{_edited['id']}"
    client, state = opened[1], _edited["editorState"]
    added = client.show(path)["editorState"].keys() - {*state, "operationIds"}
    client.save(path, {"editorState": {**dict.fromkeys(added), **state}})
    return path


@pytest.fixture
def proxy(console_service):
    """A proxy in front of the service, which a test makes misbehave."""
    with relay.running(console_service.port, front.public_path(console_service)) as proxy:
        yield proxy


@pytest.fixture
def proxied(browser, console_service, proxy):
    """A person who reaches the service through the proxy, and may lose connections."""
    with browser.new_context(viewport=SIZE, reduced_motion="reduce") as context:
        visit = Visit(context, console_service, proxy.port)
        visit.expect_problem("ERR_")
        yield visit
        assert visit.problems == []


@pytest.fixture(scope="session")
def other_profiles(browser):
    """Browsers of others, whose caches keep the page's modules as well."""
    with ExitStack() as stack:
        new = [browser.new_context(viewport=SIZE, reduced_motion="reduce") for _ in range(2)]
        yield [Profile(stack.enter_context(context)) for context in new]


@pytest.fixture
def someone(other_profiles, console_service):
    """Return people with browsers of their own, at most two, who are not logged in."""
    visits: list[Visit] = []

    def arrive() -> Visit:
        profile = other_profiles[len(visits)]
        visits.append(Visit(profile.context, console_service, tab=profile.tab))
        return visits[-1]

    yield arrive
    for profile, visit in zip(other_profiles, visits, strict=False):
        visit.end()
        profile.clear(visit.origin)
    assert [visit.problems for visit in visits] == [[] for _ in visits]


@pytest.fixture
def phone(browser, console_service):
    """A person with a phone, who is not logged in."""
    with browser.new_context(
        viewport=PHONE, has_touch=True, is_mobile=True, reduced_motion="reduce"
    ) as context:
        visit = Visit(context, console_service)
        yield visit
        assert visit.problems == []
