"""Which provider and model a request wants, from its headers."""

from werkzeug.datastructures import Headers

from config import Settings
from jobs.job import Call, planned
from providers import registry
from providers.contract import Role


def call_for(
    role: Role,
    headers: Headers,
    settings: Settings,
    *,
    default: str = "gemini",
    scene_index: int | None = None,
    place: str | None = None,
) -> Call:
    """A planned call with the provider and model that the headers name for this role.

    For a work's scenes, `x-image-model-id` and `x-video-model-id` come before `x-model-id`, which
    counts for the role that knows it. Raises ProviderChoiceError for a provider that isn't known.
    """
    model = headers.get(f"x-{role}-model-id") or None
    shared = headers.get("x-model-id") or None
    if model is None and (scene_index is None or registry.knows(role, shared or "")):
        model = shared
    provider = headers.get(f"x-{role}-provider") or None
    choice = registry.choose(role, provider, model, settings, default=default)
    return planned(choice.role, choice.provider, choice.model, scene_index, place)
