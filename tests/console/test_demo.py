"""The demo: the first two minutes of someone who has never seen the page, and what can go wrong."""

import time
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.browser import needs_browser
from tests.console.forms import enter
from tests.console.visit import Visit
from tests.export import measure, sound
from tests.jobs.helpers import wait_until_finished
from tests.service import Client, Service

PLAYS = "() => document.querySelector('video.player')?.currentTime > 0.2"
BARS = """({ clientWidth, clientHeight, videoWidth, videoHeight }) =>
    Math.abs(clientWidth - clientHeight * videoWidth / videoHeight)"""  # pixels
pytestmark = [needs_browser, pytest.mark.slow]


@pytest.fixture
def newcomer(browser, tmp_path_factory):
    """The first person at a service that has just been installed."""
    service = Service(tmp_path_factory.mktemp("new") / "data", DEMO_PROVIDER="auto")
    service.start()
    with browser.new_context(reduced_motion="reduce") as context:
        visit = Visit(context, service)
        yield visit
        assert visit.problems == []
    service.stop()


@pytest.mark.thorough  # the next test makes a small one, and those of exports download one
def test_newcomer_plays_and_downloads_a_demo_video_in_two_minutes(newcomer):
    visit, page = newcomer, newcomer.page
    started = time.monotonic()
    visit.open()
    expect(page.get_by_role("heading", name="Create your account")).to_be_visible()
    page.get_by_label("Your name").fill("Ana")
    enter(page, visit.email, "Create account")
    page.get_by_role("button", name="Make a demo video").click()

    expect(page.get_by_role("heading", name="Your demo video")).to_be_visible()
    expect(page.get_by_text("These are placeholders.")).to_be_visible()
    page.reload()  # it goes on
    video = page.locator("video.player")
    expect(video).to_be_visible()
    expect(page.get_by_text("3 of 3 clips")).to_be_visible()
    expect(page.get_by_text("3 of 3 lines spoken")).to_be_visible()
    video.evaluate("(player) => player.play()")
    page.wait_for_function(PLAYS)
    assert video.evaluate(BARS) < 1
    assert visit.accessibility_violations() == []

    with page.expect_download() as download:
        page.get_by_role("link", name="Download video").click()
    assert download.value.suggested_filename == "Arc lamp teaser 16x9 1024x576.mp4"
    assert time.monotonic() - started < 120
    file = download.value.path()
    info = measure.video_info(file)
    assert (info.width, info.height) == (1024, 576)
    assert measure.count_frames(file) == 12 * 30
    heard = sound.read(file)
    assert all(sound.rms(heard.between(4 * scene + 0.4, 4 * scene + 1)) > -30 for scene in range(3))

    page.get_by_role("link", name="Open the work").click()
    expect(page.get_by_role("link", name="Scenes")).to_have_attribute("aria-current", "page")
    page.get_by_role("link", name="Projects", exact=True).click()
    expect(page.get_by_role("link", name="Demo")).to_be_visible()


SMALL = {"resolution": {"width": 320, "height": 180}, "sceneCount": 1, "videoDuration": 1}
KEY = "/api/provider-keys/openai"


def answer(route: Route, body: dict[str, Any]) -> None:
    """Answer a request with another body than the service."""
    route.fulfill(response=route.fetch(), json=body)


