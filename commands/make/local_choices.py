"""Who makes a video of `./vidworks make`: the AI vendor that it names, and the key of that."""

from errors import FieldsError
from providers import kept_keys
from providers.models import DEMO
from providers.offers import has_any_key, offered
from providers.registry import ProviderChoice, ProviderChoices
from schemas.ai import ROLES
from settings.config import Settings
from storage.store import Store


def choices_of_provider(
    store: Store, settings: Settings, user_id: str, provider: str | None
) -> ProviderChoices:
    """Return a provider as the choice for the roles that it has. Raises FieldsError.

    Without a word on it, the demo is chosen if there is no key at all.
    """
    caller = kept_keys.caller(store, user_id)
    has = {role: offered(role, settings, caller) for role in ROLES}
    names = sorted({name for providers in has.values() for name in providers})
    if provider is None and DEMO in names and not has_any_key(settings, caller):
        provider = DEMO
    if provider is None:
        return ProviderChoices()
    if provider not in names:
        raise FieldsError({"provider": [f"Expected one of {', '.join(names)}."]})
    roles = {role: ProviderChoice(provider) for role in ROLES if provider in has[role]}
    return ProviderChoices(roles)


def advice_on_key(settings: Settings, vendor: str, email: str) -> str:
    """Return how an account gets a key of a vendor."""
    setting = f"{vendor}_API_KEY".upper()
    in_page = "enter one in the page under Settings > Providers"
    if getattr(settings, setting.lower()):  # but not for this user
        given = f"{setting} is for the users in SERVER_KEY_USERS"
        return f"{vendor} needs a key: {given}. Add {email} there, or {in_page}."
    return f"{vendor} needs a key: set {setting} in .env, or {in_page}, as {email}."
