"""People who share a project: invitations, what each role sees, leaving and handing over."""

from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser import needs_browser
from tests.console.forms import enter
from tests.console.visit import PASSWORD, Visit
from tests.media.image_files import encoded
from tests.service import Client

pytestmark = [needs_browser, pytest.mark.slow]

Arrive = Callable[[], Visit]

# The names of buttons that change something.
CHANGING = """(all) => all.map((each) => (each.ariaLabel ?? each.innerText).trim()).filter((name) =>
    /^(Add|Delete|Export|Make|Split|Text|Undo|Upload|Use|Write|Record|Speak)/.test(name))"""
TYPED = "main :is(input[type=text], textarea):not([readonly], .time-input)"  # fields of a work

SCENES = {"scenes": [{"scene_index": 0, "image_prompt": "A lamp", "duration_seconds": 1}]}


TEXT = {"text": "Wake up", "fontSize": 40, "fontColor": "white", "centerX": 0, "centerY": 0}
# A clip, and a text above it.
CUT = {
    "editorData": {
        "videoTrack": [{"id": "clip", "start": 0, "end": 1, "sceneIndex": 0}],
        "textTrack": [{"id": "text", "start": 0, "end": 1}],
    },
    "textOverlays": {"text": TEXT},
}


def join(owner: Client, project: str, member: Client, **offer: object) -> str:
    """Make somebody a member of the project at this path; return the member's id."""
    made = owner.create(f"{project}/invitations", {"role": "editor", **offer})
    token = made["url"].rpartition("/")[2]
    accepted = member.post(f"/api/invitations/{token}/accept")
    assert accepted.status == 200, accepted.body
    return str(member.show("/api/auth/me")["id"])


def invite_on_page(page: Page, role: str, email: str = "") -> str:
    """Invite somebody on the screen Team; return the path of the link."""
    page.get_by_role("button", name="Invite", exact=True).click()
    page.get_by_label("E-mail of their account").fill(email)
    page.get_by_role("radio", name=role).check()
    page.get_by_role("button", name="Create invitation").click()
    link = page.get_by_label("Invitation link", exact=True).inner_text()
    page.get_by_role("button", name="Done").click()
    return f"/#{link.partition('#')[2]}"


def test_two_people_share_a_project_until_one_is_removed(opened, someone):
    (visit, ana, _), ben = opened, someone()
    ben.log_in("Ben")
    project = ana.new_project(name="Spring")
    path = ana.new_work(project, name="Teaser").removeprefix("/api")
    mine, theirs = visit.page, ben.page

    visit.go(f"{project.removeprefix('/api')}/team")
    expect(mine.get_by_text("Only you can see this project.")).to_be_visible()
    link = invite_on_page(mine, "Editor")
    expect(mine.get_by_role("heading", name="By link")).to_be_visible()

    ben.open(link)
    expect(theirs.get_by_role("heading", name="Ana invites you to “Spring”")).to_be_visible()
    assert ben.accessibility_violations() == []
    theirs.get_by_role("button", name="Join project").click()
    theirs.get_by_role("link", name="Teaser").click()
    name = theirs.get_by_label("Product or subject")
    expect(name).to_be_editable()

    # the owner sees who has joined, without a reload
    role = mine.get_by_role("combobox", name="Role of Ben")
    expect(role).to_have_value("editor")
    expect(mine.get_by_role("heading", name="By link")).to_have_count(0)
    assert visit.accessibility_violations() == []
    mine.get_by_role("checkbox", name="Ben may use paid AI models").click()
    expect(mine.get_by_text("Ben may use paid AI models now")).to_be_visible()
    role.select_option("viewer")
    expect(mine.get_by_text("Ben is now a viewer")).to_be_visible()

    # so does the member, whose fields are fixed at once
    expect(name).not_to_be_editable()
    expect(theirs.get_by_text("View only")).to_be_visible()
    mine.get_by_role("button", name="Actions for Ben").click()
    mine.get_by_role("menuitem", name="Remove from the project…").click()
    ben.expect_problem("404")
    mine.get_by_role("button", name="Remove", exact=True).click()
    expect(mine.get_by_text("Only you can see this project.")).to_be_visible()
    expect(theirs.get_by_role("heading", name="no longer have access to “Spring”")).to_be_visible()
    assert ben.accessibility_violations() == []
    theirs.get_by_role("link", name="All projects", exact=True).click()
    expect(theirs.get_by_role("heading", name="Make your first video")).to_be_visible()
    visit.go(path)
    expect(mine.get_by_label("Product or subject")).to_be_editable()


