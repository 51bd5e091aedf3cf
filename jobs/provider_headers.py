"""Request headers that choose providers, models and keys: `x-llm-provider`, `x-api-key` ….

Keys in headers are never stored, logged or returned.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from werkzeug.datastructures import Headers

from config import Settings, is_api_key
from errors import InvalidError
from jobs.model import Call, planned_call
from providers import registry, user_keys
from providers.models import DEFAULT, DEMO
from schemas.ai import Role
from web.api import View, describe
from web.context import store, user_id


def documents_provider_headers(*roles: Role) -> Callable[[View], View]:
    """Add the headers of these roles to a view's description on the API page."""
    names = [f"x-{role}-provider" for role in roles]
    if len(roles) > 1:
        names += [f"x-{role}-{name}" for role in roles for name in ("model-id", "api-key")]
    names += ["x-model-id", "x-api-key", "Idempotency-Key"]
    return lambda view: describe(view, parameters=names)


def plan_call(
    role: Role,
    headers: Headers,
    settings: Settings,
    *,
    default: str = DEFAULT,
    scene_index: int | None = None,
    call_id: str | None = None,
) -> Call:
    """Return a planned call with the provider and model that the headers name for this role.

    `x-<role>-model-id` takes precedence over `x-model-id`, which for a scene (two roles) applies
    only to the role that has such a model. With DEMO_PROVIDER=auto, the demo is the default where
    nobody has a key. Raises ProviderChoiceError for an unknown provider.
    """
    model = headers.get(f"x-{role}-model-id") or None
    shared_model = headers.get("x-model-id") or None
    if model is None and (scene_index is None or registry.has_model(role, shared_model or "")):
        model = shared_model
    provider = headers.get(f"x-{role}-provider") or None
    has_keys = user_keys.has_any(store(), user_id())
    if not (provider or model) and _goes_to_demo(headers, settings, has_keys):
        default = DEMO
    choice = registry.choose(role, provider, model, settings, default, has_keys=has_keys)
    return planned_call(choice.role, choice.provider, choice.model, scene_index, call_id)


def _goes_to_demo(headers: Headers, settings: Settings, has_keys: bool) -> bool:
    """Return whether the demo takes calls of a request for which it names no provider and model.

    Not if the request brings a key, for any role: a scene is not made in part by a paid provider.
    """
    brings_key = any(value for name, value in headers if name.lower().endswith("api-key"))
    is_auto = settings.demo_provider == "auto" and not brings_key
    return is_auto and registry.is_demo_enabled(settings, has_keys=has_keys)


def request_keys(
    calls: Iterable[Mapping[str, Any]], headers: Headers, settings: Settings
) -> dict[str, str]:
    """Return the request's keys by role: `x-<role>-api-key`, else `x-api-key`.

    A role without one uses a key that the user keeps, else the server's own. Raises InvalidError
    if there is none of these, and for invalid keys.
    """
    check_key_headers(headers)
    keys = {}
    for role, provider in sorted({(call["role"], call["provider"]) for call in calls}):
        key = (headers.get(f"x-{role}-api-key") or headers.get("x-api-key") or "").strip()
        if provider == DEMO:
            continue
        if key:
            keys[role] = key
        elif not user_keys.find(store(), user_id(), provider):
            _check_server_key(role, provider, settings)
    return keys


def _check_server_key(role: str, provider: str, settings: Settings) -> None:
    """Raise InvalidError unless the user can use a key of the server for this role."""
    email = store().users.snapshot(user_id()).values["email"]
    if not registry.server_key(provider, settings, email):
        reason = f"Needed for {provider} ({role}), unless you keep one (PUT /api/provider-keys)."
        if not registry.may_use_server_keys(settings, email):
            reason += " The server's own keys are for other users (setting SERVER_KEY_USERS)."
        raise InvalidError("API key required (x-api-key header)", reason)


def check_key_headers(headers: Headers) -> None:
    """Raise InvalidError for an invalid key in any header."""
    for name, value in headers.items():
        key = value.strip()
        if name.lower().endswith("api-key") and key and not is_api_key(key):
            reason = f"{name.lower()}: expected printable ASCII without spaces."
            raise InvalidError("Invalid API key", reason)
