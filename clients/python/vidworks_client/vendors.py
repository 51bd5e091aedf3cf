"""Which AI vendors a request calls, with whose keys."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Role = str  # vision, llm, image, video, speech, music, sound, transcription


@dataclass(frozen=True, kw_only=True)
class Vendors:
    """The choice of AI vendors, by role where it is a mapping: `providers={"image": "dalle"}`.

    What is left out is the service's to choose. Keys are sent with the request, and never stored.
    """

    providers: Mapping[Role, str] = field(default_factory=dict)
    models: Mapping[Role, str] = field(default_factory=dict)
    api_keys: Mapping[Role, str] = field(default_factory=dict, repr=False)
    api_key: str | None = field(default=None, repr=False)

    def headers(self) -> dict[str, str]:
        """Return the request headers that say so."""
        headers = {
            **{f"x-{role}-provider": name for role, name in self.providers.items()},
            **{f"x-{role}-model-id": name for role, name in self.models.items()},
            **{f"x-{role}-api-key": key for role, key in self.api_keys.items()},
        }
        return headers if self.api_key is None else {**headers, "x-api-key": self.api_key}
