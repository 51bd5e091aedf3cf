"""One node: a service on a mount of the volume."""

import os
import signal
from typing import Any

from tests.nodes.volume import Mount
from tests.service import Service


class Node(Service):
    """A service on a mount, whose log is elsewhere: the mount may die."""

    def __init__(self, mount: Mount, name: str, **settings: Any) -> None:
        users = {"REGISTRATION": "open", "SERVER_KEY_USERS": "*"}
        super().__init__(mount.path / "data", NODE=name, **users, **settings)
        self.mount = mount
        self.log = mount.path.parent / f"{name}-service.log"

    def kill(self) -> None:
        """Send SIGKILL to all processes; the other node goes on using the data directory."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(30)
