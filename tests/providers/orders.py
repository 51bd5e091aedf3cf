"""What the adapters are asked for in tests, and who they are."""

from io import BytesIO
from typing import Any

from PIL import Image

from config import Settings
from providers import registry
from providers.contract import ImageRequest, Picture, Question, VideoRequest

KEY = "key-of-tests-7f3a91"
SHAPE: dict[str, Any] = {
    "type": "object",
    "properties": {"tone": {"type": "string"}, "tempo": {"type": "string"}},
    "required": ["tone", "tempo"],
    "additionalProperties": False,
}


def picture(kind: str = "PNG", size: tuple[int, int] = (90, 160)) -> Picture:
    """A small real picture."""
    data = BytesIO()
    Image.new("RGB", size, "teal").save(data, kind)
    return Picture(data.getvalue(), f"image/{kind.lower()}")


def question(**fields: Any) -> Question:
    """A short question."""
    return Question(**{"system": "Be brief.", "user": "Which style?", "schema": SHAPE, **fields})


def image_order(**fields: Any) -> ImageRequest:
    """A portrait."""
    return ImageRequest(**{"prompt": "a lamp", "width": 1080, "height": 1920, **fields})


def video_order(**fields: Any) -> VideoRequest:
    """A portrait clip of five seconds."""
    order = {"prompt": "it turns", "first_frame": picture(), "duration": 5}
    return VideoRequest(**{**order, "width": 1080, "height": 1920, **fields})


class Models:
    """The adapters for a service with these settings."""

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
