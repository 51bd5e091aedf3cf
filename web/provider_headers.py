"""Request headers that choose providers, models and keys: `x-llm-provider`, `x-api-key` ….

Keys in headers stay in the memory of the process: data directories, backups and logs are copied and
shared, and whoever sends a key with each request did not ask for it to be kept.
"""

from collections.abc import Callable

from werkzeug.datastructures import Headers

from errors import InvalidError
from providers.choices import ProviderChoice, ProviderChoices
from schemas.ai import ROLES, Role
from settings.setting_values import is_api_key
from web.openapi_operations import View, describe


def documents_provider_headers(*roles: Role, starts: bool = True) -> Callable[[View], View]:
    """Add the headers of these roles to a view's description on the API page.

    `starts` is whether the view starts a job.
    """
    names = [f"x-{role}-provider" for role in roles]
    if len(roles) > 1:
        names += [f"x-{role}-{name}" for role in roles for name in ("model-id", "api-key")]
    names += ["x-model-id", "x-api-key", *(["Idempotency-Key"] if starts else [])]
    return lambda view: describe(view, parameters=names)


def read_choices(headers: Headers) -> ProviderChoices:
    """Return what the headers of a request choose. Raises InvalidError for an invalid key."""

    def value(name: str) -> str | None:
        return headers.get(name, "").strip() or None

    keys = [(name, key) for name, key in headers if name.lower().endswith("api-key") and key]
    for name, key in keys:
        _check_key(name, key.strip())
    roles = {
        role: ProviderChoice(
            headers.get(f"x-{role}-provider") or None,
            headers.get(f"x-{role}-model-id") or None,
            value(f"x-{role}-api-key"),
        )
        for role in ROLES
    }
    shared_model = headers.get("x-model-id") or None
    return ProviderChoices(roles, shared_model, value("x-api-key"), brings_key=bool(keys))


def _check_key(name: str, key: str) -> None:
    if key and not is_api_key(key):
        reason = f"{name.lower()}: expected printable ASCII without spaces."
        raise InvalidError("Invalid API key", reason)
