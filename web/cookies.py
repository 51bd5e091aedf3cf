"""The cookies of a browser's session (docs/decisions/0016).

`vidworks_refresh` holds the refresh token, for `POST /api/auth/session` alone; `vidworks_media` a
token that reads the media of the user's projects, for `<img>` and `<video>`. Beside these, only the
page's language is read from a cookie (console/routes.py).
"""

from urllib.parse import urlsplit

from flask import Response, request

from errors import ForbiddenError
from web.context import settings

REFRESH, MEDIA = "vidworks_refresh", "vidworks_media"

_PATHS = {REFRESH: "/api/auth/session", MEDIA: "/api"}


def check_origin() -> None:
    """Raise ForbiddenError unless a page of this very service sends the request.

    Its origin includes the port, which cookies and `SameSite` do not distinguish.
    """
    own, public = f"{request.scheme}://{request.host}", urlsplit(settings().public_url)
    if _origin() not in {own.lower(), f"{public.scheme}://{public.netloc}".lower()}:
        raise ForbiddenError(
            "Cookies are for this service's own pages",
            f"The header Origin must be {own}. Behind a proxy, set TRUSTED_PROXIES and PUBLIC_URL.",
        )


def set_cookie(response: Response, name: str, token: str, seconds: int) -> None:
    """Set one of the cookies for this many seconds; over https only, if the request came so."""
    response.set_cookie(
        *(name, token, seconds),
        path=request.script_root + _PATHS[name],
        secure=_is_secure(),
        httponly=True,
        samesite="Strict",
    )


def delete_cookies(response: Response) -> Response:
    """Make the browser forget the cookies; return the response."""
    for name, path in _PATHS.items():
        response.delete_cookie(
            name,
            path=request.script_root + path,
            secure=_is_secure(),
            httponly=True,
            samesite="Strict",
        )
    return response


def _origin() -> str:
    return request.headers.get("Origin", "").lower()


def _is_secure() -> bool:
    """Return whether the browser sent the request over https, to a proxy or to this service."""
    return request.is_secure or _origin().startswith("https:")
