"""Settings: keys of vendors, API tokens, the account."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from settings.version import VERSION
from tests.browser import needs_browser
from tests.console.visit import PASSWORD
from tests.service import Client

pytestmark = [needs_browser, pytest.mark.slow]

KEY = "key-of-ana-at-the-vendor-7f3a"
# The button says it for two seconds, which a busy machine may not see.
CLICK_UNTIL_COPIED = """(button) => new Promise((resolve) => {
    const observer = new MutationObserver(() => {
        if (button.innerText.trim() === "Copied") resolve();
    });
    observer.observe(button, { characterData: true, childList: true, subtree: true });
    button.click();
})"""


def add_key(page: Page, vendor: str, place: str) -> None:
    page.get_by_role("button", name=f"Add key: {vendor}").click()
    dialog = page.get_by_role("dialog", name=f"Key of {vendor}")
    dialog.get_by_label("Key", exact=True).fill(KEY)
    dialog.get_by_role("radio", name=place).check()
    dialog.get_by_role("button", name="Use key").click()
    expect(dialog).to_have_count(0)


def new_image(client: Client, project: str, image: Path) -> str:
    answer = client.post(f"{project}/assets", image.read_bytes(), Content_Type="image/png")
    assert answer.status == 201, answer.body
    return str(answer.json["name"])


def test_retired_model_is_offered_only_if_it_is_chosen_with_what_to_use_instead(visit):
    user, page = visit.log_in().get("/api/auth/me").json["id"], visit.page
    choices = '{"video": {"provider": "gemini", "model": "veo-3.1-generate-preview"}}'
    visit.open("/")
    page.evaluate(f"localStorage.setItem('vidworks.choices.{user}', '{choices}')")
    visit.open("/settings/providers")

    clips = page.get_by_role("group", name="Clips")
    told = "Veo 3.1 was retired on 2026-10-22; use Gemini Omni 1.2 Flash."
    expect(clips.get_by_text(told)).to_be_visible()
    models = clips.get_by_label("Model").locator("option")
    expect(models.filter(has_text="Veo")).to_have_text(["Veo 3.1"])
    assert visit.accessibility_violations() == []


def test_token_is_made_shown_once_and_revoked_with_a_question(visit):
    client, page = visit.log_in(), visit.page
    visit.open("/settings/tokens")
    page.get_by_role("button", name="New token").click()
    dialog = page.get_by_role("dialog", name="New token")
    dialog.get_by_label("Name").fill("n8n")
    dialog.get_by_label("ai:generate").uncheck()
    dialog.get_by_label("Expires").select_option("In 30 days")
    assert visit.accessibility_violations() == []
    dialog.get_by_role("button", name="Make token").click()

    token = page.get_by_label("Token", exact=True).inner_text()
    assert visit.service.client(token).get("/api/projects").status == 200
    [meta] = client.get("/api/tokens").json
    assert "ai:generate" not in meta["scopes"]
    assert "projects:write" in meta["scopes"]
    page.get_by_role("button", name="Copy: Token").evaluate(CLICK_UNTIL_COPIED)
    page.reload()
    expect(page.get_by_role("heading", name="n8n")).to_be_visible()
    expect(page.get_by_text(token)).to_have_count(0)

    page.get_by_role("button", name="Revoke n8n").click()
    page.get_by_role("dialog", name="Revoke “n8n”?").get_by_role("button", name="Revoke").click()
    expect(page.get_by_role("heading", name="No tokens yet")).to_be_visible()
    assert visit.service.client(token).get("/api/projects").status == 401


def test_kept_key_shows_its_last_four_characters_and_is_removed(visit):
    client, page = visit.log_in(), visit.page
    visit.open("/settings")
    add_key(page, "OpenAI", "On the server")

    row = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="OpenAI"))
    expect(row).to_contain_text("Kept on the server …7f3a")
    expect(page.get_by_role("group", name="Pictures").get_by_label("Provider")).to_contain_text(
        "Automatic: OpenAI Images"
    )
    voices = page.get_by_role("group", name="Voice").get_by_label("Provider")
    expect(voices).to_contain_text("Automatic: Demo")  # OpenAI does not speak
    assert KEY not in page.content()
    assert visit.accessibility_violations() == []
    row.get_by_role("button", name="Remove: OpenAI").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(row).to_contain_text("No key")
    assert client.get("/api/provider-keys").json == []


def test_key_of_the_session_goes_with_requests_and_is_gone_after_a_reload(
    visit, samples, shared_vendors
):
    shared_vendors.reset()
    client, page = visit.log_in(), visit.page
    project = client.new_project(name="Spring")
    name = new_image(client, project, samples / "image.png")
    visit.open("/settings/providers")
    add_key(page, "OpenAI", "For this session")
    expect(page.get_by_text("For this session …7f3a")).to_be_visible()

    page.get_by_role("link", name="Projects", exact=True).click()
    page.get_by_role("link", name="Spring").click()
    page.get_by_role("link", name="Assets").click()
    page.get_by_role("link", name=name).click()
    page.get_by_role("button", name="Describe it").click()
    expect(page.get_by_label("Description")).not_to_have_value("")
    assert {(call["vendor"], call["key"]) for call in shared_vendors.requests()} == {
        ("openai", KEY[-4:])
    }

    stored = page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }])")
    assert KEY not in stored
    assert client.get("/api/provider-keys").json == []
    visit.open("/settings/providers")
    expect(page.get_by_role("heading", name="OpenAI")).to_be_visible()
    expect(page.get_by_text("For this session …7f3a")).to_have_count(0)


def test_new_password_keeps_the_login_here_and_ends_the_others(visit):
    visit.expect_problem("403")
    other, page = visit.log_in(), visit.page
    visit.open("/settings/providers")
    add_key(page, "OpenAI", "For this session")
    expect(page.get_by_text("For this session …7f3a")).to_be_visible()
    visit.go("/settings/account")
    current = page.get_by_label("Current password")
    current.fill("wrong")
    page.get_by_label("New password").fill("a new password")
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_role("alert")).to_contain_text("The current password is wrong")
    assert visit.accessibility_violations() == []
    expect(page.get_by_text(f"Vidworks {VERSION}")).to_be_visible()

    visit.expect_problem("401")
    logins: list[Route] = []

    def hold(route: Route) -> None:
        logins.append(route)

    page.route("**/api/auth/login", hold)
    current.fill(PASSWORD)
    with page.expect_response(lambda each: "/api/events" in each.url and each.status == 401):
        page.get_by_role("button", name="Change password").click()
    while not logins:
        page.wait_for_timeout(20)
    expect(page.get_by_role("button", name="Change password")).to_be_visible()
    logins[0].continue_()  # after the stream of events has ended with the session
    expect(page.get_by_text("The password was changed")).to_be_visible()
    visit.go("/settings/providers")
    expect(page.get_by_text("For this session …7f3a")).to_be_visible()
    visit.go("/settings/account")
    page.reload()
    expect(page.get_by_text(visit.email)).to_be_visible()
    account = {"email": visit.email, "password": "a new password"}
    assert visit.service.client().post("/api/auth/login", account).status == 200
    assert other.get("/api/auth/me").status == 401


def test_mcp_clients_are_connected_with_lines_to_copy(opened):
    visit, _, page = opened
    visit.go("/settings")
    page.get_by_role("link", name="MCP").click()

    line = f"claude mcp add --transport http vidworks {visit.base}/mcp"
    expect(page.get_by_text(line)).to_be_visible()
    assert visit.accessibility_violations() == []
