"""The endpoints of accounts: registration, login, sessions, passwords, API and media tokens."""

from functools import partial
from typing import Any

from flask import Response, after_this_request, g, request
from werkzeug.security import check_password_hash, generate_password_hash

from access.projects import check
from access.rights import SEE
from accounts import sessions, throttling, tokens, users
from accounts.identity import Claims, sign_media_token
from accounts.registration import Registration
from errors import ForbiddenError, UnauthenticatedError
from schemas.accounts import (
    BrowserSessionSchema,
    CreatedTokenSchema,
    LoginSchema,
    LogoutSchema,
    MediaTokenSchema,
    NewMediaTokenSchema,
    NewPasswordSchema,
    NewTokenSchema,
    RefreshSchema,
    RegisterSchema,
    RegistrationSchema,
    SessionSchema,
    TokenMetaSchema,
    TokenPairSchema,
    UserChangesSchema,
    UserSchema,
)
from web import cookies
from web.api.common.session_responses import browser_response, session_response, token_pair
from web.blueprints import Blueprint
from web.context import services, settings, store, user_id
from web.creation import create_secret_once, repeatable
from web.elsewhere import comes_from_elsewhere
from web.guard import public, requires
from web.lists import list_response
from web.passwords import client_address, email_in_log, failures_logged, hashing_turn
from web.payloads import json_response, made

blp = Blueprint("accounts", __name__, url_prefix="/api", description="Users, sessions and tokens")


@blp.route("/auth/register", methods=["POST"])
@public
@blp.response(201, SessionSchema, errors=(403, 409, 429), headers=("Location",))
@blp.json_body(RegisterSchema())
def register(body: dict[str, Any]) -> Response:
    """Create an account and log in.

    `GET /api/auth/registration` says whether that is possible, and whether `setupCode` is needed.
    """
    if body["cookie"]:
        cookies.check_origin()
    registration, code = _registration(), body.get("setupCode", "")
    registration.check(code, client_address())
    throttling.count_registration(store(), client_address())
    with hashing_turn():
        registration.check(code, client_address())  # now that earlier ones have succeeded
        users.check_unregistered(store(), body["email"])  # before hashing, which takes long
        password_hash = generate_password_hash(body["password"])
        user = registration.create(body["email"], password_hash, body["name"])
    session = users.start_session(store(), user)
    response = session_response(user, session, cookie=body["cookie"], status=201)
    return made(response, "me", "/api/auth")


@blp.route("/auth/registration", methods=["GET"])
@public
@blp.response(200, RegistrationSchema)
def get_registration() -> Response:
    """Report whether accounts can be created from where the request comes from, and how."""
    terms = _registration().terms
    return json_response(
        {
            "open": terms != "closed",
            "first": not users.exist(store()),
            "needsSetupCode": terms == "with code",
        }
    )


@blp.route("/auth/login", methods=["POST"])
@public
@blp.response(200, SessionSchema, errors=(401, 403, 429))
@blp.json_body(LoginSchema(), stores=False)
def login(body: dict[str, Any]) -> Response:
    """Log in with email and password.

    With `cookie`, which only a page of this service may send, the refresh token is a cookie for
    `POST /api/auth/session`, and another cookie reads media.
    """
    if body["cookie"]:
        cookies.check_origin()
    user = _check_password(body["email"], body["password"])
    session = users.start_session(store(), user)
    return session_response(user, session, cookie=body["cookie"])


@blp.route("/auth/refresh", methods=["POST"])
@public
@blp.response(200, TokenPairSchema, errors=(401,))
@blp.json_body(RefreshSchema(), stores=False)
def refresh(body: dict[str, Any]) -> Response:
    """Exchange a refresh token for a new pair of tokens.

    A refresh token can be used once. A second use ends the session, unless it follows within
    seconds.
    """
    claims, refreshes = _use_refresh_token(body["refreshToken"])
    return json_response(token_pair(claims["sub"], claims["session"], refreshes))


@blp.route("/auth/session", methods=["POST"])
@public
@blp.response(200, BrowserSessionSchema, errors=(401, 403))
def refresh_session() -> Response:
    """Continue a browser's session with its cookie, after a reload of the page.

    The refresh token in the cookie is exchanged as by `POST /api/auth/refresh`. Only a page of this
    service may send this.
    """
    cookies.check_origin()
    try:
        claims, refreshes = _use_refresh_token(request.cookies.get(cookies.REFRESH, ""))
        user = users.get(store(), claims["sub"])
    except UnauthenticatedError:
        after_this_request(cookies.delete_cookies)
        raise
    return browser_response(user, claims["session"], refreshes)


