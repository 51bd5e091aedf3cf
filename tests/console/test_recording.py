"""Voices that are recorded over the film in Edit."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import needs_browser
from tests.console.test_edit_tools import open_edit
from tests.console.test_lines import LEVEL, WATCH
from tests.jobs.helpers import until
from tests.media.test_cleaning import PAD, in_a_room
from tests.media.voice_recordings import TEXT, write

pytestmark = [needs_browser, pytest.mark.slow]  # a count of three, and takes

START = 2


@pytest.fixture
def page(opened, edited):
    """The Edit screen of a work without sounds, whose playhead is at START."""
    state = opened[1].show(edited)["editorState"]
    opened[1].save(
        edited, {"editorState": {"editorData": {**state["editorData"], "soundTrack": []}}}
    )
    page = open_edit(opened, edited)
    page.locator(".time-input").fill(f"00:0{START}.00")
    page.keyboard.press("Enter")
    return page


def sounds_of(client, work):
    return client.show(work)["editorState"]["editorData"].get("soundTrack") or []


def playhead(page):
    """Return the seconds and frames of the playhead."""
    return page.locator(".time-input").input_value()


def test_voice_is_recorded_at_the_playhead_while_the_film_plays_silently(opened, edited, page):
    begin = playhead(page)
    page.locator(".desk-stage").press("r")
    dialog = page.get_by_role("dialog", name=f"Record a voice at {begin}")
    dialog.get_by_role("button", name="Record", exact=True).click()
    for left in "321":
        expect(dialog.get_by_role("status").first).to_have_text(left)
    page.wait_for_function(f"() => {LEVEL} > 50")
    page.wait_for_function(f"() => {LEVEL} < 30")  # after a whole tone
    muted = page.locator(".transport [aria-pressed=true]")
    expect(muted).to_have_count(1)
    assert playhead(page) > begin
    page.keyboard.press("Escape")
    expect(dialog.get_by_role("radio", name="Take 1, ")).to_be_checked()
    expect(muted).to_have_count(0)
    assert playhead(page) == begin
    dialog.get_by_role("button", name="Use this take").click()
    expect(dialog).to_have_count(0)

    expect(page.locator(".lane.voice .item", has_text="Recording 1")).to_have_attribute(
        "aria-pressed", "true"
    )
    until(lambda: sounds_of(opened[1], edited))
    [sound] = sounds_of(opened[1], edited)
    assert sound["voice"] is True
    assert sound["start"] == START
    assert 0.3 < sound["end"] - sound["start"] < 20
    asset = opened[1].show(f"{edited.rpartition('/works')[0]}/assets/{sound['assetId']}/meta")
    assert asset["name"] == "Recording 1"
    assert asset["duration"] == pytest.approx(sound["end"] - sound["start"], abs=0.05)


def test_microphone_that_is_missing_is_told_and_a_file_becomes_the_voice(
    opened, edited, page, tmp_path
):
    page.evaluate(WATCH)
    page.get_by_role("button", name="Record a voice at the playhead").click()
    dialog = page.get_by_role("dialog", name="Record a voice at ")
    for problem, words in {"NotAllowedError": "Allow it", "NotFoundError": "Connect one"}.items():
        page.evaluate("problem => (window.problem = problem)", problem)
        dialog.get_by_role("button", name="Record", exact=True).click()
        expect(dialog.get_by_text(words)).to_be_visible()
    page.evaluate("() => (window.problem = '')")  # the tab is used by other tests
    voice = write(tmp_path / "voice.wav", in_a_room())
    with page.expect_file_chooser() as chooser:
        dialog.get_by_role("button", name="Upload a recording").click()
    chooser.value.set_files(voice)

    expect(page.locator(".lane.voice .item", has_text="voice.wav")).to_be_visible()
    until(lambda: sounds_of(opened[1], edited))
    [sound] = sounds_of(opened[1], edited)
    assert sound["voice"] is True
    check_that_it_is_cleaned_up_and_back(opened[1], edited, page, sound)
    check_that_captions_are_made_by_typing(opened[1], edited, page)


def check_that_it_is_cleaned_up_and_back(client, work, page, before):
    """What is cut at the ends moves its start and end, so that what is spoken stays."""
    project = work.rpartition("/works")[0]
    switch = page.get_by_role("checkbox", name=re.compile("Clean"))
    switch.check()
    until(lambda: sounds_of(client, work)[0]["assetId"] != before["assetId"])
    [cleaned] = sounds_of(client, work)
    asset = client.show(f"{project}/assets/{cleaned['assetId']}/meta")
    assert asset["cleanedFrom"] == before["assetId"]
    assert cleaned["start"] == pytest.approx(START + asset["cutStart"], abs=0.05)
    assert cleaned["end"] == pytest.approx(before["end"] - asset["cutEnd"], abs=0.05)
    expect(switch).to_be_checked()
    switch.uncheck()
    until(lambda: sounds_of(client, work)[0]["assetId"] == before["assetId"])
    [again] = sounds_of(client, work)
    assert again["start"] == pytest.approx(before["start"], abs=0.05)
    assert again["end"] == pytest.approx(before["end"], abs=0.05)


def test_count_is_cancelled_and_a_take_is_not_discarded_without_a_question(page):
    page.get_by_role("button", name="Record a voice at the playhead").click()
    dialog = page.get_by_role("dialog", name="Record a voice at ")
    record = dialog.get_by_role("button", name="Record", exact=True)
    record.click()
    expect(dialog.get_by_text("3", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect(record).to_be_visible()
    record.click()
    page.wait_for_function(f"() => {LEVEL} > 50")
    assert page.evaluate(
        "() => !dispatchEvent(new Event('beforeunload', {cancelable: true}))"
    )  # so that the browser asks
    dialog.get_by_role("button", name="Stop", exact=True).click()
    expect(dialog.get_by_role("radio", name="Take 1, ")).to_be_checked()
    page.keyboard.press("Escape")
    question = page.get_by_role("dialog", name="Discard the takes?")
    question.get_by_role("button", name="Cancel").click()
    expect(dialog.get_by_role("radio", name="Take 1, ")).to_be_checked()
    page.keyboard.press("Escape")
    question.get_by_role("button", name="Discard").click()
    expect(dialog).to_have_count(0)


def check_that_captions_are_made_by_typing(client, work, page):
    [sound] = sounds_of(client, work)
    page.get_by_role("button", name="Make captions").click()
    dialog = page.get_by_role("dialog", name="Captions of the recording")
    dialog.get_by_label("What is said").fill(TEXT)
    dialog.get_by_role("button", name="Make captions").click()
    expect(dialog).to_have_count(0)
    expect(page.locator(".lane.caption .item").first).to_be_visible()

    def made():
        captions = client.show(work)["editorState"].get("captions") or []
        return [each for each in captions if sound["start"] <= each["start"] < sound["end"]]

    until(made)
    assert " ".join(each["text"].replace("\n", " ") for each in made()) == TEXT
    first = made()[0]
    assert first["words"][0]["start"] == pytest.approx(first["start"], abs=0.1)
    assert first["start"] > sound["start"] + PAD / 2  # where something is heard