def test_invitation_by_email_waits_on_the_start_page(visit, someone):
    ana, ben = visit.log_in("Ana"), someone()
    ben.log_in("Ben")
    spring, autumn = [ana.new_project(name=name) for name in ("Spring", "Autumn")]
    visit.open(f"{spring.removeprefix('/api')}/team")
    link = invite_on_page(visit.page, "Reviewer", ben.email)
    page = ben.page

    ben.open("/")
    expect(page.get_by_role("region", name="Ana invites you to “Spring”")).to_be_visible()
    ana.post(f"{autumn}/members", {"email": ben.email, "role": "reviewer"})
    autumn = page.get_by_role("region", name="Ana invites you to “Autumn”")
    expect(autumn.get_by_text("You can watch its videos, comment and approve.")).to_be_visible()
    assert ben.accessibility_violations() == []
    autumn.get_by_role("button", name="Decline").click()
    expect(autumn).to_have_count(0)
    page.get_by_role("button", name="Join project: Spring").click()
    expect(page.get_by_role("heading", name="No works yet")).to_be_visible()
    expect(page.get_by_role("button", name="New work")).to_have_count(0)
    page.get_by_role("link", name="Team").click()
    expect(page.get_by_text("Reviewer", exact=True)).to_be_visible()

    ben.expect_problem("410")
    ben.open(link)
    expect(page.get_by_role("heading", name="This invitation is no longer valid")).to_be_visible()


def test_link_of_an_invitation_leads_back_after_the_login(visit, someone):
    ana, ben = visit.log_in("Ana"), someone()
    ben.service.register(ben.email)
    project = ana.new_project(name="Spring")
    made = ana.post(f"{project}/invitations", {"role": "viewer"}).json
    page = ben.page

    ben.open(f"/#{made['url'].partition('#')[2]}")
    expect(page.get_by_text("Ana invites you to “Spring”")).to_be_visible()
    assert ben.accessibility_violations() == []
    enter(page, ben.email)

    expect(page.get_by_role("heading", name="Ana invites you to “Spring”")).to_be_visible()
    assert "invitations" not in page.evaluate("location.pathname + location.search")


