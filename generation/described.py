"""The headers of requests that ask AI providers, for the API's description."""

from collections.abc import Callable

from providers.contract import Role
from web.api import View, describe


def asks(*roles: Role) -> Callable[[View], View]:
    """Describe the headers that choose providers, models and keys for these roles."""
    names = [f"x-{role}-provider" for role in roles]
    if len(roles) > 1:
        names += [f"x-{role}-{what}" for role in roles for what in ("model-id", "api-key")]
    names += ["x-model-id", "x-api-key", "Idempotency-Key"]
    return lambda view: describe(view, parameters=names)
