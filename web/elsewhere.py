"""Whether a request comes from this machine alone, as far as the settings and its headers tell."""

from urllib.parse import urlsplit

from flask import request

from settings.config import exposure
from settings.setting_values import is_loopback
from web.context import settings

_OF_PROXIES = ("HTTP_FORWARDED", "HTTP_X_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")


def comes_from_elsewhere() -> bool:
    """Return whether the request may come from another machine, or another site's page.

    That is so for all requests if the settings say that others reach the service. A proxy that they
    do not name shows in the request: in its headers, in another host's name, or in HTTP 1.0, which
    nginx speaks unless told otherwise.
    """
    environ = request.environ
    return (
        bool(exposure(settings()))
        or any(name.startswith(_OF_PROXIES) for name in environ)
        or environ.get("SERVER_PROTOCOL") == "HTTP/1.0"
        or not _is_local(f"//{environ.get('HTTP_HOST', '')}")
        or not _is_own_origin(environ.get("HTTP_ORIGIN"))
    )


def _is_own_origin(origin: str | None) -> bool:
    """Return whether a page may speak for this machine: one from it, or that CORS_ORIGINS names."""
    return origin is None or origin in settings().cors_origins or _is_local(origin)


def _is_local(address: str) -> bool:
    try:
        return is_loopback(urlsplit(address).hostname)
    except ValueError:
        return False
