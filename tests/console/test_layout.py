"""Every screen at 200 % zoom and from the right to the left: all is there, nothing overlaps."""

import pytest

from tests.browser import needs_browser
from tests.console.every_screen import EveryScreen, wait_until_shown

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


def test_zoomed_and_mirrored_screens_are_whole(visit, console_service, tmp_path, samples):
    screens = EveryScreen(console_service, visit.log_in(), tmp_path, samples)
    page, faults = visit.page, []
    for path in screens.addresses():
        visit.open(path)
        wait_until_shown(page)
        for view, (width, height, direction) in VIEWS.items():
            page.set_viewport_size({"width": width, "height": height})
            page.evaluate("direction => document.documentElement.dir = direction", direction)
            faults += [f"{path}, {view}: {each}" for each in page.evaluate(FAULTS)]
    assert not faults, "\n".join(faults)
