"""The page of a review link: guests watch, comment at frames, and decide, without an account."""

import io

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser import needs_browser
from tests.console import reviewed_work
from tests.console.reviewed_work import COUNT, Reviewed
from tests.console.test_hostile_texts import FAULTS, HEBREW, long
from tests.console.visit import Visit
from tests.export.frame_numbers import read_frame_number
from tests.jobs.helpers import until

pytestmark = [needs_browser, pytest.mark.slow]

PASSWORD = "open sesame"
HAS_PICTURE = "() => document.querySelector('video').readyState >= 2"
RATES = {
    "29.97": "30000/1001",
    **{rate: pytest.param(rate, marks=pytest.mark.thorough) for rate in ("24", "25", "30", "60")},
}


@pytest.fixture(scope="module")
def reviewed(console_service, sources):
    """A work with a video of numbered frames, which the tests of this module share."""
    token = console_service.register("reviewed@example.com")
    return reviewed_work.create(console_service, console_service.client(token), sources)


def open_link(visit: Visit, link: str) -> Page:
    """Open a review link, and wait until the video is there."""
    visit.open(f"/review/{link}")
    expect(visit.page.get_by_role("slider", name="Position")).to_be_visible()
    visit.page.wait_for_function(HAS_PICTURE, polling=50)
    return visit.page


def composer(page: Page) -> Locator:
    """Return the field of a new comment."""
    return page.locator(".composer").get_by_role("textbox", name="Comment")


def enter(page: Page, password: str) -> None:
    """Answer what the password is, and who comments."""
    expect(page.get_by_role("textbox", name="Password")).to_be_focused()
    page.keyboard.type(password)
    page.get_by_role("textbox", name="Your name").fill("Bea")
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_role("slider", name="Position")).to_be_visible()


def say(page: Page, text: str) -> None:
    """Post a comment at the frame that is shown."""
    composer(page).fill(text)
    page.keyboard.press("Control+Enter")


def give_name(page: Page, name: str = "Bea") -> None:
    """Answer who comments."""
    dialog = page.get_by_role("dialog", name="What is your name?")
    dialog.get_by_role("textbox", name="Your name").fill(name)
    dialog.get_by_role("button", name="Continue").click()
    expect(dialog).to_be_hidden()


def seek(page: Page, frame: int) -> None:
    """Move the slider."""
    page.get_by_role("slider", name="Position").fill(str(frame))


def shown_number(page: Page) -> int | None:
    """Return the number on the picture that is shown; None between two frames."""
    content = page.locator("video").screenshot()
    picture = np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))
    try:
        return read_frame_number(picture)
    except ValueError:
        return None


def placed_frame(page: Page) -> int:
    """Return the frame that a new comment would be at."""
    frame = page.locator(".composer .comment-time").get_attribute("data-frame")
    return int(frame or -1)


def expect_place(page: Page, frame: int) -> None:
    """Expect that a new comment would be at a frame."""
    place = page.locator(".composer .comment-time")
    expect(place).to_have_attribute("data-frame", str(frame))


def marked_frames(reviewed: Reviewed) -> dict[str, int]:
    """Return the frames of the comments' markers in the timeline for editing programs."""
    timeline = reviewed.client.get(f"{reviewed.work}/timeline.otio").json
    found = {}
    for marker in timeline["tracks"]["markers"]:
        text = marker["metadata"]["vidworks"]["text"]
        found[text] = round(marker["marked_range"]["start_time"]["value"])
    return found


def add_captions(route: Route) -> None:
    """Answer with a video that has captions."""
    answer = route.fetch()
    opened = answer.json()
    opened["version"]["captionsUrl"] = "/captions.vtt"
    route.fulfill(response=answer, json=opened)


