"""The adapters under test, and requests to them."""

import atexit
import os
import time
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from typing import Any

from PIL import Image

from providers import registry
from providers.contract import ImageRequest, Picture, Question, Task, VideoModel, VideoRequest
from providers.models import DEMO, providers_for
from providers.sound_contract import MusicRequest, SoundRequest, SpeechRequest, TranscriptRequest
from schemas.ai import Role
from settings.config import Settings
from tests.vendors import audio

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


LINE = "Steam rises over the tea."
VOICES = {"elevenlabs": "JBFqnCBsd6RMkjVDRZzb", "gemini": "Kore", "runway": "Maya"}
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

    def speech(self, provider: str, model: str | None = None) -> Any:
        choice = registry.choose("speech", provider, model, self.settings)
        return registry.speech_model(choice, self.key, self.settings)

    def music(self, provider: str, model: str | None = None) -> Any:
        choice = registry.choose("music", provider, model, self.settings)
        return registry.music_model(choice, self.key, self.settings)

    def sound(self, provider: str, model: str | None = None) -> Any:
        choice = registry.choose("sound", provider, model, self.settings)
        return registry.sound_model(choice, self.key, self.settings)

    def transcription(self, provider: str, model: str | None = None) -> Any:
        choice = registry.choose("transcription", provider, model, self.settings)
        return registry.transcription_model(choice, self.key, self.settings)


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


def speech_request(**fields: Any) -> SpeechRequest:
    """Return a request for a line in English, by a voice of ElevenLabs."""
    request = {
        "text": "Steam rises over the tea.",
        "voice": VOICES["elevenlabs"],
        "language": "eng",
    }
    return SpeechRequest(**{**request, **fields})


def music_request(**fields: Any) -> MusicRequest:
    """Return a request for four seconds of music."""
    return MusicRequest(**{"prompt": "a calm piano", "seconds": 4.0, **fields})


def sound_request(**fields: Any) -> SoundRequest:
    """Return a request for a sound of one and a half seconds."""
    return SoundRequest(**{"prompt": "a door", "seconds": 1.5, **fields})


def transcript_request(line: str = LINE, **fields: Any) -> TranscriptRequest:
    """Return a request for the words of a recording of a line."""
    timed = audio.timed(line)
    with NamedTemporaryFile(suffix=".wav", delete=False, dir=_recordings()) as file:
        file.write(audio.wav(timed.spoken(), timed.seconds, line))
    return TranscriptRequest(Path(file.name), "audio/wav", **fields)


@cache
def _recordings() -> str:
    """Return a directory that is deleted at the end of the tests."""
    directory = TemporaryDirectory()
    atexit.register(directory.cleanup)
    return directory.name


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
    deadline = time.monotonic() + 60
    while (task := model.poll(task_id)).state in {"waiting", "running"}:
        assert time.monotonic() < deadline, "the task does not finish"
        time.sleep(0.01)
    return task


def download(model: VideoModel, task: Task) -> tuple[bytearray, str]:
    """Return the clip of a finished task and its media type."""
    clip = bytearray()
    media_type = model.download(task.output or "", clip.extend)
    return clip, media_type


# How a paid call of each role is made: the method, and its request.
_PAID: dict[Role, tuple[str, Callable[..., Any]]] = {
    "llm": ("answer", question),
    "image": ("generate", image_request),
    "video": ("submit", video_request),
    "speech": ("speak", speech_request),
    "music": ("compose", music_request),
    "sound": ("make", sound_request),
    "transcription": ("transcribe", transcript_request),
}


def _call(role: Role, provider: str, model: str) -> Call:
    """Return a paid call of an adapter."""
    method, request = _PAID[role]
    kind = "text" if role == "llm" else role

    def call(adapters: Adapters) -> Any:
        adapter = getattr(adapters, kind)(provider, model)
        fields = {"voice": VOICES[provider]} if role == "speech" else {}
        name = "submit" if getattr(adapter, "runs_tasks", False) else method
        return getattr(adapter, name)(request(**fields))

    return call


_OTHERS: dict[Role, list[tuple[str, str]]] = {"video": [("gemini", "veo-3.1")]}

# A paid call of each adapter, by its name.
CALLS = {
    f"{role} {provider} {model}": _call(role, provider, model)
    for role in _PAID
    for provider, model in [*offered(role).items(), *_OTHERS.get(role, [])]
}
_BYTES = ("music elevenlabs", "sound elevenlabs")
# Those whose response is JSON, of which a half can be recognised.
JSON_CALLS = {name: call for name, call in CALLS.items() if not name.startswith(_BYTES)}
