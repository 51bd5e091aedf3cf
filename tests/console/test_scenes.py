"""The storyboard: from the brief to clips, takes and own pictures; failures; two people."""

import json
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser import needs_browser
from tests.console import renders
from tests.console.visit import Visit
from tests.jobs.helpers import until
from tests.media.image_files import encoded
from tests.service import Client

pytestmark = [needs_browser, pytest.mark.slow]

SMALL = {"resolution": {"width": 320, "height": 180}, "sceneCount": 2, "videoDuration": 2}


HOSTILE = "<script>alert(1)</script>"
PLAYS = "() => document.querySelector('.scene-video')?.currentTime > 0"


def scene(page: Page, number: int) -> Locator:
    """Return the card of a scene."""
    return page.locator(".scene").filter(has=page.get_by_role("heading", name=f"Scene {number}"))


def open_scenes(visit: Visit, client: Client, **fields: object) -> str:
    """Go to the scenes of a new work, in an opened page; return the work's path."""
    work = client.new_work(client.new_project(name="Spring"), name="Teaser", **SMALL)
    if fields:
        assert client.request("PATCH", work, dict(fields)).status == 200
    visit.go(work.removeprefix("/api") + "/scenes")
    return work


def prompts(count: int) -> list[dict[str, object]]:
    return [
        {"scene_index": n, "image_prompt": f"Lamp {n}", "video_prompt": "It glows"}
        for n in range(count)
    ]


def finished_jobs(client: Client, work: str, kind: str = "scenes") -> int:
    """Count the jobs of a kind that have succeeded."""
    jobs = client.get(f"{work}/jobs").json
    return [job["state"] for job in jobs if job["kind"] == kind].count("succeeded")


def thumbnail(visit: Visit, client: Client, work: str) -> str:
    """Return the address of the first scene's thumbnail, which is another one for each picture."""
    changed = client.show(work)["generatedScenes"][0]["mediaUpdatedAt"]
    return f"{visit.path}{work}/media/scene/0/thumbnail?v={changed}"


def compare_first_two(visit: Visit, takes: Locator) -> None:
    """Put two clips side by side; the one under the pointer plays."""
    for number in range(2):
        takes.get_by_role("button", name="Compare", exact=True).nth(number).click()
    pair = takes.get_by_role("region", name="Side by side")
    expect(pair.locator("video")).to_have_count(2)
    pair.locator("video").first.hover()
    takes.page.wait_for_function("() => document.querySelector('.compared video').currentTime > 0")
    assert visit.accessibility_violations() == []
    pair.get_by_role("button", name="End the comparison").click()
    expect(takes.get_by_text("Demo makes them for nothing")).to_be_visible()


def delete_take(takes: Locator) -> None:
    """Delete the first one that is not in use."""
    before = takes.get_by_role("listitem").count()
    takes.get_by_role("button", name="Delete this take").first.click()
    question = takes.page.get_by_role("dialog", name="Delete this take?")
    question.get_by_role("button", name="Delete").click()
    expect(takes.get_by_role("listitem")).to_have_count(before - 1)


def put_photo_into_first_scene(takes: Locator, photo: Path) -> None:
    """Upload a photo, which is among the takes of the scene afterwards."""
    page = takes.page
    scene(page, 1).locator("header input[type=file]").set_input_files(photo)
    expect(page.get_by_text(f"{photo.name} is in scene 1 now")).to_be_visible()
    page.get_by_role("button", name="Takes of scene 1").click()
    expect(takes.get_by_text("Uploaded")).to_be_visible()
    takes.get_by_role("button", name="Close").click()


