"""The cookies of a browser's session (docs/decisions/0016).

`vidworks_refresh` holds the refresh token, for `POST /api/auth/session` alone; `vidworks_media` a
token that reads the media of the user's projects, for `<img>` and `<video>`. Nothing else is read
from a cookie.
"""

from flask import Response, request

from errors import ForbiddenError

REFRESH, MEDIA = "vidworks_refresh", "vidworks_media"

_PATHS = {REFRESH: "/api/auth/session", MEDIA: "/api"}


def check_origin() -> None:
    """Raise ForbiddenError unless a page of this very service sends the request.

    Its origin includes the port, which cookies and `SameSite` do not distinguish.
    """
    own = f"{request.scheme}://{request.host}"
    if request.headers.get("Origin", "").lower() != own.lower():
        raise ForbiddenError(
            "Cookies are for this service's own pages",
            f"The header Origin must be {own}. Behind a proxy, set TRUSTED_PROXIES.",
        )


def set_cookie(response: Response, name: str, token: str, seconds: int) -> None:
    """Set one of the cookies for this many seconds; over https only, if the request came so."""
    response.set_cookie(
        *(name, token, seconds),
        path=_PATHS[name],
        secure=request.is_secure,
        httponly=True,
        samesite="Strict",
    )


def delete_cookies(response: Response) -> Response:
    """Make the browser forget the cookies; return the response."""
    for name, path in _PATHS.items():
        response.delete_cookie(
            name, path=path, secure=request.is_secure, httponly=True, samesite="Strict"
        )
    return response
