"""Sessions that end while someone types: nothing is lost, and nobody is taken for another."""

import jwt
import pytest
from playwright.sync_api import Page, Route, expect

from accounts.identity import Signer
from settings.config import Settings
from storage.paths import JWT_SECRET
from tests.browser import needs_browser
from tests.console.forms import enter, open_brief, product
from tests.console.visit import PASSWORD, Visit
from tests.service import Client

pytestmark = [needs_browser, pytest.mark.slow]

WORDS = "Typed by Ana"


@pytest.fixture
def ana(visit):
    """Ana's client, and her work, whose brief is open."""
    for status in ("401", "404", "ERR_FAILED"):
        visit.expect_problem(status)
    client, work, _ = open_brief(visit, "Ana's project")
    return client, work


def create_ben(visit: Visit) -> str:
    """Create the account of Ben with a project; return his e-mail address."""
    email = f"ben-{visit.email}"
    visit.service.client(visit.service.register(email)).new_project(name="Ben's project")
    return email


def lose_saves(page: Page) -> None:
    """Let the network lose what is saved, so that words are typed and not saved."""

    def lose(route: Route) -> None:
        if route.request.method == "PATCH":
            route.abort()
        else:
            route.continue_()

    page.route("**/works/*", lose)


def end_session_with_unsaved_words(visit: Visit, client: Client) -> None:
    """Type, and end the session elsewhere while the words are on their way to the service."""

    def end_session_before_save(route: Route) -> None:
        if route.request.method == "PATCH":
            client.post("/api/auth/logout", {"everywhere": True})
        route.continue_()

    visit.page.route("**/works/*", end_session_before_save)
    product(visit.page).fill(WORDS)
    expect(visit.page.get_by_text("The session was ended elsewhere.")).to_be_visible()
    visit.page.unroute_all()


@pytest.mark.usefixtures("ana")
def test_another_account_in_another_tab_takes_nothing_over(visit):
    page, ben = visit.page, create_ben(visit)
    lose_saves(page)
    product(page).fill(WORDS)
    expect(page.locator(".save-status")).to_contain_text("Not saved yet")
    other = visit.new_tab()
    other.goto(visit.base)
    other.get_by_role("button", name="Account of Ana").click()
    other.get_by_role("menuitem", name="Log out").click()
    expect(page.get_by_text("The session was ended elsewhere.")).to_be_visible()
    enter(other, ben)

    expect(other.get_by_role("link", name="Ben's project")).to_be_visible()
    expect(other.get_by_text("Ana's project")).to_have_count(0)
    expect(page.get_by_text("Somebody else has logged in")).to_be_visible()
    assert visit.accessibility_violations() == []
    page.unroute_all()
    enter(page, visit.email)
    expect(product(page)).to_have_value(WORDS)
    expect(page.locator(".save-status")).to_have_text("Saved")
    expect(other.get_by_text("Somebody else has logged in")).to_be_visible()
    other.get_by_role("button", name="Use that account").click()
    expect(other.get_by_role("link", name="Ana's project")).to_be_visible()
    expect(other.get_by_text("Ben's project")).to_have_count(0)
    page.reload()
    expect(product(page)).to_have_value(WORDS)


def test_words_of_a_session_that_was_ended_elsewhere_are_saved_after_the_login(visit, ana):
    client, _ = ana
    page = visit.page
    end_session_with_unsaved_words(visit, client)
    enter(page, visit.email)

    expect(product(page)).to_have_value(WORDS)
    expect(page.locator(".save-status")).to_have_text("Saved")
    page.reload()
    expect(product(page)).to_have_value(WORDS)


def test_next_person_at_an_ended_session_sees_and_saves_nothing_of_it(visit, ana):
    client, work = ana
    page, ben = visit.page, create_ben(visit)
    end_session_with_unsaved_words(visit, client)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(f"{request.method} {request.url}"))

    enter(page, ben)

    expect(page.get_by_role("link", name="Ben's project")).to_be_visible()
    expect(page.get_by_text("Ana's project")).to_have_count(0)
    assert not [each for each in requests if each.startswith("PATCH") or work in each]


@pytest.mark.usefixtures("ana")
def test_token_that_expires_while_someone_types_is_renewed_silently(visit):
    page = visit.page
    let_token_expire(visit)

    with page.expect_response("**/api/auth/session"):
        product(page).press_sequentially(WORDS)

    expect(page.locator(".save-status")).to_have_text("Saved")
    expect(product(page)).to_have_value(WORDS)
    page.reload()
    expect(product(page)).to_have_value(WORDS)


@pytest.mark.usefixtures("ana")
def test_token_is_not_renewed_as_somebody_elses(visit):
    page = visit.page
    session = {"email": create_ben(visit), "password": PASSWORD, "cookie": True}
    origin = {"Origin": visit.origin}
    visit.context.request.post(f"{visit.base}/api/auth/login", data=session, headers=origin)
    let_token_expire(visit)

    product(page).fill(WORDS)

    expect(page.get_by_text("The session was ended elsewhere.")).to_be_visible()
    enter(page, visit.email)
    expect(page.locator(".save-status")).to_have_text("Saved")


def let_token_expire(visit: Visit) -> None:
    """Let the access token with which the page saves next be one that has expired."""
    secret = (visit.service.data_dir / JWT_SECRET).read_bytes()
    signer = Signer(secret, Settings(data_dir=visit.service.data_dir, jwt_expires_in=-1))
    sent: list[str] = []

    def expire(route: Route) -> None:
        headers = route.request.headers
        if route.request.method == "PATCH":
            sent.append(headers.get("authorization", ""))
        if sent and headers.get("authorization") == sent[0]:
            claims = jwt.decode(sent[0].split()[1], options={"verify_signature": False})
            token, _ = signer.sign("access", claims["sub"], session=claims["session"])
            headers = {**headers, "authorization": f"Bearer {token}"}
        route.continue_(headers=headers)

    visit.page.route("**/api/projects/*/works/*", expire)
