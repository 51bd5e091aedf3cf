"""Names of 500 characters, right-to-left text and markup in every field, on every screen."""

import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser import TIMEOUT, needs_browser
from tests.console import edited_work
from tests.service import Client
from tests.works import shapes as works
from tests.works.templates import shapes as templates

pytestmark = [needs_browser, pytest.mark.slow]

HEBREW = "שלום עולם"
HOSTILE = f'{HEBREW} <script>alert(1)</script> <img src=x onerror="alert(2)"> '
WIDTHS = (1280, 390)
# What is wrong with how hostile texts are shown and typed.
FAULTS = """hebrew => {
    const faults = [];
    const direction = (element) => element.closest("[dir], bdi")?.getAttribute("dir") ?? "auto";
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const { data, parentElement: parent } = texts.currentNode;
        if (!data.includes(hebrew) || parent.closest("svg, textarea, .player-text")) continue;
        if (!parent.closest("[dir], bdi") || direction(parent) !== "auto") {
            faults.push(`no direction: ${parent.outerHTML.slice(0, 120)}`);
        }
    }
    for (const field of document.querySelectorAll("input, textarea")) {
        if (field.value.includes(hebrew) && field.dir !== "auto" && field.tabIndex >= 0) {
            faults.push(`no direction: ${field.outerHTML.slice(0, 120)}`);
        }
    }
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) {
        const wide = [...document.querySelectorAll("main *, header *")]
            .filter((each) => each.getBoundingClientRect().right > clientWidth + 1);
        const tags = wide.slice(0, 3).map((each) => each.outerHTML.slice(0, 120));
        faults.push(`wider than the page: ${tags}`);
    }
    return faults;
}"""


def long(length: int, filler: str = "w") -> str:
    """Return a hostile text of a length, by default without spaces where a line could end."""
    return (HOSTILE + filler * length)[:length].strip()


NAME = long(500)


@pytest.fixture
def screens(visit, samples):
    """Addresses of screens, whose fields all have hostile texts, and what there has them."""
    client = visit.log_in(long(200))
    project = fill_project(client)
    asset = edited_work.upload(client, f"{project}/assets", samples / "image.png")
    meta = {"name": NAME, "description": long(900, "word "), "tags": [long(100), long(99)]}
    assert client.request("PATCH", f"{project}/assets/{asset}", meta).status == 200
    overlay = templates.text_overlay(text=NAME)
    body = {"name": NAME, "description": NAME, "content": {"textOverlays": [overlay]}}
    template = client.post(f"{project}/templates", body).json["id"]
    work = client.new_work(project, name=NAME)
    fill_work(client, work, asset)
    picture = (samples / "image.png").read_bytes()
    client.put(f"{work}/media/scene/0/image", picture, Content_Type="image/png")
    client.post(f"{work}/jobs", {"kind": "scenes", "sceneIndexes": [1]})
    client.post("/api/tokens", {"name": long(100), "scopes": ["works:read"]})
    invitation = client.post(f"{project}/invitations", {"role": "editor"}).json["url"]
    path, project = work.removeprefix("/api"), project.removeprefix("/api")
    return {
        "/": "link",
        project: "link",
        f"{project}/assets": "link",
        f"{project}/assets?asset={asset}": "dialog",
        f"{project}/templates": "link",
        f"{project}/templates?template={template}": "dialog",
        f"{project}/style": "textbox",
        f"{project}/team": "listitem",
        f"/#{invitation.partition('#')[2]}": "heading",
        path: "textbox",
        f"{path}/scenes": "textbox",
        f"{path}/edit": "group",
        f"{path}/export": "form",
        "/jobs": "link",
        "/settings/tokens": "listitem",
        "/settings/account": "definition",
    }


def fill_project(client: Client) -> str:
    """Create a project with hostile texts; return its path."""
    guide = dict.fromkeys(("tone", "tempo", "camera_style", "brand_voice"), NAME)
    lists = {"must_include": [NAME, long(400, "word ")], "must_avoid": [NAME]}
    return client.new_project(name=NAME, styleGuide={**guide, **lists}, knowledge=NAME)


def fill_work(client: Client, work: str, asset: str) -> None:
    """Write hostile texts into all fields of a work."""
    texts = ("productName", "productDescription", "targetAudience", "language")
    prompts = ("systemPrompt", "imageSystemPrompt", "videoSystemPrompt", "analyzerPrompt")
    scene = dict.fromkeys(("image_prompt", "video_prompt", "negative_prompt", "text_overlay"), NAME)
    analysis = {**works.analysis(), "overall_tone": NAME, "tempo": NAME, "color_palette": [NAME]}
    analysis["scenes"][0]["description"] = NAME
    timeline = {"textTrack": [works.action("title")], "videoTrack": []}
    fields = {
        **dict.fromkeys((*texts, *prompts), NAME),
        "analysis": analysis,
        "scenes": [works.scene(0, **scene), works.scene(1, image_prompt=long(900, "word "))],
        "selectedAssetIds": [asset],
        "editorState": {
            "editorData": timeline,
            "textOverlays": {"title": works.text_overlay(text=NAME)},
        },
    }
    answer = client.request("PATCH", work, fields)
    assert answer.status == 200, answer.body


def faults_of(page: Page) -> list[str]:
    """Return the faults of what a page shows, once it has had time to lay itself out."""
    deadline = time.monotonic() + TIMEOUT / 1000
    while (faults := page.evaluate(FAULTS, HEBREW)) and time.monotonic() < deadline:
        page.wait_for_timeout(100)
    return list(faults)


def test_hostile_texts_are_only_texts_on_every_screen(visit, screens):
    page = visit.page
    page.on("dialog", lambda dialog: visit.problems.append(f"it ran: {dialog.message}"))
    faults = []
    visit.open()
    for path, role in screens.items():
        page.set_viewport_size({"width": WIDTHS[0], "height": 800})
        visit.go(path)
        expect(page.get_by_role(role).filter(visible=True).first).to_be_visible()
        expect(page.get_by_text("Loading…")).to_have_count(0)
        page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            faults += [f"{path} {width}: {each}" for each in faults_of(page)]
    assert faults == []


def test_questions_and_messages_hold_hostile_texts(visit):
    client, page = visit.log_in(), visit.page
    project = client.new_project(name=NAME)
    client.new_work(project, name=NAME)
    visit.open()
    page.set_viewport_size({"width": 390, "height": 800})
    faults = []

    page.get_by_role("button", name="Actions for").click()
    page.get_by_role("menuitem", name="Delete").click()
    expect(page.get_by_role("dialog").get_by_role("listitem")).to_contain_text(HEBREW)
    faults += faults_of(page)
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("log")).to_contain_text(HEBREW)
    faults += faults_of(page)
    assert faults == []
