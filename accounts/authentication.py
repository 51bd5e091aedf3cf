"""Authentication by JWT (access and media tokens) or API token."""

from accounts import sessions, tokens
from accounts.identity import Credential, Identity
from accounts.signer import Claims, Signer
from errors import UnauthenticatedError
from schemas.accounts import SCOPES
from storage.errors import NotFoundError
from storage.store import Store

_ALL_SCOPES = frozenset(SCOPES)
_READ_SCOPES = frozenset({"projects:read", "works:read"})


def authenticate(store: Store, signer: Signer, credential: Credential) -> Identity:
    """Return the identity of an access, media or API token, or of the media cookie's token.

    A session that another process ended is noticed at most a second later. Raises
    UnauthenticatedError.
    """
    if credential.from_cookie:
        claims = signer.verify(credential.token, "media_cookie")
        _check_account(store, claims["sub"], claims)
        return Identity(claims["sub"], _READ_SCOPES)
    if credential.token.startswith(tokens.PREFIX):
        token = tokens.verify(store, credential.token)
        _check_account(store, token["userId"], None)
        return Identity(token["userId"], frozenset(token["scopes"]), api_token=token)
    claims = signer.verify(credential.token, "access", "media")
    check_source(store, claims)
    return _identity_from(claims)


def check_source(store: Store, claims: Claims) -> None:
    """Raise UnauthenticatedError if what a credential was made with has ended.

    That is the account `sub`, and its `session`; or the `apiToken`, for what one has created.
    """
    if "apiToken" in claims:
        tokens.find_valid(store, claims["apiToken"])
        _check_account(store, claims["sub"], None)
    else:
        _check_account(store, claims["sub"], claims)


def _check_account(store: Store, user_id: str, claims: Claims | None) -> None:
    """Raise UnauthenticatedError if there is no such account, or the session of a JWT has ended."""
    documents = store.users.documents
    try:
        user = documents.recent_snapshot(user_id).values
        if claims is not None and not sessions.is_active(user, claims):
            # It may have started within the last second.
            sessions.check_active(documents.snapshot(user_id).values, claims)
    except NotFoundError:
        raise UnauthenticatedError("Invalid token") from None


def _identity_from(claims: Claims) -> Identity:
    if claims["type"] == "media":
        scopes = _READ_SCOPES & frozenset(claims["scopes"])
        return Identity(claims["sub"], scopes, claims["project"])
    return Identity(claims["sub"], _ALL_SCOPES, session=claims["session"])
