"""Plan jobs: their paid calls, with the providers, models and keys that a request chooses."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, Literal

from access.projects import check, storage_owner
from access.rights import CHANGE, PAY
from errors import KeyRequiredError
from jobs.model import Call, JobSpec, planned_call
from providers import kept_keys, registry
from providers.models import DEFAULT, DEMO, vendor_of
from providers.offers import Caller, default_provider, may_use_server_keys, offered, server_key
from providers.registry import Choice, ProviderChoices
from providers.sound_contract import SpeechModel
from schemas.ai import SOUND_ROLES, Role
from settings.config import Settings
from storage.store import Store

KeySource = Literal["none", "request", "kept", "project", "server"]

_NO_CHOICES = ProviderChoices()


class JobPlanner:
    """Plans jobs for a user, in a project or outside of them, with what the request chooses."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        user_id: str,
        choices: ProviderChoices = _NO_CHOICES,
        project_id: str | None = None,
    ) -> None:
        self.store = store
        self.settings = settings
        self.user_id = user_id
        self.choices = choices
        self.project_id = project_id

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
        applies only to the role that has such a model. `default` is the provider of a request that
        names neither, unless `providers/offers.py: default_provider` prefers one that there is a
        key for, or the demo. Raises ProviderChoiceError for an unknown provider.
        """
        chosen, shared_model = self.choices.of(role), self.choices.model
        model = chosen.model
        if model is None and (scene_index is None or registry.has_model(role, shared_model or "")):
            model = shared_model
        caller = self.caller
        if not (chosen.provider or model):
            brings_key = self._brings_key(role)
            default = default_provider(role, self.settings, caller, default, brings_key=brings_key)
        found = registry.choose(role, chosen.provider, model, self.settings, default, caller)
        return planned_call(found.role, found.provider, found.model, scene_index, call_id)

    def call_with_key(self, role: Role, scene_index: int | None = None) -> Call | None:
        """Return a planned call if there is a key for it, whoever's; else None.

        Raises ProviderChoiceError for an unknown provider.
        """
        call, chosen = self.call(role, scene_index=scene_index), self.choices.of(role)
        is_chosen = chosen.provider or chosen.model
        return call if is_chosen or self.key_of(role, call["provider"]) else None

    def choosing(
        self, role: Role, provider: str | None = None, model: str | None = None
    ) -> "JobPlanner":
        """Return a planner with another provider or model for a role, where they are given."""
        return self.with_choices(self.choices.with_choice(role, provider, model))

    def with_choices(self, choices: ProviderChoices) -> "JobPlanner":
        """Return a planner with other choices."""
        return JobPlanner(self.store, self.settings, self.user_id, choices, self.project_id)

    def in_project(self, project_id: str | None) -> "JobPlanner":
        """Return a planner for a project, whose keys and rights then apply."""
        return JobPlanner(self.store, self.settings, self.user_id, self.choices, project_id)

    @cached_property
    def caller(self) -> Caller:
        """The user whose keys decide which providers are on offer; read once for all calls."""
        return kept_keys.caller(self.store, self.user_id, self.project_id)

    def key_of(self, role: Role, provider: str) -> str:
        """Return the key that calls of a provider are sent with; "" if there is none."""
        if given := self._key_of_request(role):
            return given
        kept = kept_keys.find(self.store, self._keepers, provider)
        return kept or server_key(provider, self.settings, self.caller)

    def speech_model(self, call: Call) -> SpeechModel:
        """Return the model of a call that speaks. Raises ProviderError for an invalid key."""
        choice = Choice("speech", call["provider"], call["model"])
        return registry.speech_model(choice, self.key_of("speech", choice.provider), self.settings)

    def job(
        self,
        kind: str,
        request: Mapping[str, Any],
        calls: list[Call],
        client_request: Mapping[str, Any] | None = None,
    ) -> JobSpec:
        """Return the spec of a job with these calls. Raises as `keys`."""
        keys = self.keys(calls)
        return JobSpec(kind, self.user_id, request, calls, keys, client_request)

    def keys(self, calls: Iterable[Mapping[str, Any]]) -> dict[str, str]:
        """Return the request's keys by role: the role's own, else the key for all roles.

        A role without one uses a key that the user keeps, else one that is kept for the project,
        else the server's own. Raises InvalidError if there is none of these, NotFoundError and
        RightMissingError unless the user may make the calls in the project.
        """
        calls = list(calls)
        self._check_right(calls)
        keys = {}
        for role, provider in sorted({(call["role"], call["provider"]) for call in calls}):
            source = self.key_source(role, provider)
            if source == "request":
                keys[role] = self._key_of_request(role)
            elif source == "server":
                self._check_server_key(role, provider)
        return keys

    def key_source(self, role: Role, provider: str) -> KeySource:
        """Return whose key a call uses: the request's, the user's, the project's, or the server's.

        The demo needs none.
        """
        if provider == DEMO:
            return "none"
        if self._key_of_request(role):
            return "request"
        holder = kept_keys.holder(self.store, self._keepers, provider)
        if holder is None:
            return "server"
        return "project" if holder.is_project else "kept"

    @property
    def _keepers(self) -> tuple[kept_keys.Keeper, ...]:
        return kept_keys.keepers_of(self.store, self.user_id, self.project_id)

    def _check_right(self, calls: Iterable[Mapping[str, Any]]) -> None:
        """Raise NotFoundError, RightMissingError unless the user may make calls in the project.

        If there is no such project, it is that of videos, which the first order creates, or it was
        deleted, as the job will say.
        """
        if self.project_id is not None and self.project_id in self.store.projects.documents:
            check_right_to_order(self.store, self.project_id, self.user_id, calls)

    def _key_of_request(self, role: Role) -> str:
        return self.choices.of(role).key or self.choices.key or ""

    def _brings_key(self, role: Role) -> bool:
        """Return whether the request has a key for a role.

        For a role of pictures or texts, any key: a scene is not made in part by a paid provider.
        """
        is_shared = role not in SOUND_ROLES and self.choices.brings_key
        return is_shared or bool(self._key_of_request(role))

    def _check_server_key(self, role: Role, provider: str) -> None:
        """Raise InvalidError unless the user can use a key of the server for this role."""
        if not server_key(provider, self.settings, self.caller):
            reason = (
                f"Needed for {provider} ({role}), unless you keep one (PUT /api/provider-keys)."
            )
            if storage_owner(self.store, self.project_id, self.user_id) != self.user_id:
                reason += " The owner of the project can keep one for it, too."
            if not may_use_server_keys(self.settings, self.caller):
                reason += " The server's own keys are for other users (setting SERVER_KEY_USERS)."
            if DEMO in offered(role, self.settings, self.caller):
                reason += f" The demo needs none: x-{role}-provider: {DEMO} chooses it."
            raise KeyRequiredError(vendor_of(provider), reason)


def check_right_to_order(
    store: Store, project_id: str | None, user_id: str, calls: Iterable[Mapping[str, Any]]
) -> None:
    """Raise NotFoundError, RightMissingError unless a user may order these calls in a project.

    Outside of projects, all may.
    """
    if project_id is not None:
        is_free = all(call["provider"] == DEMO for call in calls)
        check(store, project_id, user_id, CHANGE if is_free else PAY)