def test_invitation_of_another_account_says_so_and_offers_its_login(visit, someone):
    ana, ben = visit.log_in("Ana"), someone()
    ben.service.register(ben.email)
    project = ana.new_project(name="Spring")
    made = ana.post(f"{project}/invitations", {"role": "viewer", "email": ben.email}).json
    page = visit.page

    for status in ("401", "403"):  # the stream of events ends with the session
        visit.expect_problem(status)
    visit.open(f"/#{made['url'].partition('#')[2]}")
    expect(page.get_by_text(f"This invitation is for the account of {ben.email}.")).to_be_visible()
    assert visit.accessibility_violations() == []
    page.get_by_role("button", name="Log out and use another account").click()
    expect(page.get_by_label("E-mail")).to_have_value(ben.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("button", name="Join project").click()
    expect(page.get_by_role("heading", name="Spring")).to_be_visible()


def test_member_who_may_only_see_changes_nothing(visit, someone, samples):
    ana, ben = visit.log_in("Ana"), someone()
    project = ana.new_project(name="Spring")
    work = ana.new_work(project, name="Teaser")
    clip = (samples / "video.mp4").read_bytes()
    assert ana.put(f"{work}/media/scene/0/video", clip, Content_Type="video/mp4").status == 200
    ana.save(work, {**SCENES, "editorState": CUT})
    join(ana, project, ben.log_in("Ben"), role="viewer")
    path = work.removeprefix("/api")
    page = ben.page

    shown = {
        "": page.get_by_label("Product or subject"),
        "/scenes": page.get_by_role("heading", name="Scene 1", exact=True),
        "/export": page.get_by_role("heading", name="Exported videos"),
        "/edit": page.get_by_role("button", name="Play", exact=True),
    }
    ben.open(path)
    for tab, landmark in shown.items():
        ben.go(path + tab)
        expect(landmark).to_be_visible()
        expect(page.get_by_text("View only")).to_be_visible()
        assert page.locator("main button").evaluate_all(CHANGING) == [], tab
        assert page.locator(TYPED).count() == 0, tab
    assert ben.accessibility_violations() == []
    before = ana.show(work)
    page.keyboard.press("s")  # splits the clip, for those who may
    page.keyboard.press("Control+v")
    ben.go(f"{project.removeprefix('/api')}/style")
    expect(page.get_by_text("Only the owner of the project can change it.")).to_be_visible()
    expect(page.get_by_label("Tone")).not_to_be_editable()
    assert ben.accessibility_violations() == []
    assert ana.show(work) == before


def test_member_leaves_and_another_becomes_the_owner(visit, someone):
    ana, ben, cleo = visit.log_in("Ana"), someone(), someone()
    project = ana.new_project(name="Spring")
    join(ana, project, ben.log_in("Ben"))
    join(ana, project, cleo.log_in("Cleo"))
    team = f"{project.removeprefix('/api')}/team"

    cleo.open("/")
    card = cleo.page.get_by_role("listitem").filter(has_text="Spring")
    expect(card).to_contain_text("Editor")
    expect(card).to_contain_text("Ana")
    cleo.page.get_by_role("button", name="Actions for Spring").click()
    cleo.page.get_by_role("menuitem", name="Team").click()
    cleo.expect_problem(
        "404"
    )  # of what is read anew when the access has ended, before the page is left
    cleo.page.get_by_role("button", name="Leave project").click()
    cleo.page.get_by_role("dialog").get_by_role("button", name="Leave project").click()
    expect(cleo.page.get_by_role("heading", name="Make your first video")).to_be_visible()

    visit.open(team)
    page = visit.page
    page.get_by_role("button", name="Actions for Ben").click()
    expect(page.get_by_role("button", name="Actions for Cleo")).to_have_count(0)
    page.get_by_role("menuitem", name="Make owner…").click()
    page.get_by_role("button", name="Make owner", exact=True).click()
    expect(page.get_by_text("Editor, may use paid AI models")).to_be_visible()
    expect(page.get_by_role("button", name="Invite", exact=True)).to_have_count(0)
    ben.open(team)
    expect(ben.page.get_by_role("combobox", name="Role of Ana")).to_have_value("editor")
    ben.page.get_by_role("link", name="Activity").click()
    expect(ben.page.get_by_text("made Ben the owner")).to_be_visible()


def test_who_has_a_work_open_that_is_deleted_is_told_by_whom_and_where_it_is(visit, someone):
    ana, ben, cleo = visit.log_in("Ana"), someone(), someone()
    project = ana.new_project(name="Spring")
    work = ana.new_work(project, name="Teaser")
    join(ana, project, ben.log_in("Ben"))
    join(ana, project, cleo.log_in("Cleo"), role="reviewer")
    for other in (ben, cleo):
        other.expect_problem("404")
        other.open(work.removeprefix("/api"))
        expect(other.page.get_by_label("Product or subject")).to_be_visible()

    ana.delete(work)
    for other in (ben, cleo):
        expect(other.page.get_by_role("heading", name="“Teaser” was deleted")).to_be_visible()
    expect(ben.page.get_by_text("Ana deleted it just now.")).to_be_visible()
    expect(cleo.page.get_by_text("The owner and the editors")).to_be_visible()
    expect(cleo.page.get_by_role("link", name="Open trash")).to_have_count(0)
    assert ben.accessibility_violations() == []
    ben.page.get_by_role("link", name="Open trash").click()
    ben.page.get_by_role("button", name="Restore Teaser").click()
    ben.page.get_by_role("log").get_by_role("button", name="Open").click()
    expect(ben.page.get_by_label("Product or subject")).to_be_visible()
    expect(cleo.page.get_by_label("Product or subject")).to_be_visible()

    ana.delete(project)
    for other in (ben, cleo):
        expect(other.page.get_by_role("heading", name="“Spring” was deleted")).to_be_visible()
        expect(other.page.get_by_text("Its owner deleted the project")).to_be_visible()


def test_editor_who_may_not_pay_is_told_so(visit, someone, samples):
    ana, ben = visit.log_in("Ana"), someone()
    project = ana.new_project(name="Spring")
    work = ana.new_work(project, name="Teaser")
    assert ana.request("PATCH", work, SCENES).status == 200
    picture = encoded(Image.new("RGB", (32, 18), "red"))
    ana.put(f"{work}/media/scene/0/image", picture, Content_Type="image/png")
    clip = (samples / "video.mp4").read_bytes()
    ana.put(f"{work}/media/scene/0/video", clip, Content_Type="video/mp4")
    client = ben.log_in("Ben")
    member = join(ana, project, client)
    assert client.put("/api/provider-keys/gemini", {"key": "a-key-of-ben"}).status == 204
    page = ben.page

    ben.open(f"{work.removeprefix('/api')}/scenes")
    reason = "You may not use paid AI models in this project."
    expect(page.get_by_text(reason)).to_be_visible()
    make = page.get_by_role("button", name="Make again: scene 1")
    expect(make).to_be_disabled()
    expect(make).to_have_attribute("title", f"{reason} Its owner can allow it on the Team tab.")

    menu, anew = (
        page.get_by_role("button", name="More actions for scene 1"),
        "New clip from this picture",
    )
    menu.click()
    expect(page.get_by_role("menuitem", name=anew)).to_be_disabled()
    page.keyboard.press("Escape")

    assert ana.request("PATCH", f"{project}/members/{member}", {"mayPay": True}).status == 200
    expect(make).to_be_enabled()
    menu.click()
    expect(page.get_by_role("menuitem", name=anew)).to_be_enabled()
    page.keyboard.press("Escape")
    expect(page.get_by_text(reason)).to_have_count(0)


def test_jobs_of_others_are_beside_ones_own(visit, someone):
    ana, ben = visit.log_in("Ana"), someone()
    project = ana.new_project(name="Spring")
    work = ana.new_work(project, name="Teaser", productName="Lamp")
    client = ben.log_in("Ben")
    join(ana, project, client)
    demo = {"x-llm-provider": "demo"}
    location = client.order(f"{work}/jobs", {"kind": "scenario"}, demo)
    page = visit.page

    visit.open("/jobs")
    whose = page.get_by_role("combobox", name="Whose jobs")
    expect(whose).to_have_value("mine")
    expect(page.get_by_role("heading", name="No jobs")).to_be_visible()
    whose.select_option("all")
    expect(page.get_by_text("By Ben")).to_be_visible()
    assert page.evaluate("location.search") == "?whose=all"
    ben.open("/jobs")
    expect(ben.page.get_by_role("heading", name="Scenario")).to_be_visible()
    expect(ben.page.get_by_text("By Ben")).to_have_count(0)
    assert client.show(location)["userId"] == client.show("/api/auth/me")["id"]


def test_owner_keeps_keys_for_the_project(opened):
    visit, ana, page = opened
    project = ana.new_project(name="Spring")
    client = visit.service.client(visit.service.register("member@example.com"))
    join(ana, project, client, mayPay=True)

    visit.go(f"{project.removeprefix('/api')}/team")
    expect(page.get_by_text("No keys yet: members use their own.")).to_be_visible()
    page.get_by_role("button", name="Add key").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Vendor").select_option("gemini")
    dialog.get_by_label("Key", exact=True).fill("a-key-of-the-project")
    dialog.get_by_role("button", name="Add key").click()
    expect(page.get_by_text("Ends in …ject")).to_be_visible()

    offered = client.show(f"/api/providers?projectId={project.rpartition('/')[2]}")
    assert {each["key"] for each in offered if each["id"] == "gemini"} == {"project"}
    page.get_by_role("button", name="Remove: Google Gemini").click()
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_text("No keys yet: members use their own.")).to_be_visible()
