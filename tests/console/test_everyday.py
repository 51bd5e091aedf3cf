"""An everyday journey: from an own photo to a downloaded video, with takes, a cut and music."""

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import needs_browser
from tests.console.forms import choose_files
from tests.console.inspector import choose_transition
from tests.export import measure, sound

pytestmark = [needs_browser, pytest.mark.slow, pytest.mark.thorough]

ARABIC = "مصباح يتبع الشمس"
GREEN = "#00ff00"
SIZE = (320, 180)
SCENES = 3  # of a second each
MUSIC = 440  # Hz
PLAYS = "() => document.querySelector('video.player')?.currentTime > 0.2"


def test_from_an_own_photo_to_a_downloaded_video(visit, samples):
    client, page = visit.log_in(), visit.page
    visit.open()
    create(page, "project", "Lamps")
    page.get_by_role("link", name="Assets").click()
    choose_files(page.get_by_role("button", name="Add files"), samples / "audio.mp3")
    expect(page.get_by_role("link", name="audio.mp3")).to_be_visible()
    page.get_by_role("link", name="Works", exact=True).click()
    create(page, "work", "Arc lamp")

    write_brief(page, samples / "image.jpg")
    make_scenes(page, samples / "image.jpg")
    take_the_first_clip_back(page)
    work = page.url.removeprefix(visit.base).removesuffix("/scenes")
    takes = client.get(f"/api{work}/media/scene/1/takes").json["takes"]
    clips = [take["current"] for take in takes if take["kind"] == "video"]
    assert clips == [False, True]  # newest first
    cut(page)
    video = export(page)

    info = measure.video_info(video)
    assert (info.width, info.height) == SIZE
    assert measure.count_frames(video) == SCENES * 30
    assert is_green_seen(measure.frame(video, 15))
    assert not is_green_seen(measure.frame(video, 75))
    assert sound.tone(sound.read(video).between(0.2, 0.8), MUSIC) > -30


def create(page: Page, what: str, name: str) -> None:
    """Create a project or a work, which is then open."""
    page.get_by_role("button", name=f"New {what}").click()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name=f"Create {what}").click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_attached()


def scene(page: Page, number: int) -> Locator:
    """Return the card of a scene."""
    return page.locator(".scene").filter(has=page.get_by_role("heading", name=f"Scene {number}"))


def write_brief(page: Page, photo: Path) -> None:
    """Say what the video is about, with a photo that is described to the models."""
    page.get_by_label("Product or subject").fill("Arc lamp")
    page.get_by_label("Format").select_option("Another size")
    page.get_by_label("Width").fill(str(SIZE[0]))
    page.get_by_label("Height").fill(str(SIZE[1]))
    page.get_by_label("Length").fill(str(SCENES))
    page.get_by_label("Number of scenes").fill(str(SCENES))
    choose_files(page.get_by_role("button", name="Add pictures"), photo)
    page.get_by_role("button", name="Describe now").click()
    expect(page.get_by_role("button", name="Describe now")).to_have_count(0)


def make_scenes(page: Page, photo: Path) -> None:
    """Write the scenario, give the first scene the photo as its picture, and make all clips."""
    page.get_by_role("link", name="Go to the scenes").click()
    page.get_by_role("button", name="Write the scenario").click()
    expect(page.get_by_role("heading", name=f"{SCENES} scenes")).to_be_visible()
    scene(page, 1).locator("header input[type=file]").set_input_files(photo)
    expect(page.get_by_text("image.jpg is in scene 1 now")).to_be_visible()
    page.get_by_role("button", name=f"Make {SCENES} missing clips").click()
    expect(page.get_by_text(f"{SCENES} of {SCENES} with a clip")).to_be_visible()


def take_the_first_clip_back(page: Page) -> None:
    """Make the second scene again with another prompt, and use what it had before."""
    scene(page, 2).get_by_label("Picture", exact=True).fill("Arc lamp at night")
    ready = scene(page, 2).get_by_text("Clip ready")
    page.get_by_role("button", name="Make again: scene 2").click()
    expect(ready).to_have_count(0)
    expect(ready).to_be_visible()
    page.get_by_role("button", name="Takes of scene 2").click()
    takes = page.get_by_role("dialog", name="Takes of scene 2")
    clips = takes.locator(".takes", has=page.get_by_role("heading", name="Clips"))
    first = clips.get_by_role("listitem").nth(1)
    first.get_by_role("button", name="Use this one").click()
    expect(first).to_contain_text("In use")
    takes.get_by_role("button", name="Close").click()


def cut(page: Page) -> None:
    """Put two transitions between the clips, a text in Arabic above them, and music below."""
    page.get_by_role("link", name="Edit", exact=True).click()
    for number, transition in enumerate(("Fade", "Slide up"), 1):
        page.get_by_role("button", name=f"Clip {number}").click()
        choose_transition(page, transition)
        page.get_by_role("spinbutton", name="Duration", exact=True).fill("0.3")
    page.get_by_role("button", name="Text", exact=True).click()
    text = page.get_by_role("tabpanel", name="Text")
    text.get_by_label("Text").fill(ARABIC)
    text.get_by_label("Colour", exact=True).fill(GREEN)
    text.get_by_label("End").fill("1")
    text.get_by_label("End").press("Enter")
    page.get_by_role("button", name="Music").click()
    page.get_by_role("menuitemradio", name="audio.mp3").click()
    page.get_by_role("spinbutton", name="Volume of the music").fill("80")
    page.get_by_role("spinbutton", name="Volume of the music").press("Enter")
    expect(page.locator(".save-status")).to_have_text("Saved")


def export(page: Page) -> Path:
    """Export a draft, play it, and return the downloaded file."""
    page.get_by_role("link", name="Export", exact=True).click()
    page.get_by_role("radio", name="Draft").check()
    page.get_by_role("button", name="Export draft").click()
    page.get_by_role("button", name="Play the video").click()
    page.wait_for_function(PLAYS)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename.endswith(" draft.mp4")
    return download.value.path()


def is_green_seen(frame: measure.Frame) -> bool:
    """Whether a hundred pixels of a frame are green as the text is; landscapes are less so."""
    red, green, blue = np.moveaxis(frame.astype(int), 2, 0)
    return bool(np.count_nonzero((green > 225) & (red < 90) & (blue < 90)) > 100)
