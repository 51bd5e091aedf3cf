"""Google's two video APIs: Omni by interactions, Veo by long-running operations."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

import orjson

from providers.base64_stream import Base64Decoder, extract_base64
from providers.contract import Task, TaskState, VideoRequest, Write
from providers.error_responses import error_text, has_error
from providers.gemini import at, contents, file_url, gemini_client, reason_of
from providers.http import ApiClient, ApiConfig
from providers.image_encoding import prepare_picture, to_base64
from providers.models import find_model

_MAX_PICTURE_LENGTH = 14_000_000
_STATES: dict[object, TaskState] = {
    "queued": "waiting",
    "in_progress": "running",
    "cancelled": "cancelled",
}
_CANCELLED_CODE = 1  # of Google's operations
_FAILED_STATUSES = ("failed", "incomplete", "budget_exceeded", "requires_action")


def gemini_video(model: str, config: ApiConfig) -> "Omni | Veo":
    """Return the adapter for a model: the adapter of the known model with the most similar id."""
    is_veo = find_model("video", "gemini", model).id.startswith("veo-")
    return Veo(model, config) if is_veo else Omni(model, config)


class Omni:
    """Role `video`, by the Interactions API."""

    def __init__(self, model: str, config: ApiConfig) -> None:
        self._model = model
        self._client = gemini_client(config)

    def submit(self, request: VideoRequest) -> str:
        """Submit an interaction, which is charged; return its id."""
        model = find_model("video", "gemini", self._model)
        media_type, frame = _first_frame(self._client, request)
        body = {
            "model": self._model,
            "input": [
                {"type": "image", "mime_type": media_type, "data": frame},
                {"type": "text", "text": request.prompt},
            ],
            "background": True,
            "response_format": {
                "type": "video",
                "aspect_ratio": model.size(request.width, request.height),
                "duration": f"{model.duration(request.duration)}s",
                "delivery": "uri",
            },
        }
        answer = self._client.post("/v1beta/interactions", body, extract_base64)
        return _task_id(self._client, answer.get("id"))

    def poll(self, task_id: str) -> Task:
        """Return the state of a task."""
        answer = self._client.get_task(_interaction_path(task_id), extract_base64)
        status, usage = answer.get("status"), answer.get("usage")
        if status == "completed":
            for video in _videos(answer):
                if isinstance(uri := video.get("uri"), str) and uri:
                    return Task("succeeded", 1.0, uri, usage=usage)
                if (number := video.get("data")) is not None:
                    return Task("succeeded", 1.0, f"inline:{number}:{task_id}", usage=usage)
            if reason := reason_of(answer):
                return Task("failed", reason=reason, usage=usage)
            return Task("succeeded", 1.0, usage=usage)
        if status in _FAILED_STATUSES:
            reason = reason_of(answer) or f"It ended with status {status}"
            return Task("failed", reason=reason, usage=usage)
        return Task(_STATES.get(status, "running"), usage=usage)

    def download(self, output: str, write: Write) -> str:
        """Stream a finished clip, from its URL or from inside the response."""
        inline = re.fullmatch(r"inline:(\d+):(.+)", output)
        if inline is None:
            return self._client.download(file_url(output), write)
        number = inline[1]
        decoder = Base64Decoder(write)

        def decode(index: int, piece: bytes) -> None:
            if index == int(number):
                decoder.feed(piece)

        def read(chunks: Iterator[bytes]) -> str:
            try:
                answer = orjson.loads(extract_base64(chunks, decode))
            except ValueError as exc:
                message = f"The clip in the response is damaged: {exc}"
                raise self._client.bad_response(message) from exc
            types = [v.get("mime_type") for v in _videos(answer) if v.get("data") == number]
            if not decoder.size or not types:
                raise self._client.bad_response("The response contains no clip")
            return str(types[0] or "video/mp4")

        return self._client.stream(_interaction_path(inline[2]), read)

    def cancel(self, task_id: str) -> None:
        """Cancel a task, if the vendor still can."""
        self._client.post(f"{_interaction_path(task_id)}/cancel", {}, extract_base64)


class Veo:
    """Role `video`, by long-running operations."""

    def __init__(self, model: str, config: ApiConfig) -> None:
        self._model = model
        self._client = gemini_client(config)

    def submit(self, request: VideoRequest) -> str:
        """Submit an operation, which is charged; return its name."""
        model = find_model("video", "gemini", self._model)
        media_type, frame = _first_frame(self._client, request)
        image = {"bytesBase64Encoded": frame, "mimeType": media_type}
        body = {
            "instances": [{"prompt": request.prompt, "image": image}],
            "parameters": {
                "aspectRatio": model.size(request.width, request.height),
                "durationSeconds": model.duration(request.duration),
                "sampleCount": 1,
            },
        }
        path = f"/v1beta/models/{quote(self._model, safe='')}:predictLongRunning"
        return _task_id(self._client, self._client.post(path, body).get("name"))

    def poll(self, task_id: str) -> Task:
        """Return the state of a task."""
        answer = self._client.get_task(f"/v1beta/{quote(task_id)}")
        if not answer.get("done"):
            return Task("running")
        if has_error(answer):
            is_cancelled = at(answer, "error", "code") == _CANCELLED_CODE
            state: TaskState = "cancelled" if is_cancelled else "failed"
            return Task(state, reason=error_text(answer) or "No reason given")
        result = at(answer, "response", "generateVideoResponse")
        uri = at(result, "generatedSamples", 0, "video", "uri")
        filtered = at(result, "raiMediaFilteredReasons", 0)
        if filtered and not uri:
            return Task("failed", reason=str(filtered))
        return Task("succeeded", 1.0, uri if isinstance(uri, str) else None)

    def download(self, output: str, write: Write) -> str:
        """Stream a finished clip."""
        return self._client.download(file_url(output), write)

    def cancel(self, task_id: str) -> None:
        """Do nothing: Veo's operations cannot be cancelled."""


def _first_frame(client: ApiClient, request: VideoRequest) -> tuple[str, str]:
    """Return the media type and the Base64 of the first frame."""
    picture = prepare_picture(client, request.first_frame, _MAX_PICTURE_LENGTH)
    return picture.media_type, to_base64(picture.data)


def _task_id(client: ApiClient, value: object) -> str:
    if not isinstance(value, str) or not value:
        message = "It accepted the request, but returned no task id"
        raise client.bad_response(message, uncertain=True)
    return value


def _interaction_path(task_id: str) -> str:
    return f"/v1beta/interactions/{quote(task_id, safe='')}"


def _videos(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [content for content in contents(answer) if content.get("type") == "video"]