def test_guest_comments_at_a_frame_and_at_a_range(visit, reviewed):
    link = reviewed.share()
    page = open_link(visit, link)
    expect(page.get_by_role("heading", level=1, name="Teaser")).to_be_visible()
    seek(page, 12)
    say(page, "A little late")
    give_name(page)
    comment = page.locator(".thread", has_text="A little late")
    there = comment.get_by_role("button", name="Go to 00:00.12")
    expect(there).to_have_attribute("title", "0 seconds, frame 12 of 30")
    expect(composer(page)).to_have_value("")

    composer(page).fill("Too cold")
    seek(page, 30)
    page.get_by_role("button", name="To here").click()
    page.get_by_role("button", name="Comment", exact=True).click()  # the name is known
    expect(page.locator(".thread", has_text="Too cold")).to_contain_text("00:00.12 \u2013 00:01.00")
    comment.get_by_role("button", name="Reply").click()
    comment.get_by_role("textbox").fill("By ten frames")
    comment.get_by_role("button", name="Reply", exact=True).click()
    expect(comment.locator(".replies")).to_contain_text("By ten frames")
    assert visit.accessibility_violations() == []

    found = {each["text"]: each for each in reviewed.comments()}
    late, cold, reply = (found[text] for text in ("A little late", "Too cold", "By ten frames"))
    assert (late["frame"], late["endFrame"], late["author"]["name"]) == (12, None, "Bea")
    assert (cold["frame"], cold["endFrame"]) == (12, 30)
    assert reply["parentId"] == late["id"]


def test_guest_changes_and_deletes_own_comments_only(visit, reviewed):
    link = reviewed.share()
    reviewed.say(link, reviewed.guest(link, "Cem"), frame=3, text="By another guest")
    page = open_link(visit, link)
    say(page, "Draft")
    give_name(page)
    menu = page.get_by_role("button", name="Actions for the comment of Bea")
    own = page.locator(".thread").filter(has=menu)
    own.get_by_role("button", name="Actions for the comment of Bea").click()
    page.get_by_role("menuitem", name="Edit").click()
    own.get_by_role("textbox").fill("Changed")
    own.get_by_role("button", name="Save").click()
    changed = page.locator(".thread", has_text="Changed")
    expect(changed).to_contain_text("edited")
    foreign = page.locator(".thread", has_text="By another guest")
    expect(foreign.get_by_role("button", name="Actions for")).to_have_count(0)
    expect(foreign.get_by_role("button", name="Resolve")).to_have_count(0)

    changed.get_by_role("button", name="Actions for").click()
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(changed).to_have_count(0)


def test_guest_decides_and_sees_what_others_do(visit, reviewed):
    page = visit.page
    link = reviewed.share()
    open_link(visit, link)
    page.get_by_role("button", name="Approve").click()
    give_name(page)
    dialog = page.get_by_role("dialog", name="Approve this version?")
    expect(dialog.get_by_role("textbox")).to_be_focused()
    page.keyboard.type("Perfect as it is")
    dialog.get_by_role("button", name="Approve").click()
    expect(page.locator(".decision.approved")).to_contain_text("You approved this version")
    expect(page.get_by_role("button", name="Approved")).to_be_visible()

    other = reviewed.guest(link, "Cem")
    reviewed.say(link, other, frame=3, text="Meanwhile")
    expect(page.locator(".thread", has_text="Meanwhile")).to_be_visible()
    decisions = reviewed.client.get(f"{reviewed.work}/decisions").json["decisions"]
    assert (decisions[0]["decision"], decisions[0]["text"]) == ("approved", "Perfect as it is")

    [shared, *_] = reviewed.client.get(f"{reviewed.work}/reviews").json["reviews"]
    assert (
        reviewed.client.request("DELETE", f"{reviewed.work}/reviews/{shared['id']}").status == 204
    )
    visit.expect_problem("404")
    expect(page.get_by_role("heading", name="This link doesn\u2019t work any more")).to_be_visible()


def test_newer_version_is_offered_and_earlier_ones_stay(visit, console_service, sources):
    token = console_service.register("versions@example.com")
    work = reviewed_work.create(console_service, console_service.client(token), sources)
    link = work.share()
    work.say(link, work.guest(link, "Cem"), frame=3, text="On the first")
    page = visit.page
    open_link(visit, link)
    work.export(loudness=True)
    page.get_by_role("button", name="Show it").click()
    versions = page.get_by_label("Version")
    expect(versions.locator("option:checked")).to_contain_text("Version 2")
    expect(page.locator(".thread")).to_contain_text("On version 1")
    page.get_by_role("button", name="Go to 00:00.03").click()
    expect(versions.locator("option:checked")).to_contain_text("Version 1")
    expect(page.get_by_role("slider", name="Position")).to_have_value("3")
    expect(page.locator(".thread")).not_to_contain_text("On version 1")
    expect(page.get_by_role("button", name="Show it")).to_be_visible()


