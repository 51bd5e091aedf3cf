"""The adapters under test, and requests to them."""

import os
import time
from collections.abc import Callable
from io import BytesIO
from typing import Any

from PIL import Image

from config import Settings
from providers import registry
from providers.contract import ImageRequest, Picture, Question, Task, VideoModel, VideoRequest
from providers.models import DEMO, providers_for
from schemas.ai import Role

Call = Callable[["Adapters"], Any]

KEY = "key-of-tests-7f3a91"
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"tone": {"type": "string"}, "tempo": {"type": "string"}},
    "required": ["tone", "tempo"],
    "additionalProperties": False,
}


def offered(role: Role) -> dict[str, str]:
    """Return the providers of a role and their default models, without the demo."""
    providers = providers_for(role).items()
    return {name: provider.default_model().id for name, provider in providers if name != DEMO}


VEO = ("gemini", "veo-3.1-generate-preview")  # the earlier API for clips of this vendor
VIDEO_MODELS = [*offered("video").items(), VEO]


class Adapters:
    """Creates the adapters of a service with these settings."""

    def __init__(self, settings: Settings, key: str = KEY) -> None:
        self.settings = settings
        self.key = key

    def text(self, provider: str, model: str | None = None) -> Any:
        choice = registry.choose("llm", provider, model, self.settings)
        return registry.text_model(choice, self.key, self.settings)

    def image(self, provider: str, model: str | None = None) -> Any:
        choice = registry.choose("image", provider, model, self.settings)
        return registry.image_model(choice, self.key, self.settings)

    def video(self, provider: str, model: str | None = None) -> Any:
        choice = registry.choose("video", provider, model, self.settings)
        return registry.video_model(choice, self.key, self.settings)


def question(**fields: Any) -> Question:
    """Return a short question."""
    return Question(**{"system": "Be brief.", "user": "Which style?", "schema": SCHEMA, **fields})


def image_request(**fields: Any) -> ImageRequest:
    """Return a request for an image in portrait orientation."""
    return ImageRequest(**{"prompt": "a lamp", "width": 1080, "height": 1920, **fields})


def video_request(**fields: Any) -> VideoRequest:
    """Return a request for a clip of five seconds in portrait orientation."""
    request = {"prompt": "it turns", "first_frame": picture(), "duration": 5}
    return VideoRequest(**{**request, "width": 1080, "height": 1920, **fields})


def picture(image_format: str = "PNG", size: tuple[int, int] = (90, 160)) -> Picture:
    """Return a small image file."""
    data = BytesIO()
    Image.new("RGB", size, "teal").save(data, image_format)
    return Picture(data.getvalue(), f"image/{image_format.lower()}")


def noise_picture(side: int) -> Picture:
    """Return a PNG file that cannot be compressed."""
    data = BytesIO()
    Image.frombytes("RGB", (side, side), os.urandom(side * side * 3)).save(data, "PNG")
    return Picture(data.getvalue(), "image/png")


def finished_task(model: VideoModel, task_id: str) -> Task:
    """Poll until a task is finished, and return it."""
    deadline = time.monotonic() + 30
    while (task := model.poll(task_id)).state in {"waiting", "running"}:
        assert time.monotonic() < deadline, "the task does not finish"
        time.sleep(0.01)
    return task


def download(model: VideoModel, task: Task) -> tuple[bytearray, str]:
    """Return the clip of a finished task and its media type."""
    clip = bytearray()
    media_type = model.download(task.output or "", clip.extend)
    return clip, media_type


def _call(method: str, provider: str, model: str) -> Call:
    """Return a paid call of an adapter: `answer`, `generate` or `submit`."""
    kind, request = {
        "answer": ("text", question),
        "generate": ("image", image_request),
        "submit": ("video", video_request),
    }[method]
    return lambda adapters: getattr(getattr(adapters, kind)(provider, model), method)(request())


# A paid call of each adapter, by its name.
CALLS = {
    f"{method} {provider} {model}": _call(method, provider, model)
    for method, models in (
        ("answer", offered("llm").items()),
        ("generate", offered("image").items()),
        ("submit", [*offered("video").items(), ("gemini", "veo-3.1")]),
    )
    for provider, model in models
}
