"""What the player shows while an edge is pulled: the frame there, and never black."""

import statistics

import pytest
from playwright.sync_api import expect

from tests.browser import needs_browser
from tests.console.strip import Strip
from tests.export.sources import Sources
from tests.jobs.helpers import until

pytestmark = [needs_browser, pytest.mark.slow]

FPS = 30
SCENES = 3
COUNT = 60  # frames of a scene's clip
TRIM = 0.5
FIRST = round(TRIM * FPS)  # that the player shows at its beginning
SMALL, LARGE = (320, 180), (1280, 720)
STEPS = 10
LATEST = 150  # milliseconds
ONE_KEY_FRAME = "-c:v libx264 -preset veryfast -crf 23 -g 250 -pix_fmt yuv420p -an"
# Clips and their edges, by how far they are pulled. The playhead stands in the first clip, which
# the third one takes the place of, in its deck.
PULLS = [("c2", "start", 0.3), ("c1", "end", -0.4)]
MORE_PULLS = [*PULLS, ("c0", "end", -0.3), ("c1", "start", 0.2), ("c3", "end", 0.3)]
# Notes the numbers that the player shows, and since when: -1 where there is none, as in black. They
# are read from its layers as tests/export/frame_numbers.py does.
WATCH = """() => {
    const [width, height] = [64, 36];
    const options = { willReadFrequently: true };
    const context = new OffscreenCanvas(width, height).getContext("2d", options);
    const frame = document.querySelector(".player-frame");
    const depth = (layer) => Number(layer.closest(".player-deck").style.zIndex);
    const isSeen = (layer) => !layer.hidden && getComputedStyle(layer).visibility === "visible";
    const paint = (layer) => {
        const [whole, box] = [frame, layer].map((each) => each.getBoundingClientRect());
        const [across, down] = [width / whole.width, height / whole.height];
        const [x, y] = [(box.x - whole.x) * across, (box.y - whole.y) * down];
        context.drawImage(layer, x, y, box.width * across, box.height * down);
    };
    const levelOf = (pixels, block) => {
        const [row, column] = [Math.floor(block / 4) + 0.5, (block % 4) + 0.5];
        return pixels[4 * (Math.floor(row * height / 4) * width + column * width / 4)];
    };
    const read = () => {
        context.fillRect(0, 0, width, height);
        const layers = [...frame.querySelectorAll(".player-deck :is(canvas, video, img)")];
        layers.filter(isSeen).sort((one, other) => depth(one) - depth(other)).forEach(paint);
        const pixels = context.getImageData(0, 0, width, height).data;
        const levels = Array.from({ length: 16 }, (_, block) => levelOf(pixels, block));
        if (levels.some((each) => Math.abs(each - 56) > 36 && Math.abs(each - 200) > 36)) return -1;
        return parseInt(levels.slice(1, 13).map((each) => Number(each > 128)).join(""), 2);
    };
    const shown = (window.shown = []);
    const look = () => {
        if (shown !== window.shown) return; // another watches
        const number = read();
        if (shown.at(-1)?.number !== number) shown.push({ number, since: performance.now() });
        requestAnimationFrame(look);
    };
    look();
    const rest = () => { window.rested = performance.now(); };
    document.addEventListener("pointermove", rest, true);
}"""


def track_of(clips):
    """Return so many clips of a second, which show the scenes in turn."""
    track = []
    for number in range(clips):
        action = {"id": f"c{number}", "sceneIndex": number % SCENES, "trimStart": TRIM}
        track.append({**action, "start": number, "end": number + 1})
    return track


class Watched:
    """A timeline whose clips show numbered frames, and what its player shows."""

    def __init__(self, opened, directory, size, clips):
        self.visit, self.client, self.page = opened
        sources = Sources(directory)
        self.path = self.client.new_work(self.client.new_project(name="Spring"), name="Teaser")
        for scene in range(SCENES):
            options = f"{ONE_KEY_FRAME} -metadata title={scene}"
            file = sources.numbered(scene * COUNT, COUNT, size=size, options=options)
            slot = f"{self.path}/media/scene/{scene}/video"
            answer = self.client.put(slot, file.read_bytes(), Content_Type="video/mp4")
            assert answer.status == 200
        frame = {"width": size[0], "height": size[1], "fps": FPS}
        state = {"editorData": {"videoTrack": track_of(clips)}, "exportSettings": frame}
        self.client.save(self.path, {"editorState": state})
        self.visit.go(f"{self.path.removeprefix('/api')}/edit")
        self.strip = Strip(self.page)
        expect(self.strip.item("c0")).to_be_visible()
        self.page.evaluate(WATCH)
        until(lambda: self.page.evaluate("shown.at(-1)?.number") == FIRST)  # black until then

    def wait_for(self, number):
        """Wait until the player shows a number; fail if it has shown none meanwhile."""
        until(lambda: self.page.evaluate("shown.at(-1)?.number") == number)
        assert -1 not in self.page.evaluate("shown.map(({ number }) => number)")

    def pull(self, clip, edge, by):
        """Pull an edge, wait for the frame there, and release it.

        Returns the milliseconds from when the pointer rests until the frame is shown.
        """
        self.page.evaluate("shown.splice(0, shown.length - 1)")
        before, item = self.stored(clip), self.strip.item(clip)
        x, y = self.strip.place(item, edge)
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        for step in range(1, STEPS + 1):
            self.page.mouse.move(x + step / STEPS * by * self.strip.scale, y)
        seconds = float(item.evaluate("item => item.style.getPropertyValue('--length')"))
        shorter = before["end"] - before["start"] - seconds
        trim = before["trimStart"] + (shorter if edge == "start" else 0)
        into = round((trim if edge == "start" else trim + seconds) * FPS) - (edge == "end")
        self.wait_for(before["sceneIndex"] * COUNT + into)
        delay = self.page.evaluate("Math.max(0, shown.at(-1).since - rested)")
        self.page.mouse.up()
        assert self.stored(clip)["trimStart"] == pytest.approx(trim, abs=0.001)
        return float(delay)

    def stored(self, clip):
        """Return what is saved of a clip."""
        expect(self.page.locator(".save-status")).to_have_text("Saved")
        track = self.client.get(self.path).json["editorState"]["editorData"]["videoTrack"]
        return next(each for each in track if each["id"] == clip)


def pull_edges(watched, pulls):
    """Pull edges; return the milliseconds until the player showed the frame at each."""
    delays = []
    for pulled in pulls:
        delays.append(watched.pull(*pulled))
        watched.wait_for(FIRST)  # where it was
    return delays


def test_player_shows_the_frame_at_an_edge_that_is_pulled_and_is_never_black(opened, tmp_path):
    watched = Watched(opened, tmp_path, SMALL, 5)

    pull_edges(watched, PULLS)


@pytest.mark.thorough
def test_frame_at_an_edge_is_shown_soon_after_the_pointer_rests(opened, tmp_path):
    """Of 60 clips of 720p with a key frame at their beginning alone."""
    watched = Watched(opened, tmp_path, LARGE, 60)
    watched.page.get_by_role("slider", name="Zoom").fill("60")

    delays = pull_edges(
        watched, [*MORE_PULLS, *((clip, edge, -by) for clip, edge, by in MORE_PULLS)]
    )

    assert statistics.median(delays) <= LATEST, sorted(map(round, delays))
