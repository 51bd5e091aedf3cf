"""What a request chooses for its calls: providers, models and keys."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from schemas.ai import Role


@dataclass(frozen=True, slots=True)
class ProviderChoice:
    """The provider, model and key that a request names for a role; None for what it does not."""

    provider: str | None = None
    model: str | None = None
    key: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class ProviderChoices:
    """The choices of a request by role, and the model and key that it names for all roles.

    Keys are never stored, logged or returned. `brings_key` says whether the request has any key.
    """

    roles: Mapping[Role, ProviderChoice] = field(default_factory=dict)
    model: str | None = None
    key: str | None = field(default=None, repr=False)
    brings_key: bool = False

    def of(self, role: Role) -> ProviderChoice:
        """Return the choice for a role."""
        return self.roles.get(role, ProviderChoice())

    def with_choice(
        self, role: Role, provider: str | None = None, model: str | None = None
    ) -> "ProviderChoices":
        """Return the choices with another provider or model for a role, where they are given."""
        choice = self.of(role)
        changed = replace(choice, provider=provider or choice.provider, model=model or choice.model)
        return replace(self, roles={**self.roles, role: changed})
