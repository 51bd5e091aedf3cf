"""Who a request acts for, and what it may do."""

from dataclasses import dataclass

from accounts import sessions, tokens
from errors import UnauthorizedError
from schemas.accounts import SCOPES
from storage.errors import NotFoundError
from storage.store import Store


@dataclass(frozen=True, slots=True)
class Access:
    """A user and the scopes granted; for a media token also the one project that it is good for."""

    user_id: str
    scopes: frozenset[str]
    media_of: str | None = None


_ALL = frozenset(SCOPES)
_READ = frozenset({"projects:read", "works:read"})


def authenticate(store: Store, signer: sessions.Signer, credential: str) -> Access:
    """What a JWT, API token or media token grants. Raises UnauthorizedError."""
    if credential.startswith(tokens.PREFIX):
        token = tokens.verify(store, credential)
        access = Access(token["userId"], frozenset(token["scopes"]))
    else:
        access = _of_claims(signer.verify(credential, "access", "media"))
    try:
        store.users.documents.recent(access.user_id)  # only by hand can an account be removed
    except NotFoundError:
        raise UnauthorizedError("Invalid token") from None
    return access


def _of_claims(claims: sessions.Claims) -> Access:
    if claims["type"] == "media":
        return Access(claims["sub"], _READ & frozenset(claims["scopes"]), claims["project"])
    return Access(claims["sub"], _ALL)
