"""Projects and works: grids, new ones, renaming, deleting."""

import re
import time

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from tests.browser import needs_browser
from tests.console.visit import ANSWER_HEADERS
from tests.media.image_files import encoded

pytestmark = [needs_browser, pytest.mark.slow]

PICTURE = encoded(Image.new("RGB", (8, 8), "teal"))


def choose(page: Page, name: str, action: str) -> None:
    """Choose an action of the menu of a card."""
    page.get_by_role("button", name=f"Actions for {name}").click()
    page.get_by_role("menuitem", name=action).click()


def test_project_is_created_renamed_and_deleted_with_a_question(visit):
    client, page = visit.log_in(), visit.page
    visit.open()
    page.get_by_role("button", name="An idea").click()
    page.get_by_role("textbox", name="Name").fill("Spring")
    page.get_by_label("Kind of videos").select_option("Social media")
    page.get_by_label("Make the film at once").uncheck()
    page.get_by_role("button", name="Create project").click()
    expect(page.get_by_label("Name of the work")).to_have_value("Spring")
    [project] = client.get("/api/projects").json
    assert client.get(f"/api/projects/{project['id']}").json["projectType"] == "social"

    page.get_by_role("link", name="Vidworks: all projects").click()
    choose(page, "Spring", "Rename")
    page.get_by_role("textbox", name="Name").fill("Summer")
    page.get_by_role("dialog").get_by_role("button", name="Rename").click()
    expect(page.get_by_role("link", name="Summer")).to_be_visible()

    choose(page, "Summer", "Delete")
    dialog = page.get_by_role("dialog", name="Delete “Summer”?")
    expect(dialog.get_by_role("listitem")).to_have_text("Spring")
    dialog.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", name="Make your first video")).to_be_visible()
    assert client.get("/api/projects").json == []


def test_work_is_duplicated_and_its_copy_opened(visit):
    client, page = visit.log_in(), visit.page
    project = client.new_project(name="Spring")
    client.new_work(project, name="Teaser")
    visit.open(project.removeprefix("/api"))

    choose(page, "Teaser", "Duplicate")

    messages = page.get_by_role("log")
    expect(messages).to_contain_text("The copy is called “Teaser (2)”")
    expect(page.get_by_role("link", name="Teaser (2)")).to_be_visible()
    messages.get_by_role("button", name="Open").click()
    expect(page.get_by_label("Name of the work")).to_have_value("Teaser (2)")


def test_one_dialog_makes_a_first_video_of_photos(visit):
    visit.expect_problem("415")
    client, page = visit.log_in(), visit.page
    visit.open()
    page.get_by_role("button", name="An idea").click()
    page.get_by_role("textbox", name="Name").fill("Arc lamp")
    page.get_by_label("What is the video about?").fill("It follows the sun.")
    page.locator("input[type=file]").set_input_files(
        [
            {"name": "morning.png", "mimeType": "image/png", "buffer": PICTURE},
            {"name": "broken.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"},
            {"name": "evening.png", "mimeType": "image/png", "buffer": PICTURE},
            {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"Lamps"},
        ]
    )
    expect(page.get_by_text("“notes.txt” is no photo")).to_be_visible()
    for number in (3, 2):
        page.get_by_role("button", name=f"evening.png, photo {number} of 3").press("ArrowLeft")
    page.get_by_role("radio", name="16:9").check()
    page.get_by_label("Language").fill("German")
    page.get_by_label("Make the film at once").uncheck()
    assert visit.accessibility_violations() == []
    page.get_by_role("button", name="Create project").click()

    expect(page.get_by_text("The project was made without broken.jpg")).to_be_visible()
    expect(page.get_by_role("button", name="Write the scenario")).to_be_visible()
    expect(page.get_by_role("img", name="Photo 2")).to_be_visible()
    [project] = client.get("/api/projects").json
    [summary] = client.get(f"/api/projects/{project['id']}/works").json
    work = client.get(f"/api/projects/{project['id']}/works/{summary['id']}").json
    assets = client.get(f"/api/projects/{project['id']}/assets").json["assets"]
    names = {asset["id"]: asset["name"] for asset in assets}
    assert [names[asset] for asset in work["selectedAssetIds"]] == ["evening.png", "morning.png"]
    assert (work["assetUsageMode"], work["sceneCount"]) == ("direct", 2)
    assert (work["productName"], work["productDescription"]) == ("Arc lamp", "It follows the sun.")
    assert (work["language"], work["resolution"]["width"]) == ("German", 1920)


def test_failed_attempt_is_continued_and_leaves_nothing_twice(visit):
    visit.expect_problem("503")
    client, page = visit.log_in(), visit.page
    visit.open()
    body = '{"error": "The disk is busy"}'
    headers = {**ANSWER_HEADERS, "Content-Type": "application/json"}
    works = re.compile("/api/projects/[^/]+/works$")
    page.route(works, lambda route: route.fulfill(status=503, body=body, headers=headers))
    page.get_by_role("button", name="An idea").click()
    page.get_by_role("textbox", name="Name").fill("Arc lamp")
    photo = {"name": "lamp.png", "mimeType": "image/png", "buffer": PICTURE}
    page.locator("input[type=file]").set_input_files([photo])
    page.get_by_label("Make the film at once").uncheck()
    page.get_by_role("button", name="Create project").click()
    expect(page.get_by_text("The disk is busy")).to_be_visible()

    page.unroute(works)
    page.get_by_role("button", name="Create project").click()
    expect(page).to_have_url(re.compile("/works/work_.*/scenes"))
    [project] = client.get("/api/projects").json
    assert client.get(f"/api/projects/{project['id']}/assets").json["count"] == 1


