"""Who a request acts for, and the credential that says so."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from errors import MissingScopeError, SessionRequiredError


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
        """The session or the API token that it is from: what ends, ends what was made with it."""
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
