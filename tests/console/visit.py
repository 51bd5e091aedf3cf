"""A person at the page: a browser of their own, which records everything that goes wrong."""

from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Page

from tests.browser import TIMEOUT
from tests.service import Client, Service

PASSWORD = "correct horse"
ANSWER_HEADERS = {"X-Request-Id": "test"}  # of answers that a test gives in place of the service
_AXE = Path(__file__).with_name("vendor") / "axe.min.js"
_RULES_OF_COLORS = ["color-contrast", "link-in-text-block"]
_TWO_FRAMES = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
_numbers = count(1)


class Profile:
    """A browser that several people use one after the other."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self._blank = context.new_page()
        self._session = context.new_cdp_session(self._blank)

    def clear(self, origin: str) -> None:
        """Close all tabs, and delete what they have stored, but not the cache."""
        for page in self.context.pages:
            if page != self._blank:
                page.close()
        self.context.set_offline(offline=False)
        self.context.clear_cookies()
        everything = {"origin": origin, "storageTypes": "all"}
        self._session.send("Storage.clearDataForOrigin", everything)


class Visit:
    """A tab. `problems` are errors of scripts, violations of the policy, and foreign requests."""

    def __init__(self, context: BrowserContext, service: Service, port: int | None = None) -> None:
        self.context = context
        self.service = service
        self.origin = f"http://localhost:{port or service.port}"  # `port` is a proxy's
        number = next(_numbers)
        self.email = f"person{number}@example.com"
        self._address = f"10.0.{number // 256}.{number % 256}"  # each may register few people
        self.problems: list[str] = []
        self._expected: list[str] = []
        self._script = "// nobody is logged in"
        self.page = self.new_tab()

    def new_tab(self) -> Page:
        """Return another tab of the same browser."""
        page = self.context.new_page()
        page.set_default_timeout(TIMEOUT)
        page.on("console", self._note_message)
        page.on("pageerror", lambda error: self.problems.append(f"{error}\n{error.stack}"))
        page.on("request", lambda request: self._note_request(request.url))
        page.add_init_script(self._script)
        return page

    def open(self, path: str = "/") -> None:
        """Go to an address of the page."""
        self.page.goto(self.origin + path)

    def log_in(self, name: str = "Ana") -> Client:
        """Create an account and log the browser in; return a client of the same user."""
        account = {"email": self.email, "password": PASSWORD, "name": name, "cookie": True}
        headers = {"Origin": self.origin, "X-Forwarded-For": self._address}
        answer = self.context.request.post(
            f"{self.origin}/api/auth/register", data=account, headers=headers
        )
        assert answer.status == 201, answer.text()
        session: dict[str, Any] = answer.json()
        self._script = f"""if (!sessionStorage.visited) {{
            sessionStorage.visited = "yes";
            localStorage.setItem("vidworks.user", "{session["user"]["id"]}");
        }}"""
        self.page.add_init_script(self._script)
        return self.service.client(session["accessToken"])

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
            only = {"runOnly": {"type": "rule", "values": rules}} if rules else {}
            options = {"resultTypes": ["violations"], **only}
            result = self.page.evaluate("options => axe.run(options)", options)
            for violation in result["violations"]:
                nodes = [(node["target"], node["failureSummary"]) for node in violation["nodes"]]
                found.append(f"{scheme}: {violation['id']}: {nodes}")
        return found

    def _note_message(self, message: ConsoleMessage) -> None:
        expected = any(text in message.text for text in self._expected)
        if message.type in {"error", "warning"} and not expected:
            self.problems.append(f"{message.text} {message.location}")

    def _note_request(self, url: str) -> None:
        if not url.startswith((f"{self.origin}/", "data:", "blob:")):
            self.problems.append(f"foreign request: {url}")


@cache
def axe() -> str:
    """Return the source of axe."""
    return _AXE.read_text(encoding="utf-8")
