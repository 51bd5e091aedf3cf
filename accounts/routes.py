"""Registration, login and tokens."""

from typing import Any

from flask import Response, g, request

from accounts import sessions, throttling, tokens, users
from accounts.media_tokens import sign_media_token
from accounts.passwords import hashing_turn
from projects import service as projects
from schemas.accounts import (
    CreatedTokenSchema,
    LoginSchema,
    LogoutSchema,
    MediaTokenSchema,
    NewMediaTokenSchema,
    NewTokenSchema,
    RefreshSchema,
    RegisterSchema,
    SessionSchema,
    TokenMetaSchema,
    TokenPairSchema,
    UserSchema,
)
from web.api import Blueprint
from web.context import services, settings, store, user_id
from web.errors import ForbiddenError, UnauthorizedError
from web.guard import public, requires
from web.payloads import json_response

blp = Blueprint("accounts", __name__, url_prefix="/api", description="Users, sessions and tokens")


@blp.route("/auth/register", methods=["POST"])
@public
@blp.response(201, SessionSchema, errors=(403, 409, 429))
@blp.json_body(RegisterSchema())
def register(body: dict[str, Any]) -> Response:
    """Create an account and log in."""
    if settings().registration == "closed":
        raise ForbiddenError("Registration is closed", "Ask the administrator of this server.")
    throttling.count_registration(store(), _address())
    with hashing_turn(services(), _address()):
        user = users.register(store(), body["email"], body["password"], body["name"])
    return json_response(_session(user), 201)


@blp.route("/auth/login", methods=["POST"])
@public
@blp.response(200, SessionSchema, errors=(401, 429))
@blp.json_body(LoginSchema(), stores=False)
def login(body: dict[str, Any]) -> Response:
    """Log in with email and password."""
    user_id = users.id_of(body["email"])
    throttling.check_login(store(), user_id, _address())  # before waiting
    with hashing_turn(services(), _address()):
        throttling.check_login(store(), user_id, _address())  # now that earlier ones are counted
        try:
            user = users.check_password(store(), body["email"], body["password"])
        except UnauthorizedError:
            throttling.count_failed_login(store(), user_id, _address())
            raise
    throttling.reset_failed_logins(store(), user_id, _address())
    return json_response(_session(user))


@blp.route("/auth/refresh", methods=["POST"])
@public
@blp.response(200, TokenPairSchema, errors=(401,))
@blp.json_body(RefreshSchema(), stores=False)
def refresh(body: dict[str, Any]) -> Response:
    """Exchange a refresh token for a new pair of tokens.

    A refresh token can be used once. A second use ends the session, unless it follows within
    seconds.
    """
    signer = services().signer
    claims = signer.verify(body["refreshToken"], "refresh")
    expiry_ms = 1000 * signer.expiry("refresh")
    refreshes = sessions.use_refresh_token(store(), claims, expiry_ms)
    return json_response(_token_pair(claims["sub"], claims["session"], refreshes))


@blp.route("/auth/logout", methods=["POST"])
@requires()
@blp.response(204, errors=(403,))
@blp.json_body(LogoutSchema(), required=False, stores=False)
def logout(body: dict[str, Any]) -> Response:
    """End the session of the access token, with all of its tokens.

    With an API token this returns 403: delete it instead.
    """
    if g.identity.session is None:
        raise ForbiddenError("Only an access token can log out", "Delete an API token instead.")
    if body["everywhere"]:
        sessions.end_all(store(), user_id())
    else:
        sessions.end(store(), user_id(), g.identity.session)
    return Response(status=204)


@blp.route("/auth/me", methods=["GET"])
@requires()
@blp.response(200, UserSchema)
def get_me() -> Response:
    """Get the current user."""
    return json_response(users.get(store(), user_id()))


@blp.route("/tokens", methods=["GET"])
@requires()
@blp.response(200, TokenMetaSchema(many=True))
def list_tokens() -> Response:
    """List API tokens, newest first; with an API token, only those without other scopes."""
    return json_response(tokens.list_metadata(store(), user_id(), g.identity.scopes))


@blp.route("/tokens", methods=["POST"])
@requires()
@blp.response(201, CreatedTokenSchema, errors=(403,))
@blp.json_body(NewTokenSchema())
def make_token(body: dict[str, Any]) -> Response:
    """Create an API token; only this response shows it.

    One that is created with an API token has no more scopes, expires no later, and is revoked
    with it.
    """
    identity = g.identity
    tokens.check_scopes(body["scopes"], identity.scopes)
    token, metadata = tokens.create(
        *(store(), user_id(), body["name"], body["scopes"], body["expiresInDays"]),
        creator=identity.api_token,
    )
    return json_response({"token": token, "meta": metadata}, 201)


@blp.route("/tokens/<id:token_id>", methods=["DELETE"])
@requires()
@blp.response(204, errors=(403, 404))
def delete_token(token_id: str) -> Response:
    """Revoke an API token, and those that were created with it."""
    tokens.delete(store(), user_id(), token_id, g.identity.scopes)
    return Response(status=204)


@blp.route("/media-tokens", methods=["POST"])
@requires()
@blp.response(201, MediaTokenSchema, errors=(404,))
@blp.json_body(NewMediaTokenSchema(), stores=False)
def make_media_token(body: dict[str, Any]) -> Response:
    """Create a token for URLs: it reads the media of one project, for 15 minutes.

    It ends earlier with the session or the API token that it was created with.
    """
    project_id = body["projectId"]
    projects.check_owner(store(), project_id, user_id())
    return json_response(sign_media_token(services(), g.identity, project_id), 201)


def _session(user: users.User) -> dict[str, Any]:
    """Start a session; return the user with its tokens."""
    number = users.start_session(store(), user)
    return {"user": users.to_public(user), **_token_pair(user["id"], number, refreshes=0)}


def _token_pair(subject: str, session: int, refreshes: int) -> dict[str, str]:
    sign = services().signer.sign
    return {
        "accessToken": sign("access", subject, session=session)[0],
        "refreshToken": sign("refresh", subject, session=session, refreshes=refreshes)[0],
    }


def _address() -> str:
    return request.remote_addr or "unknown"
