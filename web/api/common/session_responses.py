"""Responses with the tokens of a session: in the body, or for browsers in cookies."""

from typing import Any

from flask import Response

from accounts import users
from web import cookies
from web.context import services
from web.payloads import json_response


def token_pair(user_id: str, session: int, refreshes: int = 0) -> dict[str, str]:
    """Return an access and a refresh token of a session that was refreshed so many times."""
    return {
        "accessToken": _access_token(user_id, session),
        "refreshToken": services().signer.sign(
            "refresh", user_id, session=session, refreshes=refreshes
        )[0],
    }


def session_response(
    user: users.User, session: int, *, cookie: bool, status: int = 200
) -> Response:
    """Return a user and the tokens of a new session; with `cookie`, as a browser gets them."""
    if cookie:
        return browser_response(user, session, status=status)
    body: dict[str, Any] = {"user": users.to_public(user), **token_pair(user["id"], session)}
    return json_response(body, status)


def browser_response(
    user: users.User, session: int, refreshes: int = 0, status: int = 200
) -> Response:
    """Return a user and an access token; the refresh token and the media token are cookies."""
    signer, user_id = services().signer, user["id"]
    body = {"user": users.to_public(user), "accessToken": _access_token(user_id, session)}
    response = json_response(body, status)
    refresh, _ = signer.sign("refresh", user_id, session=session, refreshes=refreshes)
    media, _ = signer.sign("media_cookie", user_id, session=session)
    cookies.set_cookie(response, cookies.REFRESH, refresh, signer.seconds("refresh"))
    cookies.set_cookie(response, cookies.MEDIA, media, signer.seconds("media_cookie"))
    return response


def _access_token(user_id: str, session: int) -> str:
    return services().signer.sign("access", user_id, session=session)[0]