def test_step_that_cannot_start_or_fails_says_why_and_is_tried_again(visit):
    visit.expect_problem("400")
    visit.expect_problem("net::ERR_FAILED")
    client, page = visit.log_in(), visit.page
    work = client.new_work(client.new_project(name="Demo"), **SMALL)
    jobs = f"{work}/jobs"
    assert client.put(KEY, {"key": "key-of-ana"}).status == 204
    visit.open(f"{work.removeprefix('/api')}/demo")

    reason, again = page.locator(".step.failed").get_by_role("alert"), "Try again"
    expect(reason).to_contain_text("The demo is for those who keep no key")
    expect(page.get_by_role("link", name="Your keys")).to_be_visible()
    assert visit.accessibility_violations() == []

    assert client.delete(KEY).status == 204
    silent = [{"id": "silent", "name": "Silent", "provider": "demo", "languages": []}]
    page.route("**/api/voices?*", lambda route: answer(route, {"voices": silent}))
    for address in ("**/jobs", "**/api/health"):
        page.route(address, lambda route: route.abort())
    page.get_by_role("button", name=again).click()
    expect(reason).to_contain_text("It goes on by itself")
    expect(page.get_by_text("so nobody speaks")).to_be_visible()
    page.unroute_all(behavior="wait")

    def cancel(route: Route) -> None:
        """Cancel the job before the page knows of it: a little later, it may have ended."""
        if route.request.method != "POST":
            return route.continue_()
        started = route.fetch()
        cancelled = client.post(f"{jobs}/{started.json()['id']}/cancel")
        assert cancelled.status == 200, cancelled.body
        return route.fulfill(response=started)

    page.route("**/works/*/jobs", cancel)
    expect(reason).to_have_text("Cancelled")
    page.get_by_role("button", name=again).click()
    expect(page.get_by_text("1 scene, 1 s")).to_be_visible()
    expect(page.get_by_text("1 of 1 clips")).to_be_visible()
    expect(page.get_by_role("heading", name="Your video is ready")).to_be_visible()


def pipelines(client: Client, work: str) -> list[Any]:
    """Return the jobs that do the steps of a work."""
    return [job for job in client.show(f"{work}/jobs") if job["kind"] == "pipeline"]


def test_two_tabs_show_the_same_job_and_it_goes_on_without_them(visit):
    client, page = visit.log_in(), visit.page
    work = client.new_work(client.new_project(name="Demo"), **SMALL)
    address = f"{work.removeprefix('/api')}/demo"
    visit.open(address)
    second = visit.new_tab()
    second.goto(visit.base + address)
    page.get_by_role("button", name="Stop").click()

    expect(second.get_by_role("alert")).to_have_text("Cancelled")
    assert visit.accessibility_violations() == []
    second.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    page.close()
    second.close()
    [job] = pipelines(client, work)
    assert wait_until_finished(client, f"{work}/jobs/{job['id']}")["state"] == "succeeded"

    page = visit.page = visit.new_tab()
    page.goto(visit.base + address)
    expect(page.get_by_role("heading", name="Your video is ready")).to_be_visible()
    assert len(pipelines(client, work)) == len(client.show(f"{work}/exports")["exports"]) == 1


@pytest.mark.thorough  # the test before closes it at the first one
@pytest.mark.parametrize(
    "step", ["Write the scenario", "Make a picture", "Let a voice", "Make the music", "Cut all"]
)
def test_demo_is_made_although_the_tab_is_closed(visit, step):
    client, page = visit.log_in(), visit.page
    body = {**SMALL, "sound": {"captions": {"style": "karaoke"}}}
    work = client.new_work(client.new_project(name="Demo"), **body)
    visit.open(f"{work.removeprefix('/api')}/demo")
    expect(page.locator(".step.active, .step.done").filter(has_text=step)).to_be_visible()

    page.close()  # the first step is active once the job is there

    [job] = pipelines(client, work)
    done = wait_until_finished(client, f"{work}/jobs/{job['id']}")
    assert done["state"] == "succeeded", done
    assert len(client.show(f"{work}/exports")["exports"]) == 1
    visit.page = visit.new_tab()


def test_demo_is_not_offered_to_those_who_keep_a_key(visit):
    client, page = visit.log_in(), visit.page
    assert client.put(KEY, {"key": "key-of-ana"}).status == 204

    visit.open()

    expect(page.get_by_text("You keep a key, so real models make your videos.")).to_be_visible()
    expect(page.get_by_role("button", name="My clips")).to_be_visible()
    expect(page.get_by_role("button", name="Make a demo video")).to_have_count(0)
