"""nginx in front of two nodes, with the configuration in deploy/."""

import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests import programs
from tests.service import ROOT, free_port

_DEADLINE_SECONDS = 30
_PATHS = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


@contextmanager
def running(directory: Path, ports: Sequence[int]) -> Iterator[int]:
    """Yield the port of an nginx in front of services on these ports."""
    port = free_port()
    server = (ROOT / "deploy" / "nginx.conf").read_text()
    for old, new in {
        "listen 8080": f"listen 127.0.0.1:{port}",
        ":3001": f":{ports[0]}",
        ":3002": f":{ports[1]}",
    }.items():
        server = server.replace(old, new)
    paths = "".join(f"{name}_temp_path {directory}/{name};" for name in _PATHS)
    user = "user root;" if os.geteuid() == 0 else ""
    (directory / "nginx.conf").write_text(
        f"daemon off; {user} pid {directory}/pid; error_log {directory}/error.log; events {{}}"
        f" http {{ access_log off; {paths}\n{server} }}"
    )
    nginx = str(programs.find("nginx"))
    command = [nginx, "-c", str(directory / "nginx.conf"), "-p", str(directory)]
    process = subprocess.Popen(command)
    try:
        deadline = time.monotonic() + _DEADLINE_SECONDS
        while not (directory / "pid").exists():
            assert time.monotonic() < deadline
            time.sleep(0.02)
        yield port
    finally:
        process.terminate()
        process.wait(_DEADLINE_SECONDS)
