"""A film from one's own photos and lines: without a key, and also if the page is closed."""

import json
import re
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from tests.browser import needs_browser
from tests.console.visit import ANSWER_HEADERS, Visit
from tests.export import measure, sound
from tests.jobs.helpers import wait_until_finished
from tests.media.image_files import encoded
from tests.service import Client

pytestmark = [needs_browser, pytest.mark.slow]

TEAL = (0, 128, 128)
PHOTO = encoded(Image.new("RGB", (90, 160), TEAL))
LINE = "Warm light."
STATES_OF_STEPS = """async (calls) => {
    const { stepsOf } = await import("/screens/making/steps.js");
    const { PARTS } = await import("/screens/film/recipe.js");
    const shown = ({ state, reason, isLeftOut }) => [isLeftOut ? "left out" : state, reason];
    return calls.map((progress) => stepsOf(PARTS, progress).map(shown));
}"""


WHOLE = {"x": 0, "y": 0, "width": 1, "height": 1}
CLOSER = {"x": 0.075, "y": 0.03, "width": 0.85, "height": 0.85}
PORTRAIT, SQUARE, LANDSCAPE = (1080, 1920), (512, 512), (451, 300)


def likeness(part: sound.Sound, whole: sound.Sound, at: float) -> float:
    """Return how much a sound is like another one from a time on: 1 is the same."""
    times = np.arange(0, part.duration - 0.1, 1 / whole.rate)
    known = np.interp(times, np.arange(len(part.samples)) / part.rate, part.samples[:, 0])
    start = round(at * whole.rate)
    heard = whole.samples[start : start + len(known), 0]
    return float(known @ heard / np.sqrt((known @ known) * (heard @ heard)))


def make_small(route: Route) -> None:
    """Store a work with a small frame, so that its export takes no time."""
    body = route.request.post_data_json
    if route.request.method == "PATCH" and "editorState" in body:
        body["editorState"]["exportSettings"].update(width=90, height=160)
        route.continue_(post_data=json.dumps(body))
    else:
        route.continue_()


def size(sides: tuple[int, int]) -> dict[str, int]:
    """Return the sides of a picture as the page has them."""
    return {"width": sides[0], "height": sides[1]}


def test_photos_move_closer_and_away(modules):
    motions = modules.call_all("screens/new-video/motions.js", "motionOf", [[0], [1]])

    assert motions == [{"from": WHOLE, "to": CLOSER}, {"from": CLOSER, "to": WHOLE}]


def test_photos_of_another_shape_are_not_cut_off(modules):
    films = [
        ([LANDSCAPE], (1920, 1080), "cover"),
        ([LANDSCAPE, SQUARE], (1920, 1080), "blur"),
        ([LANDSCAPE], PORTRAIT, "blur"),
        ([PORTRAIT], PORTRAIT, "cover"),
    ]
    calls = [[list(map(size, photos)), size(frame)] for photos, frame, _ in films]
    fits = modules.call_all("screens/new-video/motions.js", "fitOf", calls)

    assert fits == [fit for *_, fit in films]


def test_a_film_has_the_shape_of_most_photos(modules):
    films = {
        (): "portrait",
        (LANDSCAPE,): "landscape",
        (SQUARE, PORTRAIT): "square",
        (LANDSCAPE, PORTRAIT, PORTRAIT): "portrait",
    }
    calls = [[list(map(size, photos))] for photos in films]

    assert modules.call_all("screens/new-video/motions.js", "shapeOf", calls) == [*films.values()]


def test_languages_are_known_by_codes_and_names(modules):
    codes = ["eng", "deu", "cmn", "tur"]
    asked = ["de", "de-AT", "deu", "German", "Deutsch", "en-US", "türkçe", "zh-CN", "ja", ""]
    found = modules.call_all("languages.js", "codeOf", [[name, codes] for name in asked])

    assert found == [*5 * ["deu"], "eng", "tur", "cmn", "", ""]


def pipeline(state: str, **steps: str) -> dict[str, Any]:
    """Return a job that does steps, given their states."""
    errors = {name: "Stopped." for name, each in steps.items() if each == "failed"}
    listed = [
        {"name": name, "state": each, "percent": 0, "message": "", "error": errors.get(name)}
        for name, each in steps.items()
    ]
    request = {"steps": list(steps)}
    return {"kind": "pipeline", "state": state, "request": request, "steps": listed}


