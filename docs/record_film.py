"""Record the film of docs/tour.md from a running service: a video is cut by pointer and keys.

    .venv/bin/python docs/record_film.py http://localhost:3001

The service needs the demo provider, and the machine a Chromium. What the page paints is recorded.
Each action says how long it lasts in the film, so the film has the same pace on a slow machine, and
waiting for the service takes no time in it. FFmpeg makes the music. Where the film shows the video
being played, it has the sound of the exported video, which sounds as the player does.
"""

import sys
from bisect import bisect
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image, ImageDraw
from playwright.sync_api import Page, ViewportSize, expect, sync_playwright
from recording import Hand, encode, recorded, run_ffmpeg
from take_screenshots import IMAGES, MINUTES, PHOTO, open_browser, register

FILM = IMAGES / "cut.mp4"
POSTER = IMAGES / "cut.jpg"
POSTER_SECOND = 1  # of the video, as it is played before it is exported
SIZE = ViewportSize(width=1280, height=720)
PARTS = ((0, 40, 900, 940), (60, 600, 660, 1200), (300, 180, 860, 740))  # squares in the photo
SIDE = 900  # pixels of a part
CHORDS = ((50, 57, 62, 65), (46, 53, 58, 62), (41, 53, 57, 60), (48, 55, 60, 64))  # MIDI notes
CHORD_SECONDS = 3
LINES = ("A lamp for your desk.", "It follows the sun,", "and bends the light to your work.")


def main(url: str) -> None:
    """Make a work, record how it is cut, and write the film and its poster."""
    expect.set_options(timeout=MINUTES)
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        files = Path(folder)
        browser = open_browser(playwright)
        page = browser.new_page(viewport=SIZE, color_scheme="dark")
        page.set_default_timeout(MINUTES)
        page.goto(url)
        register(page)
        make_work(page, files)
        hand, music = Hand(page), make_music(files)
        with recorded(page, files) as times:
            cut(hand, music)
        video = download(page, files)
        browser.close()
        shown = [hand.film_time(time) for time in times]
        encode(files, shown, FILM, video, hand.played)
        picture = bisect(shown, hand.played[-2].start + POSTER_SECOND) - 1
        draw_poster(Image.open(files / f"{picture:05}.jpg"))


def make_work(page: Page, files: Path) -> None:
    """Make a work whose scenes show parts of a photo, and open its editor."""
    parts = [make_part(files, part) for part in PARTS]
    page.get_by_role("button", name="An idea").click()
    page.get_by_role("textbox", name="Name").fill("Arc lamp")
    page.get_by_label("What is the video about?").fill("A desk lamp.")
    page.locator("dialog input[type=file]").set_input_files(parts)
    page.get_by_role("radio", name="1:1").check()
    page.get_by_label("Make the film at once").uncheck()
    page.get_by_role("button", name="Create project").click()
    page.get_by_role("button", name="Write the scenario").click()
    for number, part in enumerate(parts, start=1):
        with page.expect_file_chooser() as chooser:
            upload = f"Upload a picture or clip for scene {number}"
            page.get_by_role("button", name=upload).click()
        chooser.value.set_files(part)
        expect(page.locator(".scene").nth(number - 1)).to_contain_text("Picture ready")
    speak(page)
    open_tab(page, "Edit")
    expect(page.locator(".item.clip")).to_have_count(len(parts))
    expect(page.locator(".toast")).to_have_count(0)
    page.wait_for_timeout(2000)  # pictures are decoded


def speak(page: Page) -> None:
    """Have the demo speak a line in each scene."""
    for scene, line in zip(page.locator(".scene").all(), LINES, strict=True):
        scene.get_by_label("Spoken line").fill(line)
    page.get_by_role("button", name=f"Speak {len(LINES)} lines").click()
    expect(page.get_by_text(f"{len(LINES)} of {len(LINES)} lines spoken")).to_be_visible()


def download(page: Page, files: Path) -> Path:
    """Return the exported video, which the page plays."""
    path = files / "exported.mp4"
    source = page.locator("dialog video, video").last.evaluate("video => video.currentSrc")
    path.write_bytes(page.request.get(source).body())
    return path


def make_part(files: Path, part: tuple[int, int, int, int]) -> Path:
    """Return a part of the photo."""
    path = files / f"part-{part[0]}.jpg"
    Image.open(PHOTO).crop(part).resize((SIDE, SIDE)).save(path, quality=92)
    return path


