"""Google's two ways of making clips: Omni by interactions, Veo by long-running operations."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import orjson

from providers.base64_stream import Decoder, skim
from providers.contract import Task, TaskState, VideoRequest, Write
from providers.errors import ProviderError
from providers.gemini import gemini
from providers.http import Access, Http
from providers.image_encoding import encoded, sendable
from providers.models import known

_PICTURE_LIMIT = 14_000_000
_UNDER_WAY: dict[object, TaskState] = {
    "queued": "waiting",
    "in_progress": "running",
    "cancelled": "cancelled",
}
_CANCELLED = 1  # among the codes of Google's operations
_FAILED = ("failed", "incomplete", "budget_exceeded", "requires_action")


def gemini_video(model: str, access: Access) -> "Omni | Veo":
    """The adapter for a model: by its name, or by that of the known one most like it."""
    veo = known("video", "gemini", model).id.startswith("veo-")
    return Veo(model, access) if veo else Omni(model, access)


class Omni:
    """Role `video`, by the Interactions API."""

    def __init__(self, model: str, access: Access) -> None:
        self._model = model
        self._http = gemini(access)

    def submit(self, order: VideoRequest) -> str:
        """Start the paid work; returns the id of the interaction."""
        model = known("video", "gemini", self._model)
        kind, frame = _first_frame(self._http, order)
        body = {
            "model": self._model,
            "input": [
                {"type": "image", "mime_type": kind, "data": frame},
                {"type": "text", "text": order.prompt},
            ],
            "background": True,
            "response_format": {
                "type": "video",
                "aspect_ratio": model.shape(order.width, order.height),
                "duration": f"{model.duration(order.duration)}s",
                "delivery": "uri",
            },
        }
        answer = self._http.post("/v1beta/interactions", body, skim)
        return _task_id(self._http, answer.get("id"))

    def poll(self, task_id: str) -> Task:
        """Ask how far it is."""
        answer = self._http.task(_interaction(task_id), skim)
        status, usage = answer.get("status"), answer.get("usage")
        if status == "completed":
            for video in _videos(answer):
                if isinstance(uri := video.get("uri"), str) and uri:
                    return Task("succeeded", 1.0, uri, usage=usage)
                if (number := video.get("data")) is not None:
                    return Task("succeeded", 1.0, f"inline:{number}:{task_id}", usage=usage)
            return Task("failed", reason=_words(answer) or "It made no clip", usage=usage)
        if status in _FAILED:
            return Task("failed", reason=_words(answer) or f"It ended as {status}", usage=usage)
        return Task(_UNDER_WAY.get(status, "running"), usage=usage)

    def download(self, output: str, write: Write) -> str:
        """Stream the finished clip; one that is inside of an answer as well."""
        inline = re.fullmatch(r"inline:(\d+):(.+)", output)
        if inline is None:
            return self._http.download(_file(output), write)
        number = inline[1]
        decoder = Decoder(write)

        def keep(found: int, piece: bytes) -> None:
            if found == int(number):
                decoder.feed(piece)

        def read(chunks: Iterator[bytes]) -> str:
            try:
                rest = orjson.loads(skim(chunks, keep))
            except ValueError as exc:
                raise self._http.unusable(f"The clip in its answer is damaged: {exc}") from exc
            kinds = [v.get("mime_type") for v in _videos(rest) if v.get("data") == number]
            if not decoder.size or not kinds:
                raise self._http.unusable("There is no clip in its answer")
            return str(kinds[0] or "video/mp4")

        return self._http.stream(_interaction(inline[2]), read)

    def cancel(self, task_id: str) -> None:
        """Have it stop, if it still can."""
        with suppress(ProviderError):
            self._http.post(f"{_interaction(task_id)}/cancel", {}, skim)


class Veo:
    """Role `video`, by long-running operations."""

    def __init__(self, model: str, access: Access) -> None:
        self._model = model
        self._http = gemini(access)

    def submit(self, order: VideoRequest) -> str:
        """Start the paid work; returns the name of the operation."""
        model = known("video", "gemini", self._model)
        kind, frame = _first_frame(self._http, order)
        image = {"bytesBase64Encoded": frame, "mimeType": kind}
        body = {
            "instances": [{"prompt": order.prompt, "image": image}],
            "parameters": {
                "aspectRatio": model.shape(order.width, order.height),
                "durationSeconds": model.duration(order.duration),
                "sampleCount": 1,
            },
        }
        path = f"/v1beta/models/{quote(self._model, safe='')}:predictLongRunning"
        return _task_id(self._http, self._http.post(path, body).get("name"))

    def poll(self, task_id: str) -> Task:
        """Ask how far it is."""
        answer = self._http.task(f"/v1beta/{quote(task_id)}")
        if not answer.get("done"):
            return Task("running")
        if isinstance(error := answer.get("error"), Mapping):
            state: TaskState = "cancelled" if error.get("code") == _CANCELLED else "failed"
            return Task(state, reason=str(error.get("message") or "It gives no reason"))
        made = _at(answer, "response", "generateVideoResponse")
        uri = _at(made, "generatedSamples", 0, "video", "uri")
        if isinstance(uri, str) and uri:
            return Task("succeeded", 1.0, uri)
        filtered = _at(made, "raiMediaFilteredReasons", 0)
        return Task("failed", reason=str(filtered or "It made no clip"))

    def download(self, output: str, write: Write) -> str:
        """Stream the finished clip."""
        return self._http.download(_file(output), write)

    def cancel(self, task_id: str) -> None:
        """Veo's operations run to their end."""


def _first_frame(http: Http, order: VideoRequest) -> tuple[str, str]:
    """Its type, and itself in base64."""
    picture = sendable(http, order.first_frame, _PICTURE_LIMIT)
    return picture.type, encoded(picture.data)


def _task_id(http: Http, given: object) -> str:
    if not isinstance(given, str) or not given:
        raise http.unusable("It started something, but did not say what", uncertain=True)
    return given


def _interaction(task_id: str) -> str:
    return f"/v1beta/interactions/{quote(task_id, safe='')}"


def _contents(answer: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """All that the model put out."""
    steps = answer.get("steps")
    for step in steps if isinstance(steps, list) else ():
        if isinstance(step, Mapping) and step.get("type") == "model_output":
            content = step.get("content")
            found = content if isinstance(content, list) else []
            yield from (item for item in found if isinstance(item, Mapping))


def _videos(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [content for content in _contents(answer) if content.get("type") == "video"]


def _words(answer: Mapping[str, Any]) -> str:
    """Why there is no clip: the errors, or what the model says instead."""
    errors = answer.get("errors")
    said = [e.get("message") for e in errors if isinstance(e, Mapping)] if errors else []
    steps = answer.get("steps")
    said += [_at(step, "error", "message") for step in (steps or ())]
    said += [content.get("text") for content in _contents(answer)]
    return " ".join(str(text) for text in said if text)[:500]


def _file(uri: str) -> str:
    """Where the bytes of a file are: its own address tells about it only."""
    name = re.search(r"(?:^|/)(files/[\w-]+)$", uri)
    return f"/v1beta/{name[1]}:download?alt=media" if name else uri


def _at(value: Any, *path: str | int) -> Any:
    """What is at a path of keys and positions in an answer, if anything."""
    for step in path:
        try:
            value = value[step]
        except (LookupError, TypeError):
            return None
    return value
