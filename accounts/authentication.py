"""Who a request acts for: JWTs (access, refresh and media tokens) and API tokens."""

import hashlib
import time
from functools import lru_cache
from typing import Any

import jwt

from accounts import tokens
from config import Settings
from schemas.accounts import SCOPES
from storage.errors import NotFoundError
from storage.store import Store
from web.errors import UnauthorizedError
from web.guard import Identity

Claims = dict[str, Any]

_ALGORITHM = "HS256"
_MEDIA_SECONDS = 15 * 60
_ALL_SCOPES = frozenset(SCOPES)
_READ_SCOPES = frozenset({"projects:read", "works:read"})


class Signer:
    """Makes and checks JWTs; a checked one is remembered, only its expiry is looked at again."""

    def __init__(self, secret: bytes, settings: Settings) -> None:
        # Hashed, so that a secret of any length makes a key of the right one.
        self._key = hashlib.sha256(b"vidworks jwt\0" + secret).digest()
        self._seconds = {
            "access": settings.jwt_expires_in,
            "refresh": settings.jwt_refresh_expires_in,
            "media": _MEDIA_SECONDS,
        }
        self._checked = lru_cache(maxsize=4096)(self._check)

    def sign(self, kind: str, user_id: str, **claims: Any) -> tuple[str, int]:
        """A token for a user and when it expires, in Unix seconds."""
        now = int(time.time())
        expires = now + self._seconds[kind]
        payload = {"sub": user_id, "type": kind, "iat": now, "exp": expires, **claims}
        return jwt.encode(payload, self._key, _ALGORITHM), expires

    def verify(self, token: str, *kinds: str) -> Claims:
        """The claims of a token of one of these kinds. Raises UnauthorizedError."""
        try:
            claims = self._checked(token)
        except (jwt.InvalidTokenError, UnicodeError):
            raise UnauthorizedError("Invalid token") from None
        if claims["exp"] <= time.time():
            raise UnauthorizedError("Token has expired")
        if claims["type"] not in kinds:
            raise UnauthorizedError("Invalid token")
        return claims

    def _check(self, token: str) -> Claims:
        required = ["sub", "type", "exp", "iat"]
        # The expiry is for `verify`: an expired token deserves a message of its own.
        options: Any = {"require": required, "verify_exp": False, "verify_iat": False}
        claims: Claims = jwt.decode(token, self._key, [_ALGORITHM], options=options)
        return claims


def authenticate(store: Store, signer: Signer, credential: str) -> Identity:
    """Return whom a JWT, API token or media token stands for. Raises UnauthorizedError."""
    if credential.startswith(tokens.PREFIX):
        token = tokens.verify(store, credential)
        identity = Identity(token["userId"], frozenset(token["scopes"]))
    else:
        identity = _identity_of(signer.verify(credential, "access", "media"))
    try:
        store.users.documents.recent_snapshot(
            identity.user_id
        )  # only by hand can an account be removed
    except NotFoundError:
        raise UnauthorizedError("Invalid token") from None
    return identity


def _identity_of(claims: Claims) -> Identity:
    if claims["type"] == "media":
        return Identity(
            claims["sub"], _READ_SCOPES & frozenset(claims["scopes"]), claims["project"]
        )
    return Identity(claims["sub"], _ALL_SCOPES)
