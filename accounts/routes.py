"""Registration, login and tokens."""

from typing import Any

from flask import Response, g, request

from accounts import tokens, users
from projects import service as projects
from schemas.accounts import (
    CreatedTokenSchema,
    LoginSchema,
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
from storage.errors import NotFoundError
from web.api import Blueprint
from web.context import services, settings, store, user_id
from web.errors import ForbiddenError, UnauthorizedError
from web.guard import public, requires
from web.payloads import json_response

blp = Blueprint("accounts", __name__, url_prefix="/api", description="Users, sessions and tokens")


@blp.route("/auth/register", methods=["POST"])
@public
@blp.response(201, SessionSchema, errors=(403, 409))
@blp.json_body(RegisterSchema())
def register(body: dict[str, Any]) -> Response:
    """Create an account and log in."""
    if settings().registration == "closed":
        raise ForbiddenError("Registration is closed", "Ask the administrator of this server.")
    user = users.register(store(), body["email"], body["password"], body["name"])
    return json_response({"user": user, **_token_pair(user["id"])}, 201)


@blp.route("/auth/login", methods=["POST"])
@public
@blp.response(200, SessionSchema, errors=(401, 429))
@blp.json_body(LoginSchema())
def login(body: dict[str, Any]) -> Response:
    """Log in with e-mail and password."""
    address = request.remote_addr or "unknown"
    user = users.login(store(), body["email"], body["password"], address)
    return json_response({"user": user, **_token_pair(user["id"])})


@blp.route("/auth/refresh", methods=["POST"])
@public
@blp.response(200, TokenPairSchema, errors=(401,))
@blp.json_body(RefreshSchema())
def refresh(body: dict[str, Any]) -> Response:
    """Exchange a refresh token for a new pair of tokens."""
    claims = services().signer.verify(body["refreshToken"], "refresh")
    try:
        store().users.snapshot(claims["sub"])
    except NotFoundError:
        raise UnauthorizedError("Invalid token") from None
    return json_response(_token_pair(claims["sub"]))


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
    """Create an API token; only this response shows it."""
    tokens.check_scopes(body["scopes"], g.identity.scopes)
    days = body["expiresInDays"]
    token, metadata = tokens.create(store(), user_id(), body["name"], body["scopes"], days)
    return json_response({"token": token, "meta": metadata}, 201)


@blp.route("/tokens/<id:token_id>", methods=["DELETE"])
@requires()
@blp.response(204, errors=(403, 404))
def delete_token(token_id: str) -> Response:
    """Revoke an API token."""
    tokens.delete(store(), user_id(), token_id, g.identity.scopes)
    return Response(status=204)


@blp.route("/media-tokens", methods=["POST"])
@requires()
@blp.response(201, MediaTokenSchema, errors=(404,))
@blp.json_body(NewMediaTokenSchema())
def make_media_token(body: dict[str, Any]) -> Response:
    """Create a token for URLs: it reads the media of one project, for 15 minutes."""
    project_id = body["projectId"]
    projects.check_owner(store(), project_id, user_id())
    scopes = sorted(g.identity.scopes)
    token, expires = services().signer.sign("media", user_id(), project=project_id, scopes=scopes)
    token_fields = {"token": token, "projectId": project_id, "expiresAt": expires * 1000}
    return json_response(token_fields, 201)


def _token_pair(subject: str) -> dict[str, str]:
    return {
        "accessToken": services().signer.sign("access", subject)[0],
        "refreshToken": services().signer.sign("refresh", subject)[0],
    }
