"""Authentication by JWT (access and media tokens) or API token."""

from collections.abc import Mapping
from typing import Any

from accounts import sessions, tokens
from accounts.identity import Claims, Credential, Identity, Signer
from errors import InvalidTokenError
from schemas.accounts import SCOPES
from storage.errors import NotFoundError
from storage.store import Store

_ALL_SCOPES = frozenset(SCOPES)
_READ_SCOPES = frozenset({"projects:read", "works:read"})


def authenticate(
    store: Store, signer: Signer, credential: Credential, *, recent: bool = True
) -> Identity:
    """Return the identity of an access, media or API token, or of the media cookie's token.

    With `recent`, a session that another process ended, or an account that it disabled, is noticed
    at most a second later. Raises UnauthenticatedError.
    """
    if credential.from_cookie:
        claims = signer.verify(credential.token, "media_cookie")
        _check_account(store, claims["sub"], claims, recent=recent)
        return Identity(claims["sub"], _READ_SCOPES)
    if credential.token.startswith(tokens.PREFIX):
        token = tokens.verify(store, credential.token)
        check_account(store, token["userId"], recent=recent)
        return Identity(token["userId"], frozenset(token["scopes"]), api_token=token)
    claims = signer.verify(credential.token, "access", "media")
    check_source(store, claims, recent=recent)
    return _identity_from(claims, signer.key_id)


def check_source(store: Store, claims: Claims, *, recent: bool = True) -> None:
    """Raise UnauthenticatedError if what a credential was made with has ended.

    That is the account `sub`, and its `session`; or the `apiToken`, for what one has created.
    """
    if "apiToken" in claims:
        tokens.find_valid(store, claims["apiToken"])
        check_account(store, claims["sub"], recent=recent)
    else:
        _check_account(store, claims["sub"], claims, recent=recent)


def check_account(store: Store, user_id: str, *, recent: bool = True) -> None:
    """Raise UnauthenticatedError unless there is such an account, which is not disabled."""
    _check_account(store, user_id, None, recent=recent)


def _check_account(store: Store, user_id: str, claims: Claims | None, *, recent: bool) -> None:
    """Raise UnauthenticatedError as `check_account`, and if the session of a JWT has ended."""
    documents = store.users.documents
    try:
        if recent and _is_active(documents.recent_snapshot(user_id).values, claims):
            return
        # The session may have started within the last second, or the account have been enabled.
        user = documents.snapshot(user_id).values
    except NotFoundError:
        raise InvalidTokenError("Invalid token") from None
    if user.get("disabled"):
        raise InvalidTokenError("This account is disabled")
    if claims is not None:
        sessions.check_active(user, claims)


def _is_active(user: Mapping[str, Any], claims: Claims | None) -> bool:
    if user.get("disabled"):
        return False
    return claims is None or sessions.is_active(user, claims)


def _identity_from(claims: Claims, key_id: str) -> Identity:
    if claims["type"] == "media":
        scopes = _READ_SCOPES & frozenset(claims["scopes"])
        return Identity(claims["sub"], scopes, claims["project"])
    return Identity(claims["sub"], _ALL_SCOPES, session=claims["session"], key_id=key_id)
