"""Runway: speech and sound effects, by tasks as its clips."""

from typing import Any

from media.languages import short_code
from providers.http import ApiConfig
from providers.models import find_model
from providers.runway_tasks import RunwayTasks
from providers.sound_contract import SoundRequest, SpeechRequest, Voice
from providers.speakable import check_model

_SOUND_SECONDS = (0.5, 30.0)
_PLAIN = "eleven_multilingual_v2"  # takes a text and a voice, and nothing else
_WITH_CONTEXT = "eleven_v4"

_PRESETS = (
    *("Maya", "Arjun", "Serene", "Bernard", "Billy", "Mark", "Clint", "Mabel", "Chad", "Leslie"),
    *("Eleanor", "Elias", "Elliot", "Grungle", "Brodie", "Sandra", "Kirk", "Kylie", "Lara", "Lisa"),
    *("Malachi", "Marlene", "Martin", "Miriam", "Monster", "Paula", "Pip", "Rusty", "Ragnar"),
    *("Xylar", "Maggie", "Jack", "Katie", "Noah", "James", "Rina", "Ella", "Mariah", "Frank"),
    *("Claudia", "Niki", "Vincent", "Kendrick", "Myrna", "Tom", "Wanda", "Benjamin", "Kiana"),
    "Rachel",
)
_VOICES = tuple(Voice(name, name) for name in _PRESETS)


class RunwaySpeech(RunwayTasks):
    """Role `speech`; the vendor doesn't say when words are spoken."""

    runs_tasks = True

    def __init__(self, model: str, config: ApiConfig) -> None:
        super().__init__(model, config)
        self._entry = find_model("speech", "runway", model)
        self.max_characters = self._entry.max_characters

    def check(self, request: SpeechRequest) -> None:
        """Raise UnspeakableError if the model cannot speak it."""
        check_model(request, self._entry)

    def voices(self) -> tuple[Voice, ...]:
        """Return the vendor's presets, each of which speaks all languages."""
        return _VOICES

    def voice_of(self, request: SpeechRequest) -> str:
        """Return the id of the voice that is to speak a line."""
        return request.voice or _PRESETS[0]

    def submit(self, request: SpeechRequest) -> str:
        """Submit a task, which is charged; return the vendor's id of it."""
        voice = {"type": "runway-preset", "presetId": self.voice_of(request)}
        body: dict[str, Any] = {"promptText": request.text, "voice": voice}
        if not self._model.startswith(_PLAIN):
            if style := request.style.strip("[] "):
                body["promptText"] = f"[{style}] {request.text}"
            if code := short_code(request.language):
                body["languageCode"] = code
            if request.speed != 1.0:
                body["speed"] = request.speed
        if self._model.startswith(_WITH_CONTEXT):
            around = {"previousText": request.before, "nextText": request.after}
            body |= {name: value for name, value in around.items() if value}
        return self._start("/v1/text_to_speech", body)


class RunwaySound(RunwayTasks):
    """Role `sound`."""

    runs_tasks = True

    def submit(self, request: SoundRequest) -> str:
        """Submit a task, which is charged; return the vendor's id of it."""
        shortest, longest = _SOUND_SECONDS
        seconds = round(min(max(request.seconds, shortest), longest), 1)
        return self._start("/v1/sound_effect", {"promptText": request.prompt, "duration": seconds})
