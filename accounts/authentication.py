"""Authentication by JWT (access, refresh and media tokens) or API token."""

from accounts import tokens
from schemas.accounts import SCOPES
from storage.errors import NotFoundError
from storage.store import Store
from web.errors import UnauthorizedError
from web.guard import Identity
from web.signer import Claims, Signer

_ALL_SCOPES = frozenset(SCOPES)
_READ_SCOPES = frozenset({"projects:read", "works:read"})


def authenticate(store: Store, signer: Signer, credential: str) -> Identity:
    """Return the identity of an access, media or API token. Raises UnauthorizedError."""
    if credential.startswith(tokens.PREFIX):
        token = tokens.verify(store, credential)
        identity = Identity(token["userId"], frozenset(token["scopes"]))
    else:
        identity = _identity_from(signer.verify(credential, "access", "media"))
    try:
        store.users.documents.recent_snapshot(identity.user_id)  # accounts are only deleted by hand
    except NotFoundError:
        raise UnauthorizedError("Invalid token") from None
    return identity


def _identity_from(claims: Claims) -> Identity:
    if claims["type"] == "media":
        return Identity(
            claims["sub"], _READ_SCOPES & frozenset(claims["scopes"]), claims["project"]
        )
    return Identity(claims["sub"], _ALL_SCOPES)
