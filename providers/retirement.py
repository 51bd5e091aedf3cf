"""Models that their vendors have retired, or will soon: who is told, and what to use instead.

A request that names one is sent to the vendor as it is: it may still work for the caller's account,
and is never replaced by another model, which may cost more.
"""

import logging
from collections.abc import Iterator

from providers.models import Provider, providers_for
from schemas.ai import ROLES
from settings.config import Settings
from storage import clock

_log = logging.getLogger("vidworks")
_warned: set[str] = set()  # what this process has logged


def notice(provider: Provider, model_id: str) -> str | None:
    """Return a sentence about a model that is retired or ends within 30 days; None for others."""
    model = provider.find(model_id)
    status = model.status(clock.today()) if model else "current"
    if model is None or status == "current":
        return None
    verb = "was retired" if status == "retired" else "retires"
    successor = model.successor or provider.default_model().id
    return f"the model {model_id} {verb} on {model.retired}; use {successor}"


def warn_once(provider: Provider, model_id: str) -> None:
    """Log once in this process that a model that is used is retired or ends within 30 days."""
    told = notice(provider, model_id)
    if told and told not in _warned:
        _warned.add(told)
        _log.warning("A request to %s: %s", provider.name, told)


def settings_notices(settings: Settings) -> list[str]:
    """Return sentences about the models that the settings name."""
    return list(dict.fromkeys(_settings_notices(settings)))  # texts have two roles


def _settings_notices(settings: Settings) -> Iterator[str]:
    for role in ROLES:
        for provider in providers_for(role).values():
            setting = provider.model_setting(role)
            if told := notice(provider, getattr(settings, setting, "")):
                yield f"{setting.upper()}: {told}"
