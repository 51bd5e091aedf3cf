"""Runway's tasks: submitted, polled, downloaded and cancelled in one way for all kinds."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from media.languages import short_code
from providers.contract import Task, TaskState, VideoRequest, Write
from providers.error_responses import error_text
from providers.http import ApiClient, ApiConfig
from providers.image_encoding import data_url, prepare_picture
from providers.models import find_model
from providers.sound_contract import SoundRequest, SpeechRequest, Voice
from providers.timed_words import check_model

_VERSION = "2024-11-06"
_STATES: dict[object, TaskState] = {
    "PENDING": "waiting",
    "THROTTLED": "waiting",
    "RUNNING": "running",
    "CANCELLED": "cancelled",
}

_MAX_PICTURE_LENGTH = 5_000_000  # characters of the data URL

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


class RunwayTasks:
    """What all of the vendor's models do with their tasks."""

    def __init__(self, model: str, config: ApiConfig) -> None:
        self._model = model
        self._client = ApiClient(config, "Authorization", "Bearer", X_Runway_Version=_VERSION)

    def _start(self, path: str, body: Mapping[str, Any]) -> str:
        """Start a task, which is charged; return the vendor's id of it."""
        task_id = self._client.post(path, {"model": self._model, **body}).get("id")
        if not isinstance(task_id, str) or not task_id:
            message = "It accepted the request, but returned no task id"
            raise self._client.bad_response(message, uncertain=True)
        return task_id

    def poll(self, task_id: str) -> Task:
        """Return the state of a task."""
        answer = self._client.get_task(_task_path(task_id))
        status, usage = answer.get("status"), answer.get("cost") or answer.get("estimatedCost")
        if status == "SUCCEEDED":
            urls = answer.get("output")
            url = urls[0] if isinstance(urls, list) and urls and isinstance(urls[0], str) else None
            return Task("succeeded", 1.0, url, url, usage=usage)
        if status == "FAILED":
            return Task("failed", reason=_reason(answer), usage=usage)
        return Task(_STATES.get(status, "running"), _progress(answer), usage=usage)

    def download(self, output: str, write: Write) -> str:
        """Stream a finished file; its URL is valid for a day."""
        return self._client.download(output, write)

    def cancel(self, task_id: str) -> None:
        """Cancel a task; a finished one is deleted at the vendor."""
        self._client.delete(_task_path(task_id))


def _task_path(task_id: str) -> str:
    return f"/v1/tasks/{quote(task_id, safe='')}"


def _progress(answer: dict[str, Any]) -> float | None:
    progress = answer.get("progress")
    return float(progress) if isinstance(progress, int | float) else None


def _reason(answer: dict[str, Any]) -> str:
    code = answer.get("failureCode")
    reason = answer.get("failure") or error_text(answer) or "No reason given"
    return f"{reason} ({code})" if code else str(reason)


class RunwayVideo(RunwayTasks):
    """Role `video`."""

    def submit(self, request: VideoRequest) -> str:
        """Submit a task, which is charged; return the vendor's id of it."""
        model = find_model("video", "runway", self._model)
        frame = prepare_picture(self._client, request.first_frame, _MAX_PICTURE_LENGTH)
        body: dict[str, Any] = {
            "promptImage": data_url(frame),
            "promptText": model.shorten_prompt(request.prompt),
            "duration": model.duration(request.duration),
        }
        if (ratio := model.size(request.width, request.height)) is not None:
            body["ratio"] = ratio
        return self._start("/v1/image_to_video", body)


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