def test_steps_are_those_of_the_newest_jobs(modules):
    scene = {"scene_index": 0, "narration": {"text": LINE}}
    work = {"scenes": [scene], "generatedScenes": [], "sound": {"narrator": {}}, "editorState": {}}
    stopped = pipeline("failed", scenes="succeeded", narration="failed", export="planned")
    first = {"scenes": "planned", "narration": "planned", "export": "planned"}
    rendering = {"scenes": "succeeded", "narration": "succeeded", "export": "running"}
    last = {"scenes": "succeeded", "narration": "skipped", "export": "succeeded"}
    refused = {"refusal": {"text": "No.", "isAbsent": False}}
    active, waiting, done = ((each, "") for each in ("active", "waiting", "done"))
    undecided = ("failed", "Needs your decision")
    left_out = ("left out", "Stopped.")
    gone = ("failed", "This was done, but something of it is no longer there.")
    current = {"areExportsCurrent": True}
    cases: list[tuple[list[Any], dict[str, Any], list[tuple[str, str]]]] = [
        ([], {}, [waiting, waiting, waiting]),
        ([], refused, [("failed", "No."), waiting, waiting]),
        ([pipeline("queued", **first)], {}, [active, waiting, waiting]),
        ([pipeline("cancelled", **first)], {}, [("failed", "Cancelled"), waiting, waiting]),
        ([stopped], {}, [done, ("failed", "Stopped."), waiting]),
        ([pipeline("running", export="running"), stopped], {}, [done, left_out, active]),
        ([pipeline("interrupted", **rendering)], {}, [done, done, undecided]),
        ([pipeline("succeeded", **last)], {}, [done, done, active]),
        ([pipeline("succeeded", **last)], current, [done, done, gone]),
    ]
    empty = {"work": work, "exports": [], "areExportsCurrent": False, "refusal": None}
    calls = [{**empty, "pipelines": jobs, **fields} for jobs, fields, _ in cases]

    shown = modules.page.evaluate(STATES_OF_STEPS, calls)

    for case, (_, _, expected) in zip(shown, cases, strict=True):
        assert [tuple(each) for each in case] == expected


def come_back_when_finished(visit: Visit, client: Client, work: str) -> Page:
    """Close the tab, and open the page again once the service has made the film without it."""
    address = visit.page.url
    visit.page.close()
    [job] = [job for job in client.show(f"{work}/jobs") if job["kind"] == "pipeline"]
    assert wait_until_finished(client, f"{work}/jobs/{job['id']}")["state"] == "succeeded"
    visit.page = visit.new_tab()
    visit.page.goto(address)
    return visit.page


def expect_no_film(page: Page, reason: str) -> None:
    """Try to make the film, and see why it is not made."""
    page.get_by_role("button", name="Make the film").click()
    expect(page.get_by_text(reason)).to_be_in_viewport()


