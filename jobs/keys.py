"""The vendors' keys that come with a request; they are never stored, logged or answered."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from werkzeug.datastructures import Headers

from config import Settings
from providers.registry import DEMO, server_key
from web.errors import BadRequestError


class Keys(NamedTuple):
    """Keys by role, as far as they came with the request; the server has those of the others."""

    given: dict[str, str]

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles whose key came with the request."""
        return tuple(sorted(self.given))


def check(headers: Headers) -> None:
    """Raise BadRequestError for what cannot be a key."""
    for name, value in headers.items():
        if name.lower().endswith("api-key") and not (value.isascii() and value.isprintable()):
            raise BadRequestError("Invalid API key", f"{name.lower()}: expected printable ASCII.")


def keys_for(calls: Iterable[Mapping[str, Any]], headers: Headers, settings: Settings) -> Keys:
    """The keys that calls need: `x-<role>-api-key`, else `x-api-key`, else the server's own.

    Raises BadRequestError where there is none, or what can be none.
    """
    check(headers)
    given = {}
    for role, provider in sorted({(call["role"], call["provider"]) for call in calls}):
        key = (headers.get(f"x-{role}-api-key") or headers.get("x-api-key") or "").strip()
        if provider == DEMO:
            continue
        if key:
            given[role] = key
        elif not server_key(provider, settings):
            raise BadRequestError(
                "API key required (x-api-key header)", f"For {provider}, which makes the {role}."
            )
    return Keys(given)