def test_guests_and_members_are_told_that_the_video_was_deleted(visit, console_service, sources):
    token = console_service.register("deleted-video@example.com")
    work = reviewed_work.create(console_service, console_service.client(token), sources)
    link = work.share()
    page = visit.page
    open_link(visit, link)
    [video] = work.client.get(f"{work.work}/exports").json["exports"]
    visit.expect_problem("404")

    assert work.client.request("DELETE", f"{work.work}/exports/{video['id']}").status == 204

    expect(page.get_by_role("heading", name="The video was deleted")).to_be_visible()
    expect(page.get_by_text("A new version will be shown here")).to_be_visible()
    assert visit.accessibility_violations() == []
    work.export(loudness=True)
    expect(page.get_by_role("slider", name="Position")).to_be_visible()


def test_protected_link_tells_nothing_before_its_password(visit, reviewed):
    visit.expect_problem("401")
    link = reviewed.share(password=PASSWORD, mayDownload=True)
    visit.open(f"/review/{link}")
    page = visit.page
    expect(page.get_by_role("heading", name="This video is protected")).to_be_visible()
    assert "Teaser" not in page.content()
    assert visit.accessibility_violations() == []
    page.get_by_role("textbox", name="Password").fill("open peanut")
    page.get_by_role("textbox", name="Your name").fill("Bea")
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_text("That password is wrong.")).to_be_visible()
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("slider", name="Position")).to_be_visible()
    page.wait_for_function(HAS_PICTURE, polling=50)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename.endswith(".mp4")

    page.reload()  # this browser is known now
    expect(page.get_by_role("slider", name="Position")).to_be_visible()


def test_guest_with_a_new_password_stays_the_same_and_loses_no_text(visit, reviewed):
    visit.expect_problem("401")
    link = reviewed.share(password=PASSWORD)
    [shared, *_] = reviewed.client.get(f"{reviewed.work}/reviews").json["reviews"]
    path = f"{reviewed.work}/reviews/{shared['id']}"
    page = visit.page
    visit.open(f"/review/{link}")
    enter(page, PASSWORD)
    say(page, "Of one guest")
    own = page.get_by_role("button", name="Actions for the comment of Bea")
    expect(own).to_have_count(1)
    seek(page, 12)
    composer(page).fill("Not sent")
    thread = page.locator(".thread", has_text="Of one guest")
    thread.get_by_role("button", name="Reply").click()
    thread.get_by_role("textbox").fill("Neither is this")

    assert reviewed.client.request("PATCH", path, {"password": "close sesame"}).status == 200
    page.reload()
    enter(page, "close sesame")
    expect(own).to_have_count(1)
    expect(composer(page)).to_have_value("Not sent")
    expect_place(page, 12)
    expect(thread.get_by_role("textbox")).to_have_value("Neither is this")

    assert reviewed.client.request("DELETE", path).status == 204
    visit.expect_problem("404")
    page.reload()
    unsent = page.get_by_role("region", name="You have not sent this")
    expect(unsent).to_contain_text("Not sent")
    expect(unsent).to_contain_text("Neither is this")
    assert visit.accessibility_violations() == []


def test_page_is_used_by_keys_at_360_pixels(visit, reviewed):
    link = reviewed.share(mayDownload=True)
    reviewed.say(link, reviewed.guest(link), frame=8, endFrame=20, text="Here " + "w" * 300)
    visit.page.set_viewport_size({"width": 360, "height": 640})
    visit.page.route(f"**/api/review/{link}", add_captions)
    visit.page.route("**/captions.vtt", lambda route: route.fulfill(body="WEBVTT"))
    page = open_link(visit, link)
    page.keyboard.press("End")
    expect_place(page, COUNT - 1)
    page.keyboard.press("ArrowLeft")
    expect_place(page, COUNT - 2)
    page.keyboard.press("c")
    expect(composer(page)).to_be_focused()
    page.keyboard.type("By keys")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("textbox", name="Your name")).to_be_focused()
    page.keyboard.type("Bea")
    page.keyboard.press("Enter")
    expect(page.locator(".thread", has_text="By keys")).to_be_visible()
    go = page.get_by_role("button", name="Go to 00:00.08")
    go.focus()
    page.keyboard.press("Enter")
    expect_place(page, 8)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    full_screen = page.get_by_role("button", name="Full screen").bounding_box()
    assert full_screen
    assert full_screen["x"] + full_screen["width"] <= 360  # all buttons, with that of captions
    assert visit.accessibility_violations() == []


