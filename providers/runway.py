"""Runway: clips from their first frame."""

from contextlib import suppress
from typing import Any
from urllib.parse import quote

from providers.contract import Task, TaskState, VideoRequest, Write
from providers.errors import ProviderError
from providers.http import Access, Http
from providers.image_encoding import data_uri, sendable
from providers.models import known

_VERSION = "2024-11-06"
_FRAME_LIMIT = 5_000_000  # characters of the data URI
_STATES: dict[object, TaskState] = {
    "PENDING": "waiting",
    "THROTTLED": "waiting",
    "RUNNING": "running",
    "CANCELLED": "cancelled",
}


class RunwayVideo:
    """Role `video`."""

    def __init__(self, model: str, access: Access) -> None:
        self._model = model
        self._http = Http(access, "Authorization", "Bearer", X_Runway_Version=_VERSION)

    def submit(self, order: VideoRequest) -> str:
        """Start the paid work; returns the vendor's id of the task."""
        model = known("video", "runway", self._model)
        frame = sendable(self._http, order.first_frame, _FRAME_LIMIT)
        body = {
            "model": self._model,
            "promptImage": data_uri(frame),
            "promptText": model.shortened(order.prompt),
            "duration": model.duration(order.duration),
        }
        if (ratio := model.shape(order.width, order.height)) is not None:
            body["ratio"] = ratio
        task_id = self._http.post("/v1/image_to_video", body).get("id")
        if not isinstance(task_id, str) or not task_id:
            raise self._http.unusable("It started something, but did not say what", uncertain=True)
        return task_id

    def poll(self, task_id: str) -> Task:
        """Ask how far it is."""
        answer = self._http.task(_task(task_id))
        status, usage = answer.get("status"), answer.get("cost") or answer.get("estimatedCost")
        if status == "SUCCEEDED":
            output = answer.get("output")
            if isinstance(output, list) and output and isinstance(output[0], str):
                return Task("succeeded", 1.0, output[0], output[0], usage=usage)
            return Task("failed", reason="It made no clip", usage=usage)
        if status == "FAILED":
            return Task("failed", reason=_reason(answer), usage=usage)
        return Task(_STATES.get(status, "running"), _progress(answer), usage=usage)

    def download(self, output: str, write: Write) -> str:
        """Stream the finished clip; its address is good for a day."""
        return self._http.download(output, write)

    def cancel(self, task_id: str) -> None:
        """Have it stop; a task that is over is deleted there."""
        with suppress(ProviderError):
            self._http.delete(_task(task_id))


def _task(task_id: str) -> str:
    return f"/v1/tasks/{quote(task_id, safe='')}"


def _progress(answer: dict[str, Any]) -> float | None:
    progress = answer.get("progress")
    return float(progress) if isinstance(progress, int | float) else None


def _reason(answer: dict[str, Any]) -> str:
    reason, code = answer.get("failure") or "It gives no reason", answer.get("failureCode")
    return f"{reason} ({code})" if code else str(reason)