def test_from_the_brief_to_clips_takes_and_an_own_photo(opened, samples):
    visit, client, page = opened
    work = client.new_work(client.new_project(name="Spring"), name="Teaser")
    visit.go(work.removeprefix("/api"))
    page.get_by_label("Product or subject").fill("Arc lamp")
    page.get_by_label("Format").select_option("Another size")
    page.get_by_label("Width").fill("320")
    page.get_by_label("Height").fill("180")
    page.get_by_label("Length").fill("2")
    page.get_by_label("Number of scenes").fill("2")
    page.get_by_role("link", name="Go to the scenes").click()

    page.get_by_role("button", name="Write the scenario").click()
    expect(page.get_by_role("heading", name="2 scenes")).to_be_visible()
    expect(page.get_by_text("they cost nothing")).to_be_visible()
    first = scene(page, 1)
    prompt = first.get_by_label("Picture", exact=True)
    expect(prompt).to_have_value(re.compile("^Arc lamp stands on a plain table"))
    page.get_by_role("button", name="Make: scene 1").click()
    second = page.get_by_role("button", name="Make: scene 2")
    expect(second).to_be_enabled()  # although another scene is being made
    second.click()
    expect(page.get_by_text("2 of 2 with a clip")).to_be_visible()

    prompt.fill("Arc lamp at night")
    page.get_by_role("button", name="Make again: scene 1").click()
    until(lambda: finished_jobs(client, work, "scene") == 1, 60)
    expect(first.get_by_text("Clip ready")).to_be_visible()
    page.get_by_role("button", name="Takes of scene 1").click()
    takes = page.get_by_role("dialog", name="Takes of scene 1")
    expect(takes.get_by_text("In use")).to_have_count(2)
    clips = takes.locator(".takes", has=page.get_by_role("heading", name="Clips"))
    expect(clips.get_by_text("Made by Demo")).to_have_count(2)
    clips.get_by_role("button", name="Use this one").click()
    expect(clips.locator("li").nth(1)).to_contain_text("In use")  # the older one
    takes.get_by_role("button", name="Undo").click()
    expect(clips.locator("li").nth(0)).to_contain_text("In use")
    compare_first_two(visit, takes)
    delete_take(clips)
    expect(clips.locator(":focus")).to_have_count(1)  # not lost with the button
    takes.get_by_role("button", name="Close").click()

    put_photo_into_first_scene(takes, samples / "image.jpg")
    expect(first.locator(".poster-image")).to_have_attribute("src", thumbnail(visit, client, work))
    page.get_by_role("button", name="Play the clip of scene 1").click()
    page.wait_for_function(PLAYS)
    expect(page.locator(".scene-video")).to_be_focused()
    assert visit.accessibility_violations() == []
    stored = client.get(work).json
    assert stored["scenes"][0]["image_prompt"] == "Arc lamp at night"
    assert stored["resolution"] == {"width": 320, "height": 180}


def test_scenes_are_added_moved_and_removed_with_a_way_back(opened):
    visit, client, page = opened
    work = open_scenes(visit, client)
    page.get_by_role("button", name="Add a scene").click()
    scene(page, 1).get_by_label("Picture", exact=True).fill(HOSTILE)
    page.get_by_role("button", name="Add a scene").click()
    expect(page.get_by_role("button", name="Make: scene 2")).to_be_disabled()
    expect(scene(page, 2).get_by_label("Picture", exact=True)).to_be_focused()
    page.keyboard.type("Second")

    page.get_by_role("button", name="More actions for scene 2").click()
    expect(page.get_by_role("menuitem", name="Move up")).to_be_focused()
    page.keyboard.press("Enter")
    expect(scene(page, 1).get_by_label("Picture", exact=True)).to_have_value("Second")
    page.get_by_role("button", name="More actions for scene 1").click()
    page.get_by_role("menuitem", name="Remove").click()
    expect(page.get_by_role("heading", name="1 scene")).to_be_visible()
    page.get_by_role("log").get_by_role("button", name="Undo").click()

    expect(scene(page, 2).get_by_label("Picture", exact=True)).to_have_value(HOSTILE)
    expect(page.locator(".save-status")).to_have_text("Saved")
    stored = client.get(work).json["scenes"]
    assert [each["scene_index"] for each in stored] == [1, 0]
    assert [each["image_prompt"] for each in stored] == ["Second", HOSTILE]

    page.get_by_role("button", name="More actions for scene 1").click()
    page.get_by_role("menuitem", name="Remove").click()
    offer = page.get_by_role("log").get_by_role("button", name="Undo")
    expect(offer).to_be_visible()
    page.get_by_role("link", name="Brief").click()
    expect(page.get_by_label("Number of scenes")).to_be_visible()
    expect(offer).to_have_count(0)


