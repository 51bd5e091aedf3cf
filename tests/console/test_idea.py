"""An idea: from a sentence to a film with a voice, without a key."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser import needs_browser
from tests.export import sound
from tests.jobs.helpers import wait_until_finished

pytestmark = [needs_browser, pytest.mark.slow]

IDEA = "A lamp that follows the sun. For people who work at home."


def make_small(route):
    """Create a work with a small frame and short scenes, so that its export takes no time."""
    if route.request.method != "POST":
        return route.continue_()
    size = {"width": 90, "height": 160}
    body = route.request.post_data_json | {"resolution": size, "sceneCount": 2, "videoDuration": 6}
    return route.continue_(post_data=json.dumps(body))


def test_a_sentence_becomes_a_film_with_a_voice_without_a_key(visit, tmp_path):
    client, page = visit.log_in(), visit.page
    visit.open()
    page.get_by_role("button", name=re.compile("^An idea")).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Make the film at once")).to_be_checked()
    dialog.get_by_role("button", name="Make the film").click()
    expect(dialog.get_by_text("Say what the video is about.")).to_be_visible()
    dialog.get_by_label("What is the video about?").fill(IDEA)
    assert visit.accessibility_violations() == []
    page.route(re.compile("/works$"), make_small)
    dialog.get_by_role("button", name="Make the film").click()

    expect(page).to_have_url(re.compile("/demo$"))
    expect(page.get_by_text("2 of 2 lines spoken")).to_be_visible(timeout=60_000)
    work = page.url.replace(visit.base, "/api").removesuffix("/demo")
    [job] = [job for job in client.show(f"{work}/jobs") if job["kind"] == "pipeline"]
    assert wait_until_finished(client, f"{work}/jobs/{job['id']}")["state"] == "succeeded"
    stored = client.show(work)
    assert stored["name"] == "A lamp that follows the sun"
    assert stored["scenes"][0]["narration"]["text"] == "A lamp that follows the sun."
    assert all(scene["narration"]["text"] for scene in stored["scenes"])
    [video] = client.show(f"{work}/exports")["exports"]
    film = tmp_path / "film.mp4"
    film.write_bytes(client.get(video["url"]).body)
    assert sound.rms(sound.read(film).between(0.4, 1)) > -30  # the voice


def test_first_scenario_that_is_written_step_by_step_has_spoken_lines(opened):
    visit, client, page = opened
    work = client.new_work(client.new_project(), name="Teaser", productDescription=IDEA)
    visit.go(work.removeprefix("/api") + "/scenes")
    page.get_by_role("button", name="Write the scenario").click()
    expect(page.get_by_label("Spoken line").first).to_have_value("A lamp that follows the sun.")
