"""Every screen at 200 % zoom and from the right to the left: all is there, nothing overlaps."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import needs_browser
from tests.console import edited_work
from tests.console.visit import Visit
from tests.editor_templates import shapes as templates

pytestmark = [needs_browser, pytest.mark.slow, pytest.mark.thorough]

# Controls that lie on another one, texts that are cut, and what is wider than the page.
FAULTS = """() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    const faults = scrollWidth > clientWidth ? [`${scrollWidth} px wide`] : [];
    const CONTROLS = "button, a, input, select, textarea, summary, output";
    const OVERLAID = ".skip, .card-name a, .pick input, .segment input, .scene-play, .strip *";
    const root = document.querySelector("dialog[open]") ?? document.body;
    const controls = [...root.querySelectorAll(CONTROLS)].filter((each) =>
        each.checkVisibility({ visibilityProperty: true }) && !each.matches(OVERLAID)
        && !each.closest(".player-stage, .visually-hidden, [popover]"));
    const inPage = controls.filter((each) => !each.closest(".header, .work-bar, .toasts"));
    const boxOf = (each) => { // as far as it is not scrolled out of the inspector
        const { left, right, top, bottom } = each.getBoundingClientRect();
        const end = each.closest(".inspector-fields")?.getBoundingClientRect().bottom ?? bottom;
        return { left, right, top, bottom: Math.min(bottom, end) };
    };
    const boxes = inPage.map((each) => [each, boxOf(each)]);
    for (const [index, [one, a]] of boxes.entries()) {
        const isScrolled = one.closest(".tabs, .strip-scroll");
        if (!isScrolled && (a.left < -1 || a.right > clientWidth + 1)) {
            faults.push(`outside: ${one.outerHTML}`);
        }
        for (const [other, b] of boxes.slice(index + 1)) {
            if (one.contains(other) || one.parentElement.matches(".with-button")) continue;
            const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
            const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
            const pair = `${one.outerHTML}, ${other.outerHTML}`;
            if (across > 2 && down > 2) faults.push(`overlap: ${pair}`);
        }
    }
    const LABELS = ".button > span, .tab > span, .nav-link > span";
    for (const label of document.querySelectorAll(LABELS)) {
        if (label.scrollWidth > label.clientWidth + 1 && label.clientWidth > 0) {
            faults.push(`cut: ${label.outerHTML}`);
        }
    }
    return faults.map((each) => each.slice(0, 300));
}"""
VIEWS = {
    "200 % zoom": (640, 400, "ltr"),
    "from the right, wide": (1280, 800, "rtl"),
    "from the right, phone": (390, 800, "rtl"),
}


@pytest.fixture
def screens(visit: Visit, tmp_path: Path, samples: Path) -> dict[str, str]:
    """The addresses of all screens, with usual contents, and what each begins with."""
    client = visit.log_in()
    work = edited_work.create(client, tmp_path)
    path = f"/projects/{work['projectId']}/works/{work['id']}"
    project = f"/projects/{work['projectId']}"
    scenes = [{"scene_index": n, "image_prompt": "A lamp", "duration_seconds": 1} for n in range(3)]
    client.request("PATCH", f"/api{path}", {"scenes": scenes, "productName": "Lamp"})
    template = templates.template(content={"textOverlays": [templates.text_overlay()]})
    assert client.post(f"/api{project}/templates", template).status == 201
    asset = edited_work.upload(client, f"/api{project}/assets", samples / "image.jpg")
    client.post("/api/tokens", {"name": "Scripts", "scopes": ["works:read"]})
    assert (
        client.post(f"/api{path}/export", {"options": {"quality": "draft", "to": 1}}).status == 200
    )
    return {
        "/": "Projects",
        project: "Spring",
        f"{project}/assets": "Assets",
        f"{project}/assets?asset={asset}": "image.jpg",
        f"{project}/templates": "Templates",
        f"{project}/style": "Style",
        f"{project}/team": "Team",
        f"{project}/activity": "Activity",
        path: "What it is about",
        f"{path}/scenes": "3 scenes",
        f"{path}/edit": "Format",
        f"{path}/export": "Exported videos",
        "/jobs": "Jobs",
        "/trash": "Trash",
        "/settings/providers": "Keys",
        "/settings/tokens": "API tokens",
        "/settings/mcp": "Connect an AI assistant",
        "/settings/account": "Account",
    }


def test_zoomed_and_mirrored_screens_are_whole(visit: Visit, screens: dict[str, str]) -> None:
    page, faults = visit.page, []
    for path, heading in screens.items():
        visit.open(path)
        expect(page.get_by_role("heading", name=heading, exact=True).first).to_be_visible()
        expect(page.get_by_text("Loading…")).to_have_count(0)
        for view, (width, height, direction) in VIEWS.items():
            page.set_viewport_size({"width": width, "height": height})
            page.evaluate("direction => document.documentElement.dir = direction", direction)
            faults += [f"{path}, {view}: {each}" for each in page.evaluate(FAULTS)]
    assert faults == []
