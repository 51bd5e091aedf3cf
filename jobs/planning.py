"""Plan jobs: their paid calls, with the providers, models and keys that a request chooses."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from config import Settings
from errors import InvalidError
from jobs.model import Call, JobSpec, planned_call
from providers import registry, user_keys
from providers.choices import ProviderChoices
from providers.models import DEFAULT, DEMO
from schemas.ai import Role
from storage.store import Store

KeySource = Literal["none", "request", "kept", "server"]

_NO_CHOICES = ProviderChoices()


class JobPlanner:
    """Plans jobs for a user, with what the user's request chooses."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        user_id: str,
        choices: ProviderChoices = _NO_CHOICES,
    ) -> None:
        self.store = store
        self.settings = settings
        self.user_id = user_id
        self.choices = choices

    def call(
        self,
        role: Role,
        *,
        default: str = DEFAULT,
        scene_index: int | None = None,
        call_id: str | None = None,
    ) -> Call:
        """Return a planned call with the provider and the model that are chosen for this role.

        The role's own model takes precedence over that of all roles, which for a scene (two roles)
        applies only to the role that has such a model. With DEMO_PROVIDER=auto, the demo is the
        default where nobody has a key. Raises ProviderChoiceError for an unknown provider.
        """
        chosen, shared_model = self.choices.of(role), self.choices.model
        model = chosen.model
        if model is None and (scene_index is None or registry.has_model(role, shared_model or "")):
            model = shared_model
        has_keys = user_keys.has_any(self.store, self.user_id)
        if not (chosen.provider or model) and self._goes_to_demo(has_keys):
            default = DEMO
        found = registry.choose(
            role, chosen.provider, model, self.settings, default, has_keys=has_keys
        )
        return planned_call(found.role, found.provider, found.model, scene_index, call_id)

    def job(
        self,
        kind: str,
        request: Mapping[str, Any],
        calls: list[Call],
        webhook_url: str | None = None,
        client_request: Mapping[str, Any] | None = None,
    ) -> JobSpec:
        """Return the spec of a job with these calls. Raises InvalidError if a key is missing."""
        keys = self.keys(calls)
        return JobSpec(kind, self.user_id, request, calls, keys, webhook_url, client_request)

    def keys(self, calls: Iterable[Mapping[str, Any]]) -> dict[str, str]:
        """Return the request's keys by role: the role's own, else that of all roles.

        A role without one uses a key that the user keeps, else the server's own. Raises
        InvalidError if there is none of these.
        """
        keys = {}
        for role, provider in sorted({(call["role"], call["provider"]) for call in calls}):
            source = self.key_source(role, provider)
            if source == "request":
                keys[role] = self._key_of_request(role)
            elif source == "server":
                self._check_server_key(role, provider)
        return keys

    def key_source(self, role: Role, provider: str) -> KeySource:
        """Return whose key a call uses: the request's, one that the user keeps, or the server's.

        The demo needs none.
        """
        if provider == DEMO:
            return "none"
        if self._key_of_request(role):
            return "request"
        return "kept" if user_keys.find(self.store, self.user_id, provider) else "server"

    def _key_of_request(self, role: Role) -> str:
        return self.choices.of(role).key or self.choices.key or ""

    def _goes_to_demo(self, has_keys: bool) -> bool:
        """Return whether the demo takes calls for which the request names no provider and model.

        Not if it brings a key, for any role: a scene is not made in part by a paid provider.
        """
        is_auto = self.settings.demo_provider == "auto" and not self.choices.brings_key
        return is_auto and registry.is_demo_enabled(self.settings, has_keys=has_keys)

    def _check_server_key(self, role: str, provider: str) -> None:
        """Raise InvalidError unless the user can use a key of the server for this role."""
        email = self.store.users.snapshot(self.user_id).values["email"]
        if not registry.server_key(provider, self.settings, email):
            reason = (
                f"Needed for {provider} ({role}), unless you keep one (PUT /api/provider-keys)."
            )
            if not registry.may_use_server_keys(self.settings, email):
                reason += " The server's own keys are for other users (setting SERVER_KEY_USERS)."
            raise InvalidError("API key required (x-api-key header)", reason)
