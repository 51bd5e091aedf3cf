"""Who a request acts for, and the credentials that say so: signed JSON Web Tokens.

They are access, refresh and media tokens, those of media cookies and of guests.
"""

import hashlib
import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import jwt

from errors import ExpiredTokenError, InvalidTokenError, MissingScopeError, SessionRequiredError
from settings.config import Settings

Claims = dict[str, Any]

_ALGORITHM = "HS256"
_GUEST_SECONDS = 365 * 86_400  # as long as a review link lasts at most, which ends it earlier


class Credential(NamedTuple):
    """A token of a request; one `from_cookie` is the media cookie's, and of no other kind."""

    token: str
    from_cookie: bool = False


@dataclass(frozen=True, slots=True)
class Identity:
    """A user and the granted scopes; a media token is limited to the media of one project.

    `session` is the number of an access token's session, and `key_id` tells which key signed that
    token; `api_token` is the document of an API token.
    """

    user_id: str
    scopes: frozenset[str]
    media_project_id: str | None = None
    session: int | None = None
    key_id: str | None = None
    api_token: Mapping[str, Any] | None = None

    @property
    def source(self) -> dict[str, Any]:
        """The session or API token of this identity; links made with it end when it ends."""
        if self.api_token is not None:
            return {"apiToken": self.api_token["id"]}
        return {"session": self.session}

    def require_session(self, action: str, advice: str = "Log in with a password.") -> int:
        """Return the number of the session. Raises ForbiddenError for another kind of token."""
        if self.session is None:
            raise SessionRequiredError(f"Only an access token can {action}", advice)
        return self.session

    def require(self, *scopes: str) -> None:
        """Raise MissingScopeError unless all of the scopes are granted."""
        if not self.scopes.issuperset(scopes):
            raise MissingScopeError(list(scopes), sorted(self.scopes))

    def require_any(self, scopes: tuple[str, ...]) -> None:
        """Raise MissingScopeError unless one of the scopes is granted, or there are none."""
        if scopes and self.scopes.isdisjoint(scopes):
            raise MissingScopeError(list(scopes), sorted(self.scopes))


class Signer:
    """Signs and verifies JWTs; verified claims are cached, their expiry is checked each time.

    `key_id` changes with the secret, and says nothing about it.
    """

    def __init__(self, secret: bytes, settings: Settings) -> None:
        # Hashed, so that a secret of any length gives a key of the right length.
        self._key = hashlib.sha256(b"vidworks jwt\0" + secret).digest()
        self.key_id = hashlib.sha256(b"id\0" + self._key).hexdigest()[:16]
        self._seconds = {
            "access": settings.jwt_expires_in,
            "refresh": settings.jwt_refresh_expires_in,
            "media": settings.tuning.media_token,
            "media_cookie": settings.jwt_expires_in,
            "guest": _GUEST_SECONDS,
            "review_media": settings.tuning.media_token,
        }
        self._decode = lru_cache(maxsize=4096)(self._decode_uncached)

    def sign(self, token_type: str, user_id: str, **claims: Any) -> tuple[str, int]:
        """Return a token for a user, and its expiry in Unix seconds."""
        now, expires = int(time.time()), self.expiry(token_type)
        payload = {"sub": user_id, "type": token_type, "iat": now, "exp": expires, **claims}
        return jwt.encode(payload, self._key, _ALGORITHM), expires

    def expiry(self, token_type: str) -> int:
        """Return when a token that is signed now expires, in Unix seconds."""
        return int(time.time()) + self.seconds(token_type)

    def seconds(self, token_type: str) -> int:
        """Return for how long tokens of a type are valid."""
        return self._seconds[token_type]

    def derive(self, name: str) -> bytes:
        """Return a secret of 32 bytes that follows from the name and the signing secret."""
        return hmac.digest(self._key, b"derived\0" + name.encode(), "sha256")

    def verify(self, token: str, *token_types: str) -> Claims:
        """Return the claims of a valid token of one of these types. Raises UnauthenticatedError."""
        try:
            claims = self._decode(token)
        except (jwt.InvalidTokenError, UnicodeError):
            raise InvalidTokenError("Invalid token") from None
        if claims["exp"] <= time.time():
            raise ExpiredTokenError("Token has expired")
        if claims["type"] not in token_types:
            raise InvalidTokenError("Invalid token")
        return claims

    def _decode_uncached(self, token: str) -> Claims:
        required = ["sub", "type", "exp", "iat"]
        # `verify` checks the expiry, which may pass while the claims are cached.
        options: Any = {"require": required, "verify_exp": False, "verify_iat": False}
        claims: Claims = jwt.decode(token, self._key, [_ALGORITHM], options=options)
        return claims


def sign_media_token(signer: Signer, identity: Identity, project_id: str) -> dict[str, Any]:
    """Return `{token, projectId, expiresAt}` for a project of the identity's user.

    The token ends earlier with the session or the API token of the identity.
    """
    scopes = sorted(identity.scopes)
    token, expires = signer.sign(
        "media", identity.user_id, project=project_id, scopes=scopes, **identity.source
    )
    return {"token": token, "projectId": project_id, "expiresAt": expires * 1000}