def make_music(files: Path) -> Path:
    """Return a file of soft chords."""
    path = files / "chords.m4a"
    inputs = []
    for chord in CHORDS:
        tones = "+".join(f"sin({tone(note):.2f}*2*PI*t)" for note in chord)
        level = f"0.12*min(1,min(t/0.6,({CHORD_SECONDS}-t)/0.8))"
        inputs += ["-f", "lavfi", "-i", f"aevalsrc='{level}*({tones})':d={CHORD_SECONDS}"]
    joined = f"concat=n={len(CHORDS)}:v=0:a=1,aecho=0.8:0.6:200:0.3"
    run_ffmpeg(*inputs, "-filter_complex", joined, str(path))
    return path


def tone(note: int) -> float:
    """Return the frequency of a note."""
    return float(440 * 2 ** ((note - 69) / 12))


def cut(hand: Hand, music: Path) -> None:
    """Cut the video, and export it."""
    arrange(hand)
    add_music(hand, music)
    frame(hand)
    title(hand)
    hand.say("Play it")
    play(hand, 7)
    export(hand)


def play(hand: Hand, seconds: float) -> None:
    """Play from the start."""
    hand.click(hand.page.get_by_role("button", name="To the start"))
    hand.click(hand.page.get_by_role("button", name="Play", exact=True))
    pause = hand.page.get_by_role("button", name="Pause", exact=True)
    with hand.playing():
        hand.rest(seconds)
        hand.point(pause)
    hand.click(pause)


def arrange(hand: Hand) -> None:
    """Trim a clip, move another, and join them with a transition."""
    clips = hand.page.locator(".item.clip")
    hand.say("Pull an edge: the frame at it is shown")
    hand.click(clips.nth(0), 0.4)
    hand.drag(clips.nth(0), -120, across=0.99)
    hand.say("Move a clip")
    hand.drag(clips.nth(2), -400, across=0.3)
    hand.say("A transition")
    hand.click(clips.nth(0), 0.4)
    choice = hand.page.get_by_label("Transition to the next")
    hand.point(choice)
    choice.select_option("fade")
    hand.rest(0.6)
    box = hand.page.locator(".transition-box")
    hand.drag(box, -40, across=0.02)


def frame(hand: Hand) -> None:
    """Move over a still."""
    hand.say("Motion on a still")
    hand.click(hand.page.locator(".item.clip").nth(0), 0.4)
    hand.click(hand.page.locator("summary", has_text="Motion"))
    hand.page.locator("label.motion").last.scroll_into_view_if_needed()
    hand.click(hand.page.locator("label.motion", has_text="Zoom in"))
    play(hand, 2.5)


def title(hand: Hand) -> None:
    """Type a title on the picture."""
    hand.say("A title, typed where it stands")
    hand.click(hand.page.get_by_role("button", name="To the start"))
    hand.click(hand.page.get_by_role("button", name="Add a text in a preset"))
    hand.click(hand.page.get_by_role("menuitem", name="Title", exact=True))
    hand.type("Light, bent")
    hand.press("Escape")
    hand.drag(hand.page.locator(".desk-stage"), 0, -112)


def add_music(hand: Hand, music: Path) -> None:
    """Add music, which fades out at the end."""
    hand.say("Music, faded out at the end")
    hand.click(hand.page.get_by_role("button", name="Music", exact=True))
    with hand.page.expect_file_chooser() as chooser:
        hand.click(hand.page.get_by_role("menuitem", name="Upload file"))
    chooser.value.set_files(music)
    place = hand.page.locator(".item.place")
    expect(place).to_be_visible()
    hand.rest(0.5)
    hand.click(place, 0.3)
    hand.click(hand.page.get_by_label("Fade out"))
    hand.press("ControlOrMeta+a")
    hand.type("2.5")
    hand.rest(0.7)


def export(hand: Hand) -> None:
    """Export the video, and play it."""
    hand.say("Export")
    expect(hand.page.locator(".save-status")).to_have_text("Saved")
    hand.click(hand.page.get_by_role("link", name="Export the video"))
    hand.click(hand.page.get_by_role("button", name="Export video"))
    with hand.lasting(2):
        expect(hand.page.get_by_text("The video is ready")).to_be_visible()
    hand.click(hand.page.get_by_role("button", name="Play the video"))
    with hand.playing():
        hand.rest(3)


def open_tab(page: Page, name: str) -> None:
    """Open a tab of the work."""
    page.get_by_role("navigation").get_by_role("link", name=name, exact=True).click()


def draw_poster(picture: Image.Image) -> None:
    """Draw a sign for playing on a picture, and keep it."""
    draw = ImageDraw.Draw(picture, "RGBA")
    x, y = picture.width / 2, picture.height / 2
    draw.ellipse((x - 56, y - 56, x + 56, y + 56), fill=(0, 0, 0, 190))
    draw.polygon(((x - 18, y - 30), (x - 18, y + 30), (x + 34, y)), fill="white")
    picture.save(POSTER, quality=82)


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