def test_work_is_created_and_others_show_without_a_reload(opened):
    visit, client, page = opened
    project = client.new_project(name="Spring")
    visit.go(project.removeprefix("/api"))
    page.get_by_role("button", name="New work").click()
    page.get_by_role("textbox", name="Name").fill("Teaser")
    page.get_by_role("button", name="Create work").click()
    expect(page).to_have_url(re.compile("/works/work_"))
    expect(page.get_by_label("Name of the work")).to_have_value("Teaser")

    page.go_back()
    expect(page.get_by_role("link", name="Teaser")).to_be_visible()
    client.new_work(project, name="Made by a script")
    expect(page.get_by_role("link", name="Made by a script")).to_be_visible()
    choose(page, "Made by a script", "Delete")
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("listitem").filter(has_text="Made by a script")).to_have_count(0)
    expect(page.locator(".card :focus")).to_have_count(1)


def test_projects_of_other_clients_show_without_a_reload(visit):
    visit.expect_problem("404")
    client, page = visit.log_in(), visit.page
    visit.open()
    expect(page.get_by_role("heading", name="Make your first video")).to_be_visible()

    project = client.new_project(name="Made by a script")
    expect(page.get_by_role("link", name="Made by a script")).to_be_visible()
    client.put(project, {"name": "Renamed by a script"})
    expect(page.get_by_role("link", name="Renamed by a script")).to_be_visible()

    # Before there are works, whose events make the page read the list as well: a project that is
    # deleted before the stream has told of it has no event.
    other = client.new_project(name="Another")
    expect(page.get_by_role("link", name="Another")).to_be_visible()
    client.delete(other)
    expect(page.get_by_role("link", name="Another")).to_have_count(0)

    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    started = time.monotonic()
    work = client.new_work(project)
    for index in range(10):
        client.put(f"{work}/media/scene/{index}/image", PICTURE, Content_Type="image/png")
    poster = page.locator(".poster-image")
    expect(poster).to_be_visible()
    lists = sum(url.endswith("/api/projects") for url in requests)
    assert lists <= time.monotonic() - started + 1  # one a second, not one for each change
    client.delete(work)
    expect(poster).to_have_count(0)

    page.get_by_role("link", name="Renamed by a script").click()
    expect(page.get_by_role("heading", name="No works yet")).to_be_visible()
    client.delete(project)
    expect(page.get_by_role("heading", name="“Renamed by a script” was deleted")).to_be_visible()
    visit.open("/projects/proj_0123456789abcdef")
    expect(page.get_by_role("heading", name="There is nothing here")).to_be_visible()


def test_grid_is_searched_and_sorted(visit):
    client, page = visit.log_in(), visit.page
    for name in ("Banana", "apple", "Cherry"):
        client.new_project(name=name)
    visit.open()
    links = page.locator(".card-name a")
    expect(links).to_have_text(["Cherry", "apple", "Banana"])

    page.get_by_label("Sort").select_option("Name")
    expect(links).to_have_text(["apple", "Banana", "Cherry"])
    page.get_by_label("Search projects").fill("an")
    expect(links).to_have_text(["Banana"])
    page.get_by_label("Search projects").fill("kiwi")
    expect(page.get_by_text("Nothing matches “kiwi”.")).to_be_visible()


def test_grid_of_many_works_has_few_cards_until_it_is_scrolled(opened):
    visit, client, page = opened
    project = client.new_project(name="Spring")
    for number in range(130):
        client.new_work(project, name=f"Work {number}")
    visit.go(project.removeprefix("/api"))
    cards, links = page.locator(".card"), page.locator(".card-name a")
    expect(cards).to_have_count(60)
    expect(page.get_by_role("menuitem", include_hidden=True)).to_have_count(0)

    page.get_by_label("Search works").fill("Work 3")
    expect(links).to_have_count(11)
    page.get_by_label("Search works").fill("")
    page.get_by_label("Sort").select_option("Name")
    expect(links.first).to_have_text("Work 0")
    page.get_by_role("link", name="Work 59").scroll_into_view_if_needed()
    expect(cards).to_have_count(120)
    page.get_by_role("link", name="Work 119").scroll_into_view_if_needed()
    expect(links.last).to_have_text("Work 129")


def test_works_that_change_together_are_listed_again_once(visit):
    client, page = visit.log_in(), visit.page
    project = client.new_project(name="Spring")
    first, *others = [client.new_work(project) for _ in range(20)]
    visit.open(project.removeprefix("/api"))
    expect(page.locator(".card")).to_have_count(20)
    lists: list[str] = []

    def change_others_during_the_first(route: Route) -> None:
        lists.append(route.request.url)
        if len(lists) == 1:
            for work in others:
                client.put(work, {"name": "Changed"})
        route.continue_()

    page.route(f"**{project}/works", change_others_during_the_first)
    client.put(first, {"name": "Changed"})

    expect(page.get_by_role("link", name="Changed")).to_have_count(20)
    assert 0 < len(lists) < len(others) / 2