def test_inserted_scene_has_its_place_and_the_same_number_in_the_editor(opened):
    visit, client, page = opened
    work = open_scenes(visit, client, scenes=prompts(2))
    page.get_by_role("button", name="More actions for scene 1").click()
    page.get_by_role("menuitem", name="Insert a scene after this one").click()
    expect(scene(page, 2).get_by_label("Picture", exact=True)).to_be_focused()
    page.keyboard.type("Between")
    expect(page.locator(".save-status")).to_have_text("Saved")
    shown = [each["scene_index"] for each in client.show(work)["scenes"]]
    assert shown == [0, 2, 1]

    visit.go(work.removeprefix("/api") + "/edit")

    page.get_by_role("tab", name="Scenes").click()
    tiles = page.locator(".bin-tile")
    expect(tiles).to_have_count(3)
    assert [each.split("\n")[0] for each in tiles.all_inner_texts()] == [
        f"Scene {number}" for number in (1, 2, 3)
    ]


def test_scene_is_duplicated_and_a_removed_one_comes_back_with_its_media(opened, samples):
    visit, client, page = opened
    said = [{**each, "narration": {"text": "Look"}} for each in prompts(2)]
    work = open_scenes(visit, client, scenes=said)
    for slot, name in (("image", "image.png"), ("video", "video.mp4"), ("voice", "audio.wav")):
        content = (samples / name).read_bytes()
        url = f"{work}/media/scene/0/{slot}"
        sent = client.put(url, content, Content_Type="application/octet-stream")
        assert sent.status == 200
    expect(scene(page, 1).get_by_role("button", name="Play the clip of scene 1")).to_be_visible()
    page.get_by_role("button", name="More actions for scene 1").click()
    page.get_by_role("menuitem", name="Duplicate").click()
    expect(scene(page, 2).get_by_role("button", name="Play the clip of scene 2")).to_be_visible()
    expect(page.locator(".save-status")).to_have_text("Saved")
    before = client.show(work)
    page.get_by_role("button", name="More actions for scene 1").click()
    page.get_by_role("menuitem", name="Remove").click()
    expect(page.get_by_role("heading", name="2 scenes")).to_be_visible()
    expect(page.locator(".save-status")).to_have_text("Saved")
    [summary] = client.get(work.rpartition("/")[0]).json
    assert summary["progress"] == {"scenes": 2, "images": 1, "videos": 1, "errors": 0}

    page.get_by_role("log").get_by_role("button", name="Undo").click()

    expect(scene(page, 1).get_by_role("button", name="Play the clip of scene 1")).to_be_visible()
    expect(page.locator(".save-status")).to_have_text("Saved")
    after = client.show(work)
    assert [after[each] for each in ("scenes", "generatedScenes")] == [
        before[each] for each in ("scenes", "generatedScenes")
    ]


def test_cancel_pressed_twice_does_not_order_again(visit, vendors):
    vendors.rule(kind="submit", takes=None)  # until it is cancelled
    client, page = visit.log_in(), visit.page
    client.put("/api/provider-keys/gemini", {"key": "gemini-key-of-tests"})
    visit.open()
    open_scenes(visit, client, scenes=prompts(1))
    page.get_by_role("button", name="Make: scene 1").press("Enter")
    page.get_by_role("button", name="Cancel: scene 1").press("Enter")

    expect(page.get_by_role("button", name="Upload a picture or clip for scene 1")).to_be_focused()
    expect(page.get_by_role("button", name=re.compile("Make.*: scene 1"))).to_be_visible()


