"""Runway's tasks: submitted, polled, downloaded and cancelled in one way for all kinds."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from providers.contract import Task, TaskState, Write
from providers.error_responses import error_text
from providers.http import ApiClient, ApiConfig

_VERSION = "2024-11-06"
_STATES: dict[object, TaskState] = {
    "PENDING": "waiting",
    "THROTTLED": "waiting",
    "RUNNING": "running",
    "CANCELLED": "cancelled",
}


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
