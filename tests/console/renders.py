"""Which components of the page are rendered, and how often."""

from playwright.sync_api import Page

_COUNT = """async () => {
    const { options } = await import("preact");
    if (!window.renders) {
        const before = options.__r; // before each rendering of a component
        options.__r = (vnode) => {
            const { name } = vnode.type;
            window.renders[name] = (window.renders[name] ?? 0) + 1;
            before?.(vnode);
        };
    }
    window.renders = {};
}"""


def begin(page: Page) -> None:
    """Count from now on."""
    page.evaluate(_COUNT)


def of(page: Page, component: str) -> int:
    """Return how often a component was rendered since."""
    count: int = page.evaluate("name => window.renders[name] ?? 0", component)
    return count