def test_pictures_that_others_replace_are_never_shown_again(opened):
    visit, client, page = opened
    work = open_scenes(visit, client, scenes=prompts(2))

    def replace(color: str) -> str:
        """Replace the picture of the first scene; return the address of its thumbnail."""
        picture = encoded(Image.new("RGB", (32, 18), color))
        image = f"{work}/media/scene/0/image"
        assert client.put(image, picture, Content_Type="image/png").status == 200
        return thumbnail(visit, client, work)

    poster = scene(page, 1).locator(".poster-image")
    for color in ("red", "green"):
        expect(poster).to_have_attribute("src", replace(color))
    page.get_by_role("button", name="More actions for scene 1").click()
    page.get_by_role("menuitem", name="Change the order in the editor").click()
    expect(page.get_by_role("button", name="Clip 1")).to_be_visible()

    image = replace("blue").replace("/thumbnail?", "/image?")
    picture = page.locator(f".player-picture[src='{image}']")
    expect(picture).to_be_visible()


def test_two_tabs_and_an_old_snapshot_lose_nobodys_words(visit):
    client, page = visit.log_in(), visit.page
    visit.expect_problem("412")
    visit.open()
    work = open_scenes(visit, client, scenes=prompts(2))
    snapshot = client.get(work).json
    other = visit.new_tab()
    other.goto(page.url)
    here, there = (each.locator(".scene-prompts textarea") for each in (page, other))
    expect(there).to_have_count(4)

    here.nth(0).fill("Typed here")
    there.nth(2).fill("Typed there")
    expect(there.nth(0)).to_have_value("Typed here")
    expect(here.nth(2)).to_have_value("Typed there")
    for tab in (page, other):
        expect(tab.locator(".save-status")).to_have_text("Saved")
    assert client.put(work, snapshot).status == 200  # a client that knows nothing of it

    for tab, number, words in ((page, 1, "Typed here"), (other, 2, "Typed there")):
        conflict = tab.get_by_role("group", name=f"Scene {number}: Picture")
        expect(conflict.get_by_text(words)).to_be_visible()
        conflict.get_by_role("button", name="Keep yours").click()
        expect(tab.locator(".save-status")).to_have_text("Saved")
    expect(here.nth(2)).to_have_value("Typed there")
    expect(there.nth(0)).to_have_value("Typed here")
    saved = [each["image_prompt"] for each in client.get(work).json["scenes"]]
    assert saved == ["Typed here", "Typed there"]


def test_failures_are_shown_in_words_and_tried_again(visit, shared_vendors):
    shared_vendors.reset()
    shared_vendors.rule(kind="image", error="The lamp is not allowed here", status=400)
    visit.expect_problem("400")
    client, page = visit.log_in(), visit.page
    choose_gemini(visit, client)
    work = open_scenes(visit, client, scenes=prompts(1))

    page.get_by_role("button", name="Make: scene 1").click()
    expect(page.get_by_text("API key required")).to_be_visible()
    settings = page.get_by_role("link", name="Add a key")
    expect(settings).to_have_attribute("href", f"{visit.path}/settings/providers")

    client.put("/api/provider-keys/gemini", {"key": "gemini-key-of-tests"})
    page.get_by_role("button", name="Try again: scene 1").click()
    expect(page.get_by_text("The lamp is not allowed here")).to_be_visible()
    expect(scene(page, 1).get_by_text("Failed", exact=True)).to_be_visible()
    assert visit.accessibility_violations() == []
    page.get_by_role("button", name="Try again: scene 1").click()
    expect(scene(page, 1).get_by_text("Clip ready")).to_be_visible()
    expect(page.get_by_text("The lamp is not allowed here")).to_have_count(0)
    assert client.get(f"{work}/media/scene/0/video").status == 200

    page.get_by_role("button", name="Takes of scene 1").click()
    takes = page.get_by_role("dialog", name="Takes of scene 1")
    expect(
        takes.get_by_text(re.compile("Calls .* 3 times, each at its usual price"))
    ).to_have_count(2)
    before = finished_jobs(client, work)
    more = takes.get_by_role("button", name="Three more like this").first
    more.click()
    expect(takes.get_by_text("You can close this page")).to_be_visible()
    page.goto(f"{visit.base}/api/health")
    until(lambda: finished_jobs(client, work) == before + 3)
    page.go_back()
    page.get_by_role("button", name="Takes of scene 1").click()
    expect(more).to_be_enabled()


