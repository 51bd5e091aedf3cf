"""Steering the fake vendors, from the test or from another process."""

import http.client
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.service import free_port

_ROOT = Path(__file__).parent.parent.parent


class Vendors:
    """The fake vendors that run on this port of this machine."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"

    @classmethod
    @contextmanager
    def running(cls, port: int = 0) -> Iterator["Vendors"]:
        """Run them in threads of this process."""
        from tests.vendors.server import Server  # only who runs them needs Flask and Pillow

        server = Server(port)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield cls(server.port)
        finally:
            server.stop()
            thread.join()

    @classmethod
    @contextmanager
    def spawned(cls, port: int | None = None) -> Iterator["Vendors"]:
        """Run them as a process of their own, which takes no time of this one's."""
        vendors = cls(port or free_port())
        command = [sys.executable, "-m", "tests.vendors", str(vendors.port)]
        process = subprocess.Popen(command, cwd=_ROOT)
        try:
            vendors.wait_until_up()
            yield vendors
        finally:
            process.terminate()
            process.wait(30)

    def wait_until_up(self) -> None:
        """Wait until they answer. Raises ConnectionRefusedError after ten seconds."""
        deadline = time.monotonic() + 60
        while True:
            try:
                self.requests()
                return
            except ConnectionRefusedError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)

    def environ(self, *, keys: bool = True) -> dict[str, str]:
        """The settings that point the service at these vendors, as environment variables."""
        urls = {"OPENAI_BASE_URL": "/openai/v1", "CLAUDE_BASE_URL": "/claude"}
        urls |= {"GEMINI_BASE_URL": "/gemini", "RUNWAY_BASE_URL": "/runway"}
        found = {name: self.url + path for name, path in urls.items()}
        if keys:
            names = ("OPENAI", "CLAUDE", "GEMINI", "RUNWAY")
            found |= {f"{name}_API_KEY": f"{name.lower()}-key-of-tests" for name in names}
        return found

    def settings(self, *, keys: bool = True) -> dict[str, Any]:
        """The same as arguments for `Settings`."""
        return {name.lower(): value for name, value in self.environ(keys=keys).items()}

    def counts(self) -> list[dict[str, Any]]:
        """What was paid for, in order."""
        return list(self._ask("GET", "/counts"))

    def requests(self) -> list[dict[str, Any]]:
        """Every request, in order."""
        return list(self._ask("GET", "/requests"))

    def tasks(self) -> list[dict[str, Any]]:
        """The clips."""
        return list(self._ask("GET", "/tasks"))

    def rule(self, **fields: Any) -> None:
        """Have something go wrong; the package's docstring lists the fields."""
        self._ask("POST", "/rules", fields)

    def reset(self) -> None:
        """Forget rules, counts, tasks and files."""
        self._ask("POST", "/reset")

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, f"/_control{path}", json.dumps(body))
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        assert answer.status == 200, text
        return json.loads(text)
