"""Control of the fake vendors from the test or from another process."""

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

from providers.models import vendors
from tests.service import free_port

_ROOT = Path(__file__).parent.parent.parent


class Vendors:
    """The fake vendors on this port of the local host."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"

    @classmethod
    @contextmanager
    def running(cls, port: int = 0, stop_seconds: float = 0.01) -> Iterator["Vendors"]:
        """Run the server in threads of this process; it looks so often whether it is to stop."""
        from tests.vendors.server import Server  # imports Flask and Pillow, which clients need not

        server = Server(port)
        thread = threading.Thread(target=server.serve_forever, args=(stop_seconds,))
        thread.start()
        try:
            yield cls(server.port)
        finally:
            server.stop()
            thread.join()

    @classmethod
    @contextmanager
    def spawned(cls, port: int | None = None) -> Iterator["Vendors"]:
        """Run the server as a separate process, so that it does not slow down this one."""
        vendors = cls(port or free_port())
        command = [sys.executable, "-m", "tests.vendors", str(vendors.port)]
        process = subprocess.Popen(command, cwd=_ROOT)
        try:
            vendors.wait_until_up()
            yield vendors
        finally:
            process.terminate()
            process.wait(120)

    def wait_until_up(self) -> None:
        """Wait until the server responds. Raises ConnectionRefusedError after two minutes."""
        deadline = time.monotonic() + 120
        while True:
            try:
                self.requests()
                return
            except ConnectionRefusedError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)

    def environ(self, *, keys: bool = True) -> dict[str, str]:
        """Return environment variables with the base URLs and keys of these vendors."""
        paths = {"openai": "/openai/v1"}
        urls = {name: self.url + paths.get(name, f"/{name}") for name in vendors()}
        variables = {f"{name.upper()}_BASE_URL": url for name, url in urls.items()}
        if keys:
            variables |= {f"{name.upper()}_API_KEY": f"{name}-key-of-tests" for name in urls}
        return variables

    def settings(self, *, keys: bool = True) -> dict[str, Any]:
        """Return the same as arguments for `Settings`."""
        return {name.lower(): value for name, value in self.environ(keys=keys).items()}

    def counts(self) -> list[dict[str, Any]]:
        """Return the paid calls, oldest first."""
        return list(self._send("GET", "/counts"))

    def requests(self) -> list[dict[str, Any]]:
        """Return all requests, oldest first."""
        return list(self._send("GET", "/requests"))

    def tasks(self) -> list[dict[str, Any]]:
        """Return the video tasks."""
        return list(self._send("GET", "/tasks"))

    def rule(self, **fields: Any) -> None:
        """Add a rule; the docstring of the package documents the fields."""
        self._send("POST", "/rules", fields)

    def release(self) -> None:
        """Let requests be answered, and tasks finish, that wait for this."""
        self._send("POST", "/release")

    def reset_rules(self) -> None:
        """Remove the rules only."""
        self._send("POST", "/reset-rules")

    def reset(self) -> None:
        """Remove rules, records, tasks and files."""
        self._send("POST", "/reset")

    def _send(self, method: str, path: str, body: Any = None) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, f"/_control{path}", json.dumps(body))
            response = connection.getresponse()
            text = response.read()
        finally:
            connection.close()
        assert response.status == 200, text
        return json.loads(text)