def test_no_film_is_made_before_its_voices_are_known(opened):
    """A film would have none, or one that costs something."""
    visit, client, page = opened
    voices: list[Route] = []

    def hold(route: Route) -> None:
        voices.append(route)

    def projects() -> set[str]:
        return {project["id"] for project in client.show("/api/projects")}

    address = re.compile("/api/voices")
    page.route(address, hold)
    before = projects()
    visit.go("/")
    # The first screen of whoever has no project shows the ways themselves.
    page.get_by_role("button", name=re.compile("^(New project$|Photos)")).first.click()
    page.get_by_role("dialog").locator("input[type=file]").set_input_files(
        [{"name": "lamp.png", "mimeType": "image/png", "buffer": PHOTO}]
    )
    page.get_by_label("What is said with photo 1").fill(LINE)
    expect_no_film(page, "The voices are still loading")
    expect(page.get_by_text("No voice here speaks it")).to_have_count(0)
    assert projects() == before

    for route in voices:
        route.continue_()
    page.unroute(address)  # if the page has not asked for them yet
    expect(page.get_by_label("Voice", exact=True)).to_contain_text("English (UK, man)")
    page.get_by_role("dialog").get_by_role("button", name="Remove lamp.png").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_photos_and_lines_become_a_film_without_a_key(visit, tmp_path):
    visit.expect_problem("503")
    client, page = visit.log_in(), visit.page
    visit.open()
    page.get_by_role("button", name=re.compile("^Photos")).click()
    expect(page.get_by_text("no vendor is called")).to_be_visible()
    page.locator("input[type=file]").set_input_files(
        [
            {"name": "lamp.png", "mimeType": "image/png", "buffer": PHOTO},
            {"name": "broken.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"},
        ]
    )
    expect(page.get_by_text("“broken.jpg” is no photo")).to_be_visible()
    page.get_by_label("What is said with photo 1").fill(LINE)
    page.get_by_label("Language of the lines").select_option("English")
    page.keyboard.press("Escape")
    question = page.get_by_role("dialog", name="Close without making it?")
    question.get_by_role("button", name="Cancel").click()
    assert visit.accessibility_violations() == []
    expect(page.get_by_label("Voice", exact=True)).to_contain_text("English (UK, man)")
    page.get_by_label("What is said with photo 1").fill("こんにちは")
    expect_no_film(page, "Photo 1: The demo")
    assert client.get("/api/projects").json == []
    page.get_by_label("What is said with photo 1").fill(LINE)
    body = json.dumps({"error": "The disk is busy"})
    headers = {**ANSWER_HEADERS, "Content-Type": "application/json"}
    assets = re.compile("/assets$")
    page.route(assets, lambda route: route.fulfill(status=503, body=body, headers=headers))
    expect_no_film(page, "The disk is busy")
    page.unroute(assets)
    page.route(re.compile("/works/work_[^/]*$"), make_small)
    page.get_by_role("button", name="Make the film").click()
    expect(page).to_have_url(re.compile("/film$"))

    work = page.url.replace(visit.base, "/api").removesuffix("/film")
    page = come_back_when_finished(visit, client, work)
    expect(page.get_by_role("heading", name="Your film is ready")).to_be_visible()
    expect(page.get_by_text("1 of 1 lines spoken")).to_be_visible()
    [scene] = client.show(work)["scenes"]
    assert scene["narration"] == {"text": LINE}
    assert scene["motion"] == {"from": WHOLE, "to": CLOSER}
    assert len(client.get("/api/projects").json) == 1
    calls = [call for job in client.show(f"{work}/jobs") for call in job["calls"]]
    assert {(call["role"], call["provider"]) for call in calls} == {
        ("speech", "demo"),
        ("music", "demo"),
    }
    [video] = client.show(f"{work}/exports")["exports"]
    film = tmp_path / "film.mp4"
    film.write_bytes(client.get(video["url"]).body)
    frame = next(iter(measure.frames(film)))
    assert measure.mean_color(frame, measure.Box(0, 0, 90, 80)) == pytest.approx(TEAL, abs=12)
    voice = tmp_path / "voice.wav"
    voice.write_bytes(client.get(f"{work}/media/scene/0/voice").body)
    assert likeness(sound.read(voice), sound.read(film), 0.2) > 0.8
    assert likeness(sound.read(voice), sound.read(film), 0.25) < 0.4
    assert sound.rms(sound.read(film).between(2, 3)) > -40  # music


def test_photos_and_lines_become_a_film_by_touch(phone):
    client, page = phone.log_in(), phone.page
    phone.open()
    page.get_by_role("button", name=re.compile("^Photos")).tap()
    names = ("lamp.png", "desk.png", "room.png")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Add photos").tap()
    chooser.value.set_files(
        [{"name": name, "mimeType": "image/png", "buffer": PHOTO} for name in names]
    )
    for number, line in enumerate((LINE, "A wide desk.", "A quiet room."), 1):
        field = page.get_by_label(f"What is said with photo {number}")
        field.tap()
        expect(field).to_be_focused()
        page.keyboard.type(line)
    page.get_by_role("button", name="Remove desk.png").tap()
    lines = page.get_by_role("textbox", name="What is said")
    expect(lines).to_have_count(2)
    page.get_by_label("Quiet music").tap()  # switches it off
    page.route(re.compile("/works/work_[^/]*$"), make_small)
    page.get_by_role("button", name="Make the film").tap()

    expect(page).to_have_url(re.compile("/film$"))
    work = page.url.replace(phone.base, "/api").removesuffix("/film")
    said = [scene["narration"]["text"] for scene in client.show(work)["scenes"]]
    assert said == [LINE, "A quiet room."]
    expect(page.get_by_text("2 of 2 lines spoken")).to_be_visible()
