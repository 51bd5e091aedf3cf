"""What a finger meets that taps on the controls of a page."""

from playwright.sync_api import Page

# Returns which controls of a dialog, menu or drawer, or else of the page and its menus, are not
# what is at their own middle and around it once they are scrolled to the middle of the window.
_MISSED = """async () => {
    const CONTROLS = `button, a[href], input, select, textarea, summary, video[controls],
        [role=button], [role=slider], [role=separator], [role=tab], [tabindex="0"]`;
    const LEFT_OUT = ":disabled, [inert] *, .skip:not(:focus), [aria-hidden=true] *";
    const DRAWER = ".desk-bin"; // beside the page in wide windows, above it in narrow ones
    const MIDDLE = [0.5, 0.5];
    const AROUND = [[0.25, 0.25], [0.75, 0.25], [0.25, 0.75], [0.75, 0.75]];
    const last = (selector) => [...document.querySelectorAll(selector)].at(-1);
    const isSeen = (each) => each.checkVisibility({ visibilityProperty: true })
        && getComputedStyle(each).pointerEvents !== "none";
    const isDrawn = (each) => getComputedStyle(each).opacity !== "0"
        && !each.closest(".visually-hidden");
    const nameOf = (each) => each.ariaLabel || each.labels?.[0]?.innerText || each.innerText || "";
    // A smaller control that is to be seen there, such as a transition on two clips.
    const isControlAt = (hit, x, y) => {
        const box = hit?.closest(CONTROLS)?.getBoundingClientRect();
        return box && x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
    };
    const told = (each) => {
        if (!each) return "nothing: it is out of view";
        const name = nameOf(each).trim().slice(0, 40);
        return `<${each.localName} class="${each.getAttribute("class") ?? ""}"> “${name}”`;
    };
    const missed = (control) => {
        const labels = [...(control.labels ?? [])];
        const target = isDrawn(control) ? control : labels[0];
        if (!target) return control.tabIndex < 0 ? [] : [`${told(control)} cannot be tapped`];
        target.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
        const box = target.getClientRects()[0]; // of the first line of a link
        const isOwn = (hit) => hit && [control, ...labels].some((each) => each.contains(hit));
        const places = control.closest(".strip") ? [MIDDLE] : [MIDDLE, ...AROUND]; // it is zoomed
        for (const [across, down] of places) {
            const place = [box.left + box.width * across, box.top + box.height * down];
            const hit = document.elementFromPoint(...place);
            const isMissed = !isOwn(hit) && (across === 0.5 || !isControlAt(hit, ...place));
            if (isMissed) return [`${told(control)} at ${across}, ${down}: ${told(hit)}`];
        }
        return [];
    };
    const missedIn = (root) => [...root.querySelectorAll(CONTROLS)]
        .filter((each) => !each.matches(LEFT_OUT) && isSeen(each)).flatMap(missed);

    for (const each of document.querySelectorAll("details")) each.open = true;
    const root = last(":popover-open") ?? last("dialog:modal") ?? last(DRAWER) ?? document.body;
    const result = missedIn(root);
    for (const button of root.querySelectorAll("[popovertarget]:enabled")) {
        if (!isSeen(button)) continue;
        const menu = button.popoverTargetElement;
        button.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
        const opened = new Promise((done) => menu.addEventListener("toggle", done, { once: true }));
        button.click();
        await opened; // it is at its place then
        result.push(...missedIn(menu));
        menu.hidePopover();
    }
    return result;
}"""


def missed_controls(page: Page) -> list[str]:
    """Return the controls that a tap on them misses, each with what it meets instead."""
    found: list[str] = page.evaluate(_MISSED)
    return found
