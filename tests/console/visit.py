"""A person at the page: a browser of their own, which records everything that goes wrong."""

from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Page

from tests.browser import TIMEOUT
from tests.console import front
from tests.service import Client, Service

PASSWORD = "correct horse"
ANSWER_HEADERS = {"X-Request-Id": "test"}  # of answers that a test gives in place of the service
_AXE = Path(__file__).with_name("vendor") / "axe.min.js"
_RULES_OF_COLORS = ["color-contrast", "link-in-text-block"]
_TWO_FRAMES = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
# what fades in has little contrast meanwhile; a removed element cancels its animation
_ANIMATIONS_ENDED = """Promise.allSettled(document.getAnimations()
  .filter(one => one.timeline === document.timeline) // not by scrolling: it may never end
  .filter(one => one.effect.getComputedTiming().endTime !== Infinity)
  .map(one => one.finished))"""
_GO = f"""address => {{
    history.pushState(null, "", address);
    dispatchEvent(new PopStateEvent("popstate"));
    return {_TWO_FRAMES};
}}"""
_DISMISS = (
    "for (const each of document.querySelectorAll('.toast > button:last-child')) each.click()"
)
_FORGET_CHOICES = """async () => {
    for (const key of Object.keys(localStorage)) {
        if (!key.startsWith("vidworks.user")) localStorage.removeItem(key);
    }
    const base = new URL(".", document.querySelector("script[type=module]").src);
    const { forgetKept } = await import(new URL("stored.js", base));
    forgetKept();
}"""
# Ends what a left screen still saves: later, it would change what the next test has prepared.
_SAVE = """async () => {
    const base = new URL(".", document.querySelector("script[type=module]").src);
    const { openDocuments } = await import(new URL("documents/document.js", base));
    for (const document of [...openDocuments]) {
        await document.flush();
        document.discard();
    }
}"""
# To which tests listen.
_EVENTS = (
    *("console", "pageerror", "dialog", "download", "popup"),
    *("request", "requestfailed", "requestfinished", "response"),
)
_numbers = count(1)


class Profile:
    """A browser that several people use one after the other, in the same tab.

    The memory of a tab keeps the modules of the page, which takes half of opening it.
    """

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.tab = context.new_page()
        self._blank = context.new_page()
        self._session = context.new_cdp_session(self._blank)

    def clear(self, origin: str) -> None:
        """Close all other tabs, and delete what people have stored, but not the cache."""
        for page in self.context.pages:
            if page not in {self._blank, self.tab}:
                page.close()
        self.context.set_offline(offline=False)
        self._leave()
        self.context.clear_cookies()
        everything = {"origin": origin, "storageTypes": "all"}
        self._session.send("Storage.clearDataForOrigin", everything)

    def _leave(self) -> None:
        """Forget what a test has done to the tab."""
        if self.tab.is_closed():
            self.tab = self.context.new_page()
            return
        page = self.tab._impl_obj  # the API has no list of listeners
        for event in _EVENTS:
            for listener in page.listeners(event):
                page.remove_listener(event, listener)
        self.tab.unroute_all()
        self.tab.on("dialog", _accept)  # asks whether to lose what is not saved
        self.tab.goto("about:blank")
        self.tab.remove_listener("dialog", _accept)
        self.tab.mouse.move(0, 0)
        if (size := self._blank.viewport_size) is not None:
            self.tab.set_viewport_size(size)


def _accept(dialog: Dialog) -> None:
    dialog.accept()


