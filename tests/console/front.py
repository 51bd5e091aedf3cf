"""Where browsers reach a service: at its port, or below the path of PUBLIC_URL, through nginx.

`PUBLIC_URL=http://localhost/vidworks pytest tests/console` runs all tests of the page below a path.
"""

import atexit
import os
import tempfile
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from tests import nginx
from tests.service import Service, free_port

_running = ExitStack()
atexit.register(_running.close)


def public_path(service: Service) -> str:
    """Return the path of the service's PUBLIC_URL, which may be in the environment of all."""
    url = service.settings.get("PUBLIC_URL", os.environ.get("PUBLIC_URL", ""))
    return urlsplit(str(url)).path


def port_of(service: Service) -> int:
    """Return the port that browsers use: with a path, that of an nginx in front of the service."""
    path = public_path(service)
    return _nginx(service.port, path) if path else service.port


@cache
def _nginx(service_port: int, path: str) -> int:
    port = free_port()
    directory = Path(_running.enter_context(tempfile.TemporaryDirectory()))
    site = nginx.documented_site(port, service_port, path)
    # people come from addresses that they say, as one address may register few
    site = site.replace("X-Forwarded-For $remote_addr", "X-Forwarded-For $http_x_forwarded_for")
    _running.enter_context(nginx.running(directory, site, port))
    return port
