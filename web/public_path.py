"""The path of PUBLIC_URL: requests may have it, or a proxy in front may have removed it."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


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
