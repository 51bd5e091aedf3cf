"""What vendors say, without the key that was sent to them, and of limited length.

The registry wraps every adapter in one of these classes. So whatever a vendor's module does, texts
leave this package only through `redact`: messages of errors, reasons of failed tasks, usage.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Generic, TypeGuard, TypeVar
from urllib.parse import quote

import orjson

from providers.contract import (
    GeneratedImage,
    ImageModel,
    ImageRequest,
    Question,
    Reply,
    Request_contra,
    Task,
    TaskModel,
    TextModel,
    Usage,
    VideoModel,
    VideoRequest,
    Write,
)
from providers.errors import ProviderError

Model = TypeVar("Model")
Tasks = TypeVar("Tasks", bound=TaskModel[Any])

_MAX_MESSAGE = 500  # characters
_MAX_TEXT = 4000  # characters of a vendor's text that are processed for a message
_MIN_PART = 12  # consecutive characters of a key that are replaced as well; prefixes are shorter
_MAX_TASK_ID = 1000  # characters
_MAX_USAGE_BYTES = 4000
_UNKNOWN_MODEL = {400, 404, 410}  # statuses of a request that names a model that is gone


def redact(text: str, key: str) -> str:
    """Shorten a vendor's text to one line; replace the key with `[key]`.

    Also replaced are its URL-encoded form, long parts of it, and words masked with asterisks.
    """
    text = text[:_MAX_TEXT]
    for secret in {key, quote(key, safe="")} - {""}:
        text = _replace_parts(text, secret)
    words = "".join(c if c.isprintable() else " " for c in text).split()
    text = " ".join("[key]" if "***" in word else word for word in words)
    return text if len(text) <= _MAX_MESSAGE else text[: _MAX_MESSAGE - 1] + "…"


def _replace_parts(text: str, secret: str) -> str:
    """Replace the secret, and each part of it that has at least _MIN_PART characters."""
    size = min(_MIN_PART, len(secret))
    parts = {secret[start : start + size] for start in range(len(secret) - size + 1)}
    result, position = [], 0
    while position < len(text):
        end = position + size
        if text[position:end] not in parts:
            result.append(text[position])
            position += 1
            continue
        while end < len(text) and text[end - size + 1 : end + 1] in parts:
            end += 1
        result.append("[key]")
        position = end
    return "".join(result)


class Redacting(Generic[Model]):
    """What all models have in common."""

    def __init__(
        self, model: Model, provider: str, key: str, retirement: str | None = None
    ) -> None:
        self._model = model
        self._provider = provider
        self._key = key
        self._retirement = retirement  # what to say of the model where the vendor refuses it

    def _redact(self, text: str) -> str:
        return redact(text, self._key)

    def _is_disclosed(self, text: str) -> bool:
        return self._key != "" and (self._key in text or quote(self._key, safe="") in text)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except ProviderError as exc:
            exc.message = self._redact(exc.message)
            if self._retirement and exc.status in _UNKNOWN_MODEL:
                exc.message = f"{exc.message} ({self._retirement})"
            raise

    def _usage(self, usage: object) -> Usage | None:
        """Return what a vendor reports as usage, without the key; None if it is unusable."""
        if not _is_small_object(usage):
            return None
        redacted: Usage = self._redact_values(usage)
        return redacted

    def _redact_values(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {self._redact(key): self._redact_values(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self._redact_values(each) for each in value]
        return self._redact(value) if isinstance(value, str) else value


class RedactingText(Redacting[TextModel]):
    """A language or vision model."""

    def __init__(
        self, model: TextModel, provider: str, key: str, retirement: str | None = None
    ) -> None:
        super().__init__(model, provider, key, retirement)
        self.takes_video = model.takes_video

    def answer(self, question: Question) -> Reply:
        """Send the question and return the reply."""
        with self._errors():
            reply = self._model.answer(question)
        return replace(reply, usage=self._usage(reply.usage))


class RedactingImage(Redacting[ImageModel]):
    """An image model."""

    def generate(self, request: ImageRequest) -> GeneratedImage:
        """Generate an image."""
        with self._errors():
            image = self._model.generate(request)
        return replace(image, usage=self._usage(image.usage))


class RedactingTasks(Redacting[Tasks], Generic[Tasks, Request_contra]):
    """A model that runs tasks."""

    def submit(self, request: Request_contra) -> str:
        """Submit a task; return the vendor's id of it, which is stored."""
        with self._errors():
            task_id = self._model.submit(request)
            if len(task_id) > _MAX_TASK_ID or self._is_disclosed(task_id):
                message = "It accepted the request, but returned an unusable task id"
                raise ProviderError(self._provider, message, status=200, uncertain=True)
        return task_id

    def poll(self, task_id: str) -> Task:
        """Return the state of a task."""
        with self._errors():
            task = self._model.poll(task_id)
        reason = None if task.reason is None else self._redact(task.reason)
        is_public = task.public_url and not self._is_disclosed(task.public_url)
        url = task.public_url if is_public else None
        return replace(task, reason=reason, public_url=url, usage=self._usage(task.usage))

    def download(self, output: str, write: Write) -> str:
        """Stream a finished file; return its media type."""
        with self._errors():
            return self._redact(self._model.download(output, write))

    def cancel(self, task_id: str) -> None:
        """Cancel a task."""
        with self._errors():
            self._model.cancel(task_id)


class RedactingVideo(RedactingTasks[VideoModel, VideoRequest]):
    """A video model."""


def _is_small_object(value: object) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict) and len(orjson.dumps(value)) <= _MAX_USAGE_BYTES
