"""nginx in tests: in front of the service, with the configurations that the project documents."""

import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import programs
from tests.service import ROOT

_DEADLINE_SECONDS = 120
_FOLDERS = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def documented_site(port: int, service_port: int, path: str = "", redirecting: int = 0) -> str:
    """Return the site of docs/deployment.md without TLS, as the page changes it for a path.

    The server of port 80 listens on `redirecting`, or is left out.
    """
    page = (ROOT / "docs" / "deployment.md").read_text()
    [servers] = re.findall(r"```nginx\n(.*?)```", page, re.DOTALL)
    _, redirect, tls = re.split(r"^ *server \{\n", servers, flags=re.MULTILINE)
    site = f"server {{\n{tls}"
    if redirecting:
        site += f"server {{\n{redirect}".replace("listen 80;", f"listen 127.0.0.1:{redirecting};")
    site = re.sub(r"ssl_certificate.*;", "", site)
    site = re.sub(r"(location (?:~\*? \^)?)/(?!metrics)", rf"\1{path}/", site)
    site = site.replace("listen 443 ssl;", f"listen 127.0.0.1:{port};")
    return site.replace("127.0.0.1:3001", f"127.0.0.1:{service_port}")


@contextmanager
def running(directory: Path, site: str, port: int) -> Iterator[None]:
    """Run nginx with a site, which listens on a port; its logs are in the directory."""
    folders = "".join(f"{name}_temp_path {directory}/{name};" for name in _FOLDERS)
    user = "user root;" if os.geteuid() == 0 else ""
    (directory / "nginx.conf").write_text(
        f"daemon off; {user} pid {directory}/pid; error_log {directory}/error.log; events {{}}"
        f" http {{ access_log {directory}/access.log; {folders}\n{site} }}"
    )
    nginx = str(programs.find("nginx"))
    command = [nginx, "-c", str(directory / "nginx.conf"), "-p", str(directory)]
    process = subprocess.Popen(command)
    try:
        _wait_for(port)
        yield
    finally:
        process.terminate()
        process.wait(_DEADLINE_SECONDS)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + _DEADLINE_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        else:
            return