class Visit:
    """A tab. `problems` are errors of scripts, violations of the policy, and foreign requests."""

    def __init__(
        self,
        context: BrowserContext,
        service: Service,
        port: int | None = None,
        tab: Page | None = None,
    ) -> None:
        self.context = context
        self.service = service
        self.origin = f"http://localhost:{port or front.port_of(service)}"  # `port` is a proxy's
        self.path = front.public_path(service)
        number = next(_numbers)
        self.email = f"person{number}@example.com"
        self._address = f"10.0.{number // 256}.{number % 256}"  # each may register few people
        self.problems: list[str] = []
        self._expected: list[str] = []
        self._expected_before: list[str] = []
        self._log_in: str | None = None
        self._scripts: list[Any] = []
        self.page = self._attend(tab or context.new_page())

    @property
    def base(self) -> str:
        """The address of the page."""
        return self.origin + self.path

    def new_tab(self) -> Page:
        """Return another tab of the same browser."""
        return self._attend(self.context.new_page())

    def _attend(self, page: Page) -> Page:
        page.set_default_timeout(TIMEOUT)
        page.on("console", self._note_message)
        page.on("pageerror", lambda error: self.problems.append(f"{error}\n{error.stack}"))
        # To other origins, all requests fail. Being told of all would be a tenth of opening a page.
        event = "request" if self.path else "requestfailed"
        page.on(event, lambda request: self._note_request(request.url))
        if self._log_in is not None:
            page.add_init_script(self._log_in)
        return page

    def open(self, path: str = "/") -> None:
        """Load the page at one of its addresses."""
        self.page.goto(self.base + path)

    def go(self, path: str) -> None:
        """Go to an address as a link of the page does: what is loaded is not loaded anew."""
        self.page.evaluate(_GO, self.path + path)

    def leave(self) -> None:
        """Leave the screen, its messages and choices, so that another test can use the tab."""
        self.page.unroute_all()
        self.go("/trash")
        self.page.evaluate(_SAVE)
        self.page.evaluate(_DISMISS)
        self.page.evaluate(_FORGET_CHOICES)
        problems = [*self.problems]
        self.problems.clear()
        self._expected_before = self._expected  # of a request that is not answered yet
        self._expected = []
        assert problems == []

    def log_in(self, name: str = "Ana") -> Client:
        """Create an account and log the browser in; return a client of the same user."""
        account = {"email": self.email, "password": PASSWORD, "name": name, "cookie": True}
        headers = {"Origin": self.origin, "X-Forwarded-For": self._address}
        answer = self.context.request.post(
            f"{self.base}/api/auth/register", data=account, headers=headers, timeout=TIMEOUT
        )
        assert answer.status == 201, answer.text()
        session: dict[str, Any] = answer.json()
        user = session["user"]["id"]
        self._log_in = f"""if (sessionStorage.visitor !== "{user}") {{
            sessionStorage.visitor = "{user}";
            localStorage.setItem("vidworks.user{self.path}", "{user}");
        }}"""
        self._scripts.append(self.page.add_init_script(self._log_in))
        return self.service.client(session["accessToken"])

    def end(self) -> None:
        """Let the next person who uses the tab not be logged in."""
        for script in self._scripts:
            script.close()

    def expect_problem(self, text: str) -> None:
        """Do not count messages with this text as problems."""
        self._expected.append(text)

    def accessibility_violations(self) -> list[str]:
        """Return what axe finds, in both themes, whose colours alone differ."""
        found = []
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(axe())
        for scheme, rules in (("dark", _RULES_OF_COLORS), ("light", None)):
            # without transitions, in the middle of which colours have no contrast
            self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            self.page.evaluate(_TWO_FRAMES)
            self.page.evaluate(_ANIMATIONS_ENDED)
            only = {"runOnly": {"type": "rule", "values": rules}} if rules else {}
            options = {"resultTypes": ["violations"], **only}
            result = self.page.evaluate("options => axe.run(options)", options)
            for violation in result["violations"]:
                nodes = [(node["target"], node["failureSummary"]) for node in violation["nodes"]]
                found.append(f"{scheme}: {violation['id']}: {nodes}")
        return found

    def _note_message(self, message: ConsoleMessage) -> None:
        texts = (*self._expected, *self._expected_before)
        expected = any(text in message.text for text in texts)
        if message.type in {"error", "warning"} and not expected:
            self.problems.append(f"{message.text} {message.location}")

    def _note_request(self, url: str) -> None:
        if not f"{url}/".startswith((f"{self.base}/", "data:", "blob:")):
            self.problems.append(f"foreign request: {url}")


@cache
def axe() -> str:
    """Return the source of axe."""
    return _AXE.read_text(encoding="utf-8")


# Someone in an opened tab, a client of theirs, and the page that they see.
Opened = tuple[Visit, Client, Page]
