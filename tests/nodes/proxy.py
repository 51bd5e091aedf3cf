"""nginx in front of nodes: it sends a request to the other one if one says 503."""

import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests import programs
from tests.service import free_port

_DEADLINE_SECONDS = 30
_PATHS = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


@contextmanager
def running(directory: Path, ports: Sequence[int]) -> Iterator[int]:
    """Yield the port of an nginx in front of services on these ports."""
    port = free_port()
    servers = "".join(f"server 127.0.0.1:{each} fail_timeout=2s;" for each in ports)
    paths = "".join(f"{name}_temp_path {directory}/{name};" for name in _PATHS)
    user = "user root;" if os.geteuid() == 0 else ""
    (directory / "nginx.conf").write_text(
        f"daemon off; {user} pid {directory}/pid; error_log {directory}/error.log; events {{}}"
        f" http {{ access_log off; {paths} upstream nodes {{ {servers} }}"
        f" server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://nodes;"
        f" proxy_next_upstream error timeout http_503; }} }} }}"
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
