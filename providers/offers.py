"""Which providers are on offer to a user in a role, and which takes requests that name none."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from providers.models import DEFAULT, DEMO, Provider, providers_for, vendor_of, vendors
from schemas.ai import ROLES, SOUND_ROLES, Role
from settings.config import EVERYBODY, Settings
from storage import clock


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls providers: a user, by address (None: anybody), and the vendors of their keys.

    `self_registered`: they created their account themselves, where anybody could.
    """

    email: str | None = None
    kept: frozenset[str] = frozenset()  # vendors
    self_registered: bool = False


ANYBODY = Caller()


def list_providers(settings: Settings, caller: Caller = ANYBODY) -> list[dict[str, Any]]:
    """Return all providers for `GET /api/providers`; retired models come last.

    `[{id, name, category, description, default, defaultModel,
       models: [{id, name, description, status, retiresOn, successor}]}]`
    """
    return [
        {
            "id": provider.id,
            "name": provider.name,
            "category": role,
            "description": provider.description,
            "default": provider.id == default,
            "defaultModel": default_model(provider, role, settings),
            "models": list(_to_public(provider)),
        }
        for role in ROLES
        for default in [default_provider(role, settings, caller)]
        for provider in offered(role, settings, caller).values()
    ]


def offered(role: Role, settings: Settings, caller: Caller) -> Mapping[str, Provider]:
    """Return the providers that a user can choose for a role, by id.

    The setting DEMO_PROVIDER says whether the demo is one of them. `auto`: in the roles of sound,
    if there is no key for another provider of the role; in the others, if there is no key at all.
    """
    providers = providers_for(role)
    if settings.demo_provider == "auto":
        if role in SOUND_ROLES:
            has_demo = not any(
                _has_key(each.vendor, settings, caller) for each in providers.values()
            )
        else:
            has_demo = not has_any_key(settings, caller)
    else:
        has_demo = settings.demo_provider == "1"
    return {name: each for name, each in providers.items() if has_demo or name != DEMO}


def reason_for_no_demo(settings: Settings) -> str:
    """Return why the demo is not on offer, where it is not."""
    if settings.demo_provider == "auto":
        return "there is a key of a vendor, kept or the server's"
    return "the server's settings say so (DEMO_PROVIDER)"


def default_provider(
    role: Role,
    settings: Settings,
    caller: Caller,
    usual: str = DEFAULT,
    *,
    brings_key: bool = False,
) -> str:
    """Return the provider of requests that name neither a provider nor a model.

    In the roles of sound it is the first one that there is a key for. Then the demo, if it is on
    offer by DEMO_PROVIDER=auto, and else the `usual` one, or the role's first if it has not that.
    A request that `brings_key` goes to the usual one: its key is for no other.
    """
    providers = offered(role, settings, caller)
    if not brings_key:
        keyed = (
            name for name, each in providers.items() if _has_key(each.vendor, settings, caller)
        )
        if role in SOUND_ROLES and (found := next(keyed, None)):
            return found
        if settings.demo_provider == "auto" and DEMO in providers:
            return DEMO
    return named_or_first(usual, providers)


def named_or_first(name: str, providers: Mapping[str, Provider]) -> str:
    """Return the name if a provider has it, else the name of the vendor's first provider."""
    return name if name in providers else next((each for each in providers if each != DEMO), name)


def default_model(provider: Provider, role: Role, settings: Settings) -> str:
    """Return the model for requests that name none: from the settings, else from the table."""
    setting = getattr(settings, provider.model_setting(role), "")
    return str(setting or provider.default_model().id)


def has_any_key(settings: Settings, caller: Caller) -> bool:
    """Return whether the server or the caller has a key of any vendor."""
    return bool(caller.kept) or any(_key(vendor, settings) for vendor in vendors())


def server_key(provider: str, settings: Settings, caller: Caller) -> str:
    """Return the server's own key for a provider; "" if there is none for this caller."""
    if provider == DEMO:
        return DEMO  # any key is valid
    key = _key(vendor_of(provider), settings)
    return key if may_use_server_keys(settings, caller) else ""


def may_use_server_keys(settings: Settings, caller: Caller) -> bool:
    """Return whether a caller may use the server's own keys (setting SERVER_KEY_USERS).

    Without the setting, all may but those who registered themselves where anybody could.
    """
    named = settings.server_key_users
    if caller.email is None or EVERYBODY in named:
        return True
    return caller.email.lower() in named if named else not caller.self_registered


def _has_key(vendor: str, settings: Settings, caller: Caller) -> bool:
    """Return whether there is a key of a vendor that the caller's requests can use."""
    if vendor == DEMO:
        return False
    is_served = may_use_server_keys(settings, caller)
    return vendor in caller.kept or bool(is_served and _key(vendor, settings))


def _key(vendor: str, settings: Settings) -> str:
    return str(getattr(settings, f"{vendor}_api_key"))


def _to_public(provider: Provider) -> Iterator[dict[str, Any]]:
    """Yield the models of a provider, the retired ones last."""
    day, usual = clock.today(), provider.default_model().id
    statuses = {model.id: model.status(day) for model in provider.models}
    for model in sorted(provider.models, key=lambda model: statuses[model.id] == "retired"):
        status, ends, description = statuses[model.id], model.retired, model.description
        if ends:
            description += f" {'Retired' if status == 'retired' else 'Ends'} on {ends}."
        yield {
            "id": model.id,
            "name": model.name,
            "description": description,
            "status": status,
            "retiresOn": str(ends) if ends else None,
            "successor": (model.successor or usual) if ends else None,
        }
