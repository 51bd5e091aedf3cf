"""What an adapter of a vendor does: one small contract for each role.

All of these raise the errors of providers/errors.py. None retries what may have been paid for.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

Role = Literal["vision", "llm", "image", "video"]
Usage = dict[str, Any]  # what the vendor reports of tokens, credits or cost, in its own terms
Write = Callable[[bytes], object]


@dataclass(frozen=True, slots=True)
class Picture:
    """An image in memory, of some megabytes at most."""

    data: bytes
    type: str  # image/png, image/jpeg or image/webp


@dataclass(frozen=True, slots=True)
class Clip:
    """A video file on the disk."""

    path: Path
    type: str


@dataclass(frozen=True, slots=True)
class Question:
    """What a language model is asked; the answer is a JSON object of this shape (JSON Schema)."""

    system: str
    user: str
    shape: Mapping[str, Any]
    pictures: Sequence[Picture] = ()
    video: Clip | None = None  # only for models that take video


@dataclass(frozen=True, slots=True)
class Reply:
    """A language model's answer: an object, not validated yet."""

    value: dict[str, Any]
    usage: Usage | None = None


class TextModel(Protocol):
    """Roles `llm` and `vision`."""

    takes_video: bool

    def answer(self, question: Question) -> Reply:
        """Ask the model."""
        ...


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """An image to be made, in pixels; vendors take the nearest size they have."""

    prompt: str
    width: int
    height: int
    references: Sequence[Picture] = ()  # what the image shall resemble, where the model takes it


@dataclass(frozen=True, slots=True)
class MadeImage:
    """A generated image, or the vendor's address of it."""

    picture: Picture | None
    url: str | None = None
    usage: Usage | None = None


class ImageModel(Protocol):
    """Role `image`: answers at once."""

    def generate(self, order: ImageRequest) -> MadeImage:
        """Make an image."""
        ...


@dataclass(frozen=True, slots=True)
class VideoRequest:
    """A clip to be made from its first frame; seconds and pixels."""

    prompt: str
    first_frame: Picture
    duration: float
    width: int
    height: int


TaskState = Literal["waiting", "running", "succeeded", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class Task:
    """How far a vendor is with a clip."""

    state: TaskState
    progress: float | None = None  # 0 to 1, where the vendor says
    output: str | None = None  # once it succeeded: what `download` takes
    public_url: str | None = None  # the same for anyone, without a key, where there is such a thing
    reason: str | None = None  # why it failed, in the vendor's words
    usage: Usage | None = None


class VideoModel(Protocol):
    """Role `video`: a task is submitted, polled, and downloaded."""

    def submit(self, order: VideoRequest) -> str:
        """Start the paid work; returns the vendor's id of the task."""
        ...

    def poll(self, task_id: str) -> Task:
        """Ask how far it is; nothing is paid for that."""
        ...

    def download(self, output: str, write: Write) -> str:
        """Stream the finished clip in chunks of at most 1 MB; returns its content type."""
        ...

    def cancel(self, task_id: str) -> None:
        """Have the vendor stop, where it can; quietly where it can't."""
        ...