@blp.route("/auth/logout", methods=["POST"])
@requires()
@blp.response(204, errors=(403,))
@blp.json_body(LogoutSchema(), required=False, stores=False)
def logout(body: dict[str, Any]) -> Response:
    """End the session of the access token, with all of its tokens.

    It deletes the cookies of a browser. With an API token this returns 403: delete it instead.
    """
    session = g.identity.require_session("log out", "Delete an API token instead.")
    if body["everywhere"]:
        sessions.end_all(store(), user_id())
    else:
        sessions.end(store(), user_id(), session)
    return cookies.delete_cookies(Response(status=204))


@blp.route("/auth/password", methods=["POST"])
@requires()
@blp.response(204, errors=(403, 429))
@blp.json_body(NewPasswordSchema(), stores=False)
def change_password(body: dict[str, Any]) -> Response:
    """Set a new password, and end all sessions, also this one: log in again.

    With a wrong current password, or an API token, this returns 403.
    """
    g.identity.require_session("change the password")
    email = users.get(store(), user_id())["email"]
    try:
        user = _check_password(email, body["current"])
        with hashing_turn():
            users.set_password(store(), email, generate_password_hash(body["new"]), user)
    except UnauthenticatedError:
        raise ForbiddenError("The current password is wrong") from None
    return cookies.delete_cookies(Response(status=204))


@blp.route("/auth/me", methods=["GET"])
@requires()
@blp.response(200, UserSchema)
def get_me() -> Response:
    """Get the current user."""
    return json_response(users.get(store(), user_id()))


@blp.route("/auth/me", methods=["PATCH"])
@requires()
@blp.response(200, UserSchema, errors=(403,))
@blp.json_body(UserChangesSchema(), required=False)
def change_me(body: dict[str, Any]) -> Response:
    """Choose the language of the page, wherever the user logs in.

    With an API token, this returns 403.
    """
    g.identity.require_session("change the account")
    return json_response(users.change(store(), user_id(), body))


@blp.route("/tokens", methods=["GET"])
@requires()
@list_response(TokenMetaSchema, newest_by="createdAt")
def list_tokens() -> Response:
    """List API tokens, newest first; with an API token, only those without other scopes."""
    return json_response(tokens.list_metadata(store(), user_id(), g.identity.scopes))


@blp.route("/tokens", methods=["POST"])
@requires()
@repeatable
@blp.response(201, CreatedTokenSchema, errors=(403, 409), headers=("Location",))
@blp.json_body(NewTokenSchema())
def make_token(body: dict[str, Any]) -> Response:
    """Create an API token; only this response shows it.

    One that is created with an API token has no more scopes, expires no later, and is revoked
    with it.
    """
    identity = g.identity
    tokens.check_scopes(body["scopes"], identity.scopes)
    given = (body["name"], body["scopes"], body["expiresInDays"])
    token, metadata = create_secret_once(
        body,
        lambda secret: tokens.create(store(), user_id(), *given, identity.api_token, secret),
        partial(tokens.find, store()),
    )
    return made(json_response({"token": token, "meta": metadata}, 201), metadata["id"])


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
    check(store(), project_id, user_id(), SEE)
    return json_response(sign_media_token(services().signer, g.identity, project_id), 201)


def _registration() -> Registration:
    return Registration(store(), settings(), comes_from_elsewhere())


def _check_password(email: str, password: str) -> users.User:
    """Return the user with this email and password, and count failures.

    Raises UnauthenticatedError, TooManyError.
    """
    user_id, address = users.id_of(email), client_address()
    with failures_logged(email_in_log(email)):
        throttling.check_login(store(), user_id, address)  # before waiting
    with hashing_turn(), failures_logged(email_in_log(email)):
        throttling.check_login(store(), user_id, address)  # now that earlier ones are counted
        try:
            user = users.check_password(store(), email, password, check_password_hash)
        except UnauthenticatedError:
            throttling.count_failed_login(store(), user_id, address)
            raise
    throttling.reset_failed_logins(store(), user_id, address)
    return user


def _use_refresh_token(token: str) -> tuple[Claims, int]:
    """Return the claims of a refresh token, and how often its session was refreshed with this.

    Raises UnauthenticatedError.
    """
    signer = services().signer
    claims = signer.verify(token, "refresh")
    expiry_ms = 1000 * signer.expiry("refresh")
    return claims, sessions.use_refresh_token(store(), claims, expiry_ms)
