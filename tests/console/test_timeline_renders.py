"""What is rendered again while an edge is pulled on a timeline of many clips."""

from playwright.sync_api import expect

from tests.browser import needs_browser
from tests.console import renders
from tests.console.strip import Strip

pytestmark = needs_browser

COUNT = 300
SECONDS = 2
MOVES = 4
# parts of the editor that show nothing of what moves
UNMOVED = ("Edit", "Desk", "Bin", "TemplateMenu", "MusicMenu", "Mute", "Menu", "Opening")


def test_pulled_edge_renders_only_what_moves(opened, edited):
    visit, client, page = opened
    clips = [
        {"id": f"c{n}", "start": n * SECONDS, "end": (n + 1) * SECONDS, "sceneIndex": n % 2}
        for n in range(COUNT)
    ]
    state = {"editorData": {"videoTrack": clips}}
    assert client.put(edited, {"editorState": state}).status == 200
    visit.go(f"{edited.removeprefix('/api')}/edit")
    strip = Strip(page)
    expect(strip.item("c0")).to_be_visible()
    page.get_by_role("slider", name="Zoom").fill("60")
    last = strip.item(f"c{COUNT - 1}")
    page.get_by_role("slider", name="Time", exact=True).press("End")
    expect(last).to_be_in_viewport()
    strip.pull(last, -0.4, "end")
    x, y = strip.place(last, "end")
    renders.begin(page)

    for move in range(1, MOVES + 1):
        page.mouse.move(x - move * 0.1 * strip.scale, y)
        page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")

    # a busy machine may render it twice for a move
    assert 1 <= renders.of(page, "Item") <= 2 * MOVES
    assert {name: renders.of(page, name) for name in UNMOVED} == dict.fromkeys(UNMOVED, 0)
    page.keyboard.press("Escape")
    page.mouse.up()
