"""Videos that members watch with their comments, and what the page says of new ones."""

import pytest
from playwright.sync_api import expect

from tests.browser import needs_browser
from tests.console import reviewed_work
from tests.console.reviewed_work import Reviewed
from tests.console.visit import Visit
from tests.service import Client

pytestmark = [needs_browser, pytest.mark.slow]


def join(member: Client, visit: Visit, reviewed: Reviewed, role: str) -> None:
    """Make the user of a visit a member of the work's project."""
    project = reviewed.work.partition("/works/")[0]
    invitation = {"email": visit.email, "role": role}
    assert reviewed.client.post(f"{project}/members", invitation).status == 201
    [pending] = member.get("/api/invitations").json
    assert member.post(f"/api/invitations/{pending['id']}/accept", {}).status == 200


def test_what_others_say_is_told_on_every_tab_and_shown_in_the_video(
    opened, console_service, sources
):
    visit, client, page = opened
    reviewed = reviewed_work.create(console_service, client, sources)
    link = reviewed.share()
    bea = reviewed.guest(link)
    reviewed.say(link, bea, frame=3, text="There at first")
    visit.go(f"{reviewed.page}/scenes")
    tabs = page.get_by_role("navigation", name="Parts of the work")
    expect(tabs.get_by_role("link", name="Export").locator(".badge")).to_have_text("1")
    reviewed.say(link, bea, frame=15, text="Too late")
    messages = page.get_by_role("log", name="Messages")
    expect(messages).to_contain_text("Bea: \u201cToo late\u201d")
    messages.get_by_role("button", name="Show").click()  # while it is there, for six seconds
    for name in ("Edit", "Export"):
        tab = tabs.get_by_role("link", name=name)
        expect(tab.locator(".badge")).to_have_text("2")
        expect(tab).to_have_accessible_description("Done, 2 open comments")

    panel = page.get_by_role("region", name="Comments")
    expect(panel.locator(".thread.current")).to_contain_text("Too late")
    place = panel.locator("output.comment-time")
    expect(place).to_have_attribute("data-frame", "15")
    panel.get_by_role("button", name="Go to 00:00.03").click()
    expect(place).to_have_attribute("data-frame", "3")
    panel.get_by_role("textbox", name="Comment").fill("From us")
    panel.get_by_role("button", name="Comment", exact=True).click()
    expect(panel.locator(".thread", has_text="From us")).to_be_visible()
    own = next(each for each in reviewed.comments() if each["text"] == "From us")
    assert own["frame"] == 3
    expect(messages).not_to_contain_text("From us")
    assert visit.accessibility_violations() == []


def test_what_others_say_is_told_on_other_screens_and_marked_in_the_list_until_it_is_seen(
    opened, console_service, sources
):
    visit, client, page = opened
    reviewed = reviewed_work.create(console_service, client, sources)
    link = reviewed.share()
    bea = reviewed.guest(link)
    visit.go("/jobs")
    own = {"exportId": reviewed.export_id, "frame": 2, "text": "From us"}
    assert client.post(f"{reviewed.work}/comments", own).status == 201
    reviewed.say(link, bea, frame=15, text="Too late")
    messages = page.get_by_role("log", name="Messages")
    expect(messages).to_contain_text("Bea: \u201cToo late\u201d · Teaser")
    expect(messages).not_to_contain_text("From us")

    visit.go(reviewed.page.partition("/works/")[0])
    card = page.locator(".card", has_text="Teaser")
    expect(card.locator(".mark", has_text="New comments")).to_be_visible()
    assert visit.accessibility_violations() == []
    messages.get_by_role("button", name="Show").click()
    panel = page.get_by_role("region", name="Comments")
    expect(panel.locator(".thread.current")).to_contain_text("Too late")
    visit.go(reviewed.page.partition("/works/")[0])
    expect(card).to_be_visible()
    expect(card.locator(".mark")).to_have_count(0)
    reviewed.say(link, bea, frame=16, text="Still too late")
    expect(card.locator(".mark", has_text="New comments")).to_be_visible()
    expect(messages).to_contain_text("Still too late")
    page.reload()
    expect(card.locator(".mark", has_text="New comments")).to_be_visible()


def test_reviewers_land_where_the_newest_video_plays_with_its_comments(
    visit, console_service, sources
):
    member = visit.log_in("Dan")
    token = console_service.register("owner-of-watched@example.com")
    reviewed = reviewed_work.create(console_service, console_service.client(token), sources)
    first = reviewed.client.get(f"{reviewed.work}/exports").json["exports"][0]["id"]
    link = reviewed.share(exportId=first)
    reviewed.say(link, reviewed.guest(link), frame=15, text="Too late")
    reviewed.export(loudness=True)
    join(member, visit, reviewed, "reviewer")
    visit.open(reviewed.page)
    page = visit.page
    panel = page.get_by_role("region", name="Comments")
    expect(panel).to_contain_text("Version 2")
    expect(page.get_by_text("View and comment")).to_be_visible()
    panel.get_by_role("button", name="Go to 00:00.15").click()  # in the video that it is about
    expect(panel).to_contain_text("Version 1")
    expect(panel.locator("output.comment-time")).to_have_attribute("data-frame", "15")
    panel.get_by_role("button", name="Decide").click()
    page.get_by_role("menuitem", name="Approve").click()
    page.get_by_role("dialog").get_by_role("button", name="Approve").click()
    expect(panel.locator(".decision")).to_contain_text("You approved this version")
    [decided] = reviewed.client.get(f"{reviewed.work}/decisions").json["decisions"]
    assert decided["exportId"] == first

    parts = page.get_by_role("navigation", name="Parts of the work")
    parts.get_by_role("link", name="Brief").click()  # they may read it
    expect(parts.get_by_role("link", name="Brief")).to_have_attribute("aria-current", "page")


def test_page_says_when_the_work_has_changed_since_the_newest_video(
    opened, console_service, sources
):
    visit, client, page = opened
    reviewed = reviewed_work.create(console_service, client, sources)
    visit.go(f"{reviewed.page}/edit")
    page.get_by_role("button", name="Comments").click()
    panel = page.get_by_role("region", name="Comments")
    expect(panel.get_by_role("button", name="Decide")).to_be_visible()
    state = reviewed.client.get(reviewed.work).json["editorState"]
    state["editorData"]["videoTrack"][0]["end"] = 0.9
    assert reviewed.client.put(reviewed.work, {"editorState": state}).status == 200
    changed = "The work has changed since"
    expect(panel.get_by_text(changed)).to_be_visible()  # it comes by an event
    expect(panel.get_by_role("button", name="Decide")).to_have_count(0)
    panel.get_by_role("link", name="Watch the video").click()
    expect(page.get_by_text(f"{changed} the newest video")).to_be_visible()
    expect(panel.get_by_role("button", name="Decide")).to_be_visible()
    reviewed.export()
    expect(page.get_by_text(changed)).to_have_count(0)
