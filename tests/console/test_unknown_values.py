"""What the page does with values that it does not know, and with what cannot be shown."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser import needs_browser
from tests.console.timelines import Json
from tests.console.visit import ANSWER_HEADERS
from tests.jobs.helpers import wait_until_finished

pytestmark = needs_browser

DEMO = {f"x-{role}-provider": "demo" for role in ("llm", "image", "video")}
BROKEN = {"state": "failed", "reason": None, "progress": None}


@pytest.fixture
def with_jobs(opened):
    """Someone with two finished jobs."""
    visit, client, _ = opened
    ended = ["succeeded", "failed", "interrupted", "cancelled"]
    assert client.post("/api/jobs/clear", {"states": ended}).status == 200
    work = client.new_work(client.new_project(name="Spring"), name="Teaser")
    for _ in range(2):
        job = client.post(f"{work}/jobs", {"kind": "scenario"}, **DEMO).json["id"]
        wait_until_finished(client, f"{work}/jobs/{job}")
    return visit, client


def change_jobs(page: Page, change: Callable[[Json], None]) -> None:
    """Let the newest job of the list be another one than the service says."""

    def answer(route: Route) -> None:
        response = route.fetch()
        body = response.json()
        change(body[0])
        route.fulfill(response=response, json=body)

    page.route(re.compile(r"/api/jobs\?"), answer)


def test_unknown_states_and_kinds_of_jobs_are_shown_as_they_are_called(with_jobs):
    visit, page = with_jobs[0], with_jobs[0].page

    def change(job: Json) -> None:
        job.update(kind="hologram", state="put_off", updatedAt=job["updatedAt"] + 1)
        job["calls"][0].update(role="smell", state="dreaming")

    change_jobs(page, change)
    visit.go("/jobs")

    unknown = page.locator(".job").filter(has_text="put off")
    expect(page.locator(".job")).to_have_count(2)
    expect(unknown.locator(".job-icon use")).to_have_attribute("href", re.compile("circle-help$"))
    unknown.get_by_role("button", name="Details of").click()
    expect(unknown.locator(".job-call")).to_contain_text("smell")
    expect(unknown.locator(".job-call")).to_contain_text("dreaming")


def test_part_that_cannot_be_shown_says_so_and_leaves_the_rest(with_jobs):
    visit, page = with_jobs[0], with_jobs[0].page
    visit.expect_problem("TypeError")
    change_jobs(page, lambda job: job.update(BROKEN, updatedAt=job["updatedAt"] + 1))
    visit.go("/jobs")

    broken = page.get_by_role("alert").filter(has_text="This part of the page stopped working")
    expect(broken).to_be_visible()
    expect(page.locator(".job")).to_have_count(1)
    assert visit.accessibility_violations() == []
    page.evaluate(
        """async () => {
            const base = new URL(".", document.querySelector("script[type=module]").src);
            const { jobs } = await import(new URL("state/jobs.js", base));
            for (const job of jobs.peek().values()) {
                job.progress ??= { message: "" };
            }
        }"""
    )
    broken.get_by_role("button", name="Try again").click()
    expect(page.locator(".job")).to_have_count(2)
    expect(broken).to_have_count(0)


def test_screen_that_cannot_be_shown_says_so_and_others_can(opened):
    visit, _, page = opened
    visit.expect_problem("TypeError")
    item = {"id": "a", "kind": "work", "name": "Teaser", "projectId": "p", "projectName": "Spring"}
    page.route(
        re.compile(r"/api/trash\?"),
        lambda route: route.fulfill(headers=ANSWER_HEADERS, json={"items": [item]}),
    )
    visit.go("/jobs")
    visit.go("/trash")

    expect(
        page.get_by_role("heading", name="This part of the page stopped working")
    ).to_be_visible()
    page.unroute_all()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="Trash", level=1)).to_be_visible()
