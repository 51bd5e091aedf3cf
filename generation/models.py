"""The vendors' models that a job's calls name, ready to be used with the job's keys."""

from jobs.run import Run
from providers import registry
from providers.contract import ImageModel, Role, TextModel, VideoModel
from providers.registry import Choice


def text_model(run: Run, call_id: str) -> TextModel:
    """The language or vision model of a call."""
    choice, key = _choice(run, call_id)
    return registry.text_model(choice, key, run.settings)


def image_model(run: Run, call_id: str) -> ImageModel:
    """The image model of a call."""
    choice, key = _choice(run, call_id)
    return registry.image_model(choice, key, run.settings)


def video_model(run: Run, call_id: str) -> VideoModel:
    """The video model of a call."""
    choice, key = _choice(run, call_id)
    return registry.video_model(choice, key, run.settings)


def _choice(run: Run, call_id: str) -> tuple[Choice, str]:
    call = run.call(call_id)
    role: Role = call["role"]
    provider: str = call["provider"]
    key = run.keys.get(role) or registry.server_key(provider, run.settings)
    return Choice(role, provider, call["model"]), key
