"""The list of jobs: what went wrong, resuming with a key, cancelling, pages."""

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser import needs_browser
from tests.console.conftest import PHONE
from tests.console.visit import ANSWER_HEADERS
from tests.jobs.helpers import new_work_with_scenes, start_job, wait_until_finished
from tests.media.image_files import encoded
from tests.service import Client

pytestmark = [needs_browser, pytest.mark.slow]

DEMO = {f"x-{role}-provider": "demo" for role in ("llm", "image", "video")}


@pytest.mark.usefixtures("vendors")
def test_failed_job_says_why_and_is_resumed_with_a_key(visit):
    client, page = visit.log_in(), visit.page
    visit.expect_problem("400")
    work = new_work_with_scenes(client, client.new_project(name="Spring"), 2)
    visit.open("/jobs")
    expect(page.get_by_role("heading", name="No jobs")).to_be_visible()

    wait_until_finished(client, start_job(client, work, headers={"x-api-key": "wrong-key"}))
    job = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="2 scenes"))
    expect(job).to_contain_text("The image of scene 1:")
    expect(job.get_by_role("link", name="Spring")).to_be_visible()
    job.get_by_role("button", name="Details of 2 scenes").click()
    failed = job.get_by_role("listitem").filter(has_text="Scenes 1\u20132 · Picture")
    expect(failed).to_contain_text("dalle")
    expect(failed).to_contain_text("Failed")
    assert visit.accessibility_violations() == []

    job.get_by_role("button", name="Resume: 2 scenes").click()
    dialog = page.get_by_role("dialog", name="Resume with a key")
    dialog.get_by_label("Key of OpenAI").fill("key-of-ana")
    dialog.get_by_label("Key of Runway").fill("key-of-ana")
    assert visit.accessibility_violations() == []
    dialog.get_by_role("button", name="Resume").click()

    expect(job).to_contain_text("Done · 4 of 4 done")
    page.get_by_role("link", name="Failed").click()
    expect(page.get_by_text("Nothing has failed.")).to_be_visible()


def test_all_jobs_that_wait_are_cancelled_at_once(visit):
    client, page = visit.log_in(), visit.page
    start_exports(client, 4)
    visit.open("/jobs")
    expect(page.get_by_text("4 jobs are running")).to_be_attached()
    expect(page.get_by_text("Rendering:")).to_be_visible()

    page.get_by_role("button", name="Cancel all that wait").click()
    dialog = page.get_by_role("dialog", name="Cancel 3 jobs that wait?")
    expect(dialog.get_by_role("listitem")).to_have_text(["Export · Untitled work"] * 3)
    dialog.get_by_role("button", name="Cancel these jobs").click()
    expect(page.get_by_text("3 jobs were cancelled")).to_be_visible()
    page.get_by_role("button", name="Cancel: Export").click()
    resume = page.get_by_role("button", name="Resume: Export")
    expect(resume).to_have_count(4)
    expect(page.locator(".job :focus")).to_have_count(1)
    expect(page.locator("[data-no-refocus]:focus")).to_have_count(0)

    page.get_by_role("link", name="Cancelled").click()
    expect(page.locator(".job")).to_have_count(4)
    expect(page.get_by_text("jobs are running")).to_have_count(0)


def test_finished_jobs_are_cleared_after_a_question(visit):
    client, page = visit.log_in(), visit.page
    work = client.new_work(client.new_project(), name="Teaser")
    for _ in range(3):
        job = client.post(f"{work}/jobs", {"kind": "scenario"}, **DEMO).json["id"]
        wait_until_finished(client, f"{work}/jobs/{job}")
    other = visit.new_tab()
    for tab in (page, other):
        tab.goto(f"{visit.base}/jobs")
        expect(tab.locator(".job")).to_have_count(3)
    expect(page.get_by_text("Jobs stay here until you clear them")).to_be_visible()
    assert visit.accessibility_violations() == []

    # One request clears some hundred jobs.
    first = {"cleared": 500, "remaining": 3}
    answer = {"json": first, "headers": ANSWER_HEADERS}
    page.route("**/api/jobs/clear", lambda route: route.fulfill(**answer), times=1)
    page.get_by_role("button", name="Clear finished").click()
    dialog = page.get_by_role("dialog", name="Clear finished jobs?")
    expect(dialog).to_contain_text("What they made stays.")
    dialog.get_by_role("button", name="Clear", exact=True).click()

    expect(page.get_by_text("503 jobs were cleared")).to_be_visible()
    for tab in (page, other):
        expect(tab.locator(".job")).to_have_count(0)
        expect(tab.get_by_role("heading", name="No jobs")).to_be_visible()
    expect(page.get_by_role("button", name="Clear finished")).to_have_count(0)
    expect(page.get_by_role("link", name="All", exact=True)).to_be_focused()
    assert len(client.get(f"{work}/jobs").json) == 3


def start_exports(client: Client, count: int) -> None:
    """Start exports of a work, each of another size, that take long."""
    work = new_work_with_scenes(client, client.new_project(), 1)
    picture = encoded(Image.effect_noise((640, 360), 80).convert("RGB"))
    client.put(f"{work}/media/scene/0/image", picture, Content_Type="image/png")
    for number in range(count):
        options = {"width": 3840, "height": 2000 + 2 * number, "quality": "best"}
        answer = client.post(f"{work}/jobs", {"kind": "export", "options": options})
        assert answer.status == 202, answer.body


def test_long_list_is_loaded_page_by_page(visit):
    client, page = visit.log_in(), visit.page
    page.set_viewport_size(PHONE)
    work = client.new_work(client.new_project())
    for _ in range(52):
        answer = client.post(f"{work}/jobs", {"kind": "scenario"}, **DEMO)
        assert answer.status == 202, answer.body
    visit.open("/jobs")
    expect(page.locator(".job")).to_have_count(50)

    page.get_by_role("button", name="Load more").click()
    expect(page.locator(".job")).to_have_count(52)
    expect(page.get_by_text("52 jobs")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
