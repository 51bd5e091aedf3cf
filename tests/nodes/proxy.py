"""nginx in front of two nodes, with the configuration in deploy/."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests import nginx
from tests.service import ROOT, free_port


@contextmanager
def running(directory: Path, ports: Sequence[int]) -> Iterator[int]:
    """Yield the port of an nginx in front of services on these ports."""
    port = free_port()
    site = (ROOT / "deploy" / "nginx-two-nodes.conf").read_text()
    for old, new in {
        "listen 8080": f"listen 127.0.0.1:{port}",
        ":3001": f":{ports[0]}",
        ":3002": f":{ports[1]}",
    }.items():
        site = site.replace(old, new)
    with nginx.running(directory, site, port):
        yield port
