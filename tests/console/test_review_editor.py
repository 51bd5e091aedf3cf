"""Reviews in the page of a work: links, marks on the timeline, the panel of comments."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser import needs_browser
from tests.console import reviewed_work
from tests.console.reviewed_work import Reviewed
from tests.console.visit import Visit

pytestmark = [needs_browser, pytest.mark.slow]


@pytest.fixture
def owner(opened, console_service, sources):
    """The tab of the owner of a work with a video, and the work."""
    visit, client, _ = opened
    return visit, reviewed_work.create(console_service, client, sources)


def open_editor(visit: Visit, reviewed: Reviewed) -> Page:
    """Go to the editor in an opened page, and wait until it is there."""
    visit.go(f"{reviewed.page}/edit")
    expect(visit.page.get_by_role("region", name="Timeline")).to_be_visible()
    return visit.page


def test_link_is_made_used_and_revoked(owner):
    visit, reviewed = owner
    visit.go(f"{reviewed.page}/export")
    page = visit.page
    page.get_by_role("button", name="Share for review").click()
    dialog = page.get_by_role("dialog", name="Share for review")
    dialog.get_by_label("Name of the link").fill("For the client")
    dialog.get_by_role("checkbox", name="Guests may download").check()
    dialog.get_by_role("button", name="Create link").click()
    url = dialog.locator("pre").inner_text()
    row = dialog.get_by_role("listitem").filter(has_text="For the client")
    expect(row).to_contain_text("download allowed")
    assert visit.accessibility_violations() == []

    guest = visit.new_tab()
    guest.goto(url)
    expect(guest.get_by_role("heading", level=1, name="Teaser")).to_be_visible()
    row.get_by_role("button", name="Edit").click()
    change = page.get_by_role("dialog", name="Edit the review link")
    change.get_by_label("Password").fill("open sesame")
    change.get_by_role("checkbox", name="Guests may download").uncheck()
    visit.expect_problem("401")  # of the guest, whose page asks for new comments
    change.get_by_role("button", name="Save").click()
    expect(row).to_contain_text("with a password")
    expect(row).not_to_contain_text("download allowed")
    revoke = page.get_by_role("dialog", name="Revoke this review link?")
    row.get_by_role("button", name="Revoke").click()
    assert visit.accessibility_violations() == []
    revoke.get_by_role("button", name="Cancel").click()
    expect(row).to_be_visible()
    visit.expect_problem("404")  # of the guest, too
    row.get_by_role("button", name="Revoke").click()
    revoke.get_by_role("button", name="Revoke").click()
    expect(dialog.get_by_text("There are no links yet.")).to_be_visible()
    guest.reload()
    expect(
        guest.get_by_role("heading", name="This link doesn\u2019t work any more")
    ).to_be_visible()


def test_members_are_told_that_a_link_waits_for_the_next_video(owner):
    visit, reviewed = owner
    second = reviewed.export(loudness=True)
    reviewed.share(name="For the client")
    assert reviewed.client.request("DELETE", f"{reviewed.work}/exports/{second}").status == 204
    visit.go(f"{reviewed.page}/export")
    page = visit.page
    page.get_by_role("button", name="Share for review").click()
    dialog = page.get_by_role("dialog", name="Share for review")
    row = dialog.get_by_role("listitem").filter(has_text="For the client")

    expect(row).to_contain_text("Guests will see the next one that you export")
    assert visit.accessibility_violations() == []


def test_comments_are_marks_which_lead_to_their_frames(owner):
    visit, reviewed = owner
    link = reviewed.share()
    bea = reviewed.guest(link, "Bea")
    page = open_editor(visit, reviewed)
    marks = page.locator(".comment-flag")
    expect(marks).to_have_count(0)
    reviewed.say(link, bea, frame=15, text="Too late")  # they come by events
    expect(marks).to_have_count(1)
    reviewed.say(link, bea, frame=24, endFrame=36, text="Too cold")
    expect(page.get_by_role("button", name="Comments: 2 are open")).to_be_visible()

    marks.nth(1).click()
    panel = page.get_by_role("region", name="Comments")
    expect(panel.locator(".thread.current")).to_contain_text("Too cold")
    expect(page.get_by_role("textbox", name="Time")).to_have_value("00:00.24")
    panel.get_by_role("button", name="Go to 00:00.15").click()
    expect(page.get_by_role("textbox", name="Time")).to_have_value("00:00.15")
    assert visit.accessibility_violations() == []


def test_comments_are_answered_resolved_and_made(owner):
    visit, reviewed = owner
    link = reviewed.share()
    bea = reviewed.guest(link, "Bea")
    reviewed.say(link, bea, frame=15, text="Too late")
    page = open_editor(visit, reviewed)
    page.get_by_role("button", name="Comments: 1 is open").click()
    panel = page.get_by_role("region", name="Comments")
    late = panel.locator(".thread", has_text="Too late")
    late.get_by_role("button", name="Reply to Bea").click()
    late.get_by_role("textbox").fill("Moved")
    late.get_by_role("button", name="Reply", exact=True).click()
    expect(late.locator(".replies")).to_contain_text("Moved")
    newer = reviewed.export(loudness=True)
    expect(late).to_contain_text("On version 1")  # the page knows the newer one
    page.get_by_role("slider", name="Time").focus()
    page.keyboard.press("End")
    panel.get_by_role("textbox", name="Comment").fill("From us")
    panel.get_by_role("button", name="Comment", exact=True).click()
    expect(panel.locator(".thread", has_text="From us")).to_be_visible()
    late.get_by_role("button", name="Resolve").click()
    expect(page.get_by_role("button", name="Comments: 1 is open")).to_be_visible()
    panel.get_by_role("radio", name="Resolved").check()
    expect(late).to_contain_text("Resolved by Ana \u00b7 in the video of")

    found = {each["text"]: each for each in reviewed.comments()}
    assert found["Moved"]["parentId"] == found["Too late"]["id"]
    assert found["Too late"]["resolved"]["exportId"] == newer
    assert (found["From us"]["exportId"], found["From us"]["frame"]) == (newer, 39)

    panel.get_by_role("button", name="Decide").click()
    page.get_by_role("menuitem", name="Approve").click()
    page.get_by_role("dialog").get_by_role("button", name="Approve").click()
    expect(panel.locator(".decision")).to_contain_text("You approved this version")


def test_what_is_typed_waits_on_other_tabs_and_through_a_reload(owner):
    visit, reviewed = owner
    link = reviewed.share()
    reviewed.say(link, reviewed.guest(link), frame=15, text="Too late")
    page = open_editor(visit, reviewed)
    panel = page.get_by_role("region", name="Comments")
    own = panel.get_by_role("textbox", name="Comment")
    reply = panel.locator(".thread").get_by_role("textbox")
    show = page.get_by_role("button", name="Comments: 1 is open")
    show.click()
    panel.get_by_role("button", name="Go to 00:00.15").click()
    own.fill("Not sent yet")
    panel.get_by_role("button", name="Reply to Bea").click()
    reply.fill("Nor this")

    def is_kept() -> None:
        show.click()
        expect(own).to_have_value("Not sent yet")
        expect(panel.locator("output.comment-time")).to_have_attribute("data-frame", "15")
        expect(reply).to_have_value("Nor this")

    visit.go(f"{reviewed.page}/scenes")
    expect(page.get_by_role("heading", name="No scenes yet")).to_be_visible()
    visit.go(f"{reviewed.page}/edit")
    is_kept()
    page.reload()
    is_kept()
    panel.get_by_role("button", name="Cancel").click()
    panel.get_by_role("button", name="Comment", exact=True).click()
    expect(panel.locator(".thread", has_text="Not sent yet")).to_be_visible()
    page.reload()
    page.get_by_role("button", name="Comments: 2 are open").click()
    expect(own).to_have_value("")
    expect(reply).to_have_count(0)
    assert {each["frame"] for each in reviewed.comments()} == {15}


def test_comment_whose_answer_was_lost_is_there_once_and_others_follow_it(owner):
    visit, reviewed = owner
    visit.expect_problem("ERR_FAILED")
    page = open_editor(visit, reviewed)
    panel = page.get_by_role("region", name="Comments")
    own = panel.get_by_role("textbox", name="Comment")
    post = panel.get_by_role("button", name="Comment", exact=True)
    page.get_by_role("button", name="Comments", exact=True).click()

    def lose_answer(route: Route) -> None:
        if route.request.method == "POST":
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/comments", lose_answer)
    own.fill("Too late")
    post.click()
    expect(panel.get_by_role("alert")).to_contain_text("cannot be reached")
    page.unroute_all()
    page.reload()
    page.get_by_role("button", name="Comments: 1 is open").click()
    expect(own).to_have_value("Too late")
    post.click()
    expect(own).to_have_value("")
    own.fill("Too loud")
    post.click()

    expect(panel.locator(".thread", has_text="Too loud")).to_be_visible()
    assert sorted(each["text"] for each in reviewed.comments()) == ["Too late", "Too loud"]


def test_what_is_typed_while_a_comment_is_sent_stays(owner):
    visit, reviewed = owner
    page = open_editor(visit, reviewed)
    panel = page.get_by_role("region", name="Comments")
    own = panel.get_by_role("textbox", name="Comment")
    page.get_by_role("button", name="Comments", exact=True).click()
    held: list[Route] = []

    def hold(route: Route) -> None:
        if route.request.method == "POST":
            held.append(route)
        else:
            route.continue_()

    page.route("**/comments", hold)
    own.fill("First")
    panel.get_by_role("button", name="Comment", exact=True).click()
    expect(own).to_have_value("First")
    own.press_sequentially(" and more")
    held.pop().continue_()

    expect(panel.locator(".thread", has_text="First")).to_be_visible()
    expect(own).to_have_value("and more")


@pytest.mark.parametrize("role", ["viewer", pytest.param("reviewer", marks=pytest.mark.thorough)])
def test_members_do_with_comments_what_their_role_permits(visit, console_service, sources, role):
    member = visit.log_in("Dan")
    token = console_service.register(f"owner-of-{role}@example.com")
    reviewed = reviewed_work.create(console_service, console_service.client(token), sources)
    project = reviewed.work.partition("/works/")[0]
    invitation = {"email": visit.email, "role": role}
    assert reviewed.client.post(f"{project}/members", invitation).status == 201
    [pending] = member.get("/api/invitations").json
    assert member.post(f"/api/invitations/{pending['id']}/accept", {}).status == 200
    link = reviewed.share()
    reviewed.say(link, reviewed.guest(link, "Bea"), frame=15, text="Too late")
    visit.open()
    page = open_editor(visit, reviewed)
    panel = page.get_by_role("region", name="Comments")
    late = panel.locator(".thread", has_text="Too late")
    expect(late).to_be_visible()  # the panel is open
    may = int(role == "reviewer")
    expect(panel.get_by_role("textbox", name="Comment")).to_have_count(may)
    expect(late.get_by_role("button", name="Reply")).to_have_count(may)
    expect(late.get_by_role("button", name="Resolve")).to_have_count(may)
    expect(panel.get_by_role("button", name="Decide")).to_have_count(may)
    expect(panel.get_by_role("button", name="Share for review")).to_have_count(0)
    expect(late.get_by_role("button", name="Actions for")).to_have_count(0)
    visit.go(f"{reviewed.page}/export")
    expect(page.get_by_role("heading", name="Exported videos")).to_be_visible()
    expect(page.get_by_role("button", name="Share for review")).to_have_count(0)