def choose_gemini(visit: Visit, client: Client) -> None:
    """Choose a vendor without a key in place of the demo, and load the page."""
    user = client.show("/api/auth/me")["id"]
    choices = json.dumps({kind: {"provider": "gemini"} for kind in ("image", "video")})
    visit.page.goto(f"{visit.base}/api/health")
    visit.page.evaluate(
        "([key, choices]) => localStorage.setItem(key, choices)",
        [f"vidworks.choices.{user}", choices],
    )
    visit.open()


def test_change_of_a_scene_renders_its_card_alone(opened):
    visit, client, page = opened
    work = open_scenes(visit, client, scenes=prompts(30))
    expect(page.locator("ol.storyboard > .scene")).to_have_count(30)
    expect(page.locator(".save-status")).to_have_text("Saved")
    field = page.locator("#scene-3").get_by_role("textbox", name="Picture")
    field.focus()
    renders.begin(page)

    # On a busy machine, it is saved before the last key.
    with page.expect_event("requestfinished", lambda each: each.method == "PATCH"):
        for key in "Arc":
            page.keyboard.press(key)
            page.wait_for_function("() => (window.renders.Card ?? 0) >= 1")
    expect(page.locator(".save-status")).to_have_text("Saved")
    rendered = renders.of(page, "Card")
    assert 3 <= rendered <= 7, rendered  # by the keys, and by answers to saves

    scenes = client.get(work).json["scenes"]
    scenes[7]["video_prompt"] = "It turns"
    renders.begin(page)
    assert client.put(work, {"scenes": scenes}).status == 200
    expect(page.locator("#scene-7").get_by_role("textbox", name="Clip")).to_have_value("It turns")
    assert renders.of(page, "Card") <= 2


def test_forty_scenes_load_thumbnails_and_no_clips(opened, samples):
    visit, client, page = opened
    page.evaluate("performance.clearResourceTimings()")  # so that there is room for others
    work = client.new_work(client.new_project(name="Spring"), name="Teaser", **SMALL)
    client.put(work, {"scenes": prompts(40)})
    clip = (samples / "video.mp4").read_bytes()
    for number in range(0, 40, 13):
        client.put(f"{work}/media/scene/{number}/video", clip, Content_Type="video/mp4")
    visit.go(work.removeprefix("/api") + "/scenes")

    expect(page.get_by_role("heading", name="40 scenes")).to_be_visible()
    expect(page.get_by_text("4 of 40 with a clip")).to_be_visible()
    expect(page.locator(".scene .poster-image").first).to_be_visible()

    def loaded() -> list[str]:
        names = page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
        return [name for name in names if work in name]  # not of what an earlier test has shown

    until(lambda: any("/scene/0/thumbnail" in url for url in loaded()))
    assert not [url for url in loaded() if "/video" in url]

    page.get_by_role("checkbox", name="Select scene 2", exact=True).check()
    page.get_by_role("checkbox", name="Select scene 38").check()
    page.get_by_role("button", name="Make 2 selected scenes").click()
    expect(page.get_by_text("6 of 40 with a clip")).to_be_visible()