def test_hostile_texts_are_only_texts(visit, console_service, sources):
    token = console_service.register("hostile-review@example.com")
    client = console_service.client(token)
    hostile = reviewed_work.create(console_service, client, sources, name=long(300))
    link = hostile.share()
    guest = hostile.guest(link, long(100, "word "))
    parent = hostile.say(link, guest, frame=3, endFrame=9, text=long(3000)).json["id"]
    hostile.say(link, guest, parentId=parent, text=long(400, "word "))
    decision = {"decision": "changes", "text": long(500)}
    path = f"/api/review/{link}/decision"
    assert console_service.request("POST", path, decision, X_Guest_Token=guest).status == 201
    page = visit.page
    page.on("dialog", lambda dialog: visit.problems.append(f"it ran: {dialog.message}"))
    open_link(visit, link)
    faults = []
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        faults += [f"{width}: {each}" for each in page.evaluate(FAULTS, HEBREW)]
    assert faults == []


def test_other_pages_cannot_frame_it_nor_act_for_a_guest(visit, reviewed):
    link = reviewed.share()
    page = open_link(visit, link)
    say(page, "Mine")
    give_name(page)
    expect(page.locator(".thread", has_text="Mine")).to_be_visible()
    assert page.context.cookies() == []

    # Nothing but the token in the page's storage makes a request a guest's.
    bodies = ({"frame": 1, "text": "Forged"}, {"decision": "approved"})
    for path, body in zip(("comments", "decision"), bodies, strict=True):
        answer = page.request.post(f"{visit.base}/api/review/{link}/{path}", data=body)
        assert (answer.status, answer.json()["code"]) == (401, "guest_required")

    foreign = "http://attacker.test/"
    source = f'<iframe src="{visit.base}/review/{link}"></iframe>'

    def attack(route: Route) -> None:
        route.fulfill(body=source, content_type="text/html")

    visit.expect_problem("frame")
    page.route(foreign, attack)
    page.goto(foreign)
    page.wait_for_load_state("load")
    [frame] = page.frames[1:]
    assert frame.locator("#app").count() == 0
    visit.problems[:] = [each for each in visit.problems if not each.endswith(foreign)]


@pytest.mark.parametrize("fps", RATES.values(), ids=RATES)
def test_comment_names_the_frame_that_is_shown(visit, console_service, sources, fps):
    token = console_service.register(f"rate-{fps.replace('/', '-')}@example.com")
    numbered = reviewed_work.create(console_service, console_service.client(token), sources, fps)
    page = open_link(visit, numbered.share())
    shown = {}

    def is_still() -> bool:
        before, frame = shown_number(page), placed_frame(page)
        return before == frame == shown_number(page)

    def comment(text: str) -> None:
        until(is_still)
        shown[text] = placed_frame(page)
        say(page, text)

    comment("at first")  # not on the poster
    give_name(page)
    seek(page, 17)
    comment("sought")
    page.get_by_role("button", name="One frame on").click()
    comment("a frame on")
    page.get_by_role("button", name="One frame back").click()
    page.get_by_role("button", name="One frame back").click()
    comment("a frame back")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("() => document.querySelector('.composer output').dataset.frame > 20")
    composer(page).focus()  # it pauses the video
    comment("played")
    expect(page.locator(".thread")).to_have_count(5)

    texts = ("at first", "sought", "a frame on", "a frame back")
    assert [shown[text] for text in texts] == [0, 17, 18, 16]
    found = {each["text"]: each for each in numbered.comments()}
    assert {text: each["frame"] for text, each in found.items()} == shown
    assert marked_frames(numbered) == shown
    rate = reviewed_work.number(fps)
    for each in found.values():
        assert each["time"] == pytest.approx(each["frame"] / rate)
