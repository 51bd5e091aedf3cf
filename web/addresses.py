"""The service's own addresses, as its clients know them: PUBLIC_URL and its path."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import request

from schemas.lists import join
from settings.config import Settings
from web.context import settings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def base_address() -> str:
    """Return the base of all absolute addresses: PUBLIC_URL, or else what the request says.

    It is "" if the header Host is missing or invalid: addresses are paths then.
    """
    return settings().public_url or (request.host_url.rstrip("/") if request.host else "")


def absolute(path: str) -> str:
    """Return the absolute address of a path of this service, such as `/api/jobs/job_…`."""
    return join(base_address(), path)


def own_path(address: str) -> str:
    """Return the path of an address of this service; any other address stays as it is."""
    origins = [f"{scheme}://{request.host}" for scheme in ("http", "https")]
    below = [origin + request.script_root for origin in origins]
    for base in (settings().public_url, *below, request.script_root, *origins):
        if base and address.startswith(f"{base}/"):
            return address.removeprefix(base)
    return address


def public_path(current: Settings) -> str:
    """Return the path of PUBLIC_URL, such as `/vidworks`; "" if there is none."""
    return urlsplit(current.public_url).path


class PublicPath:
    """Serves an application below a path such as `/vidworks`, and at the root."""

    def __init__(self, app: "WSGIApplication", path: str) -> None:
        self._app = app
        self._path = path

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> "Iterable[bytes]":
        """Call the application with its own path in SCRIPT_NAME, and the rest in PATH_INFO."""
        path: Any = environ.get("PATH_INFO", "")
        if path == self._path or path.startswith(f"{self._path}/"):
            path = path.removeprefix(self._path)
        own = {"SCRIPT_NAME": self._path, "PATH_INFO": path or "/"}
        return self._app({**environ, **own}, start_response)
