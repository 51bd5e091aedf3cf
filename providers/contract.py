"""The interfaces that adapters of vendors implement: one protocol for each kind of model.

A vendor is a company with an API; a provider is what it offers for one kind of model, with an id
that requests name. All methods raise the errors of providers/errors.py. They never retry a request
that may have been charged. The registry constructs an adapter with the model's id and an ApiConfig.

Those of speech, music, sounds and transcripts are in providers/sound_contract.py.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol, TypeVar

Usage = dict[str, Any]  # tokens, credits or cost, as the vendor reports them
Write = Callable[[bytes], object]
Request_contra = TypeVar("Request_contra", contravariant=True)


@dataclass(frozen=True, slots=True)
class Picture:
    """An image in memory, of a few megabytes at most."""

    data: bytes
    media_type: str  # image/png, image/jpeg or image/webp


@dataclass(frozen=True, slots=True)
class Clip:
    """A video file on the disk."""

    path: Path
    media_type: str


@dataclass(frozen=True, slots=True)
class Question:
    """A request to a language or vision model; `schema` is the JSON Schema of its answer."""

    system: str
    user: str
    schema: Mapping[str, Any]
    pictures: Sequence[Picture] = ()
    video: Clip | None = None  # only for models that take video


@dataclass(frozen=True, slots=True)
class Reply:
    """A model's answer: a JSON object that is not validated yet."""

    value: dict[str, Any]
    usage: Usage | None = None


class TextModel(Protocol):
    """Roles `llm` and `vision`."""

    takes_video: bool

    def answer(self, question: Question) -> Reply:
        """Send the question and return the reply."""
        ...


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """Parameters of an image; width and height are in pixels, vendors use their nearest size.

    `references` show what is in it, in the order in which the prompt numbers them: at most as many
    as the model takes (`max_references` of models.toml).
    """

    prompt: str
    width: int
    height: int
    references: Sequence[Picture] = ()


@dataclass(frozen=True, slots=True)
class GeneratedImage:
    """A generated image, or the vendor's URL of it."""

    picture: Picture | None
    url: str | None = None
    usage: Usage | None = None


class ImageModel(Protocol):
    """Role `image`: synchronous."""

    def generate(self, request: ImageRequest) -> GeneratedImage:
        """Generate an image."""
        ...


@dataclass(frozen=True, slots=True)
class VideoRequest:
    """Parameters of a clip that starts with a first frame; seconds and pixels."""

    prompt: str
    first_frame: Picture
    duration: float
    width: int
    height: int


TaskState = Literal["waiting", "running", "succeeded", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class Task:
    """The state of a task at a vendor."""

    state: TaskState
    progress: float | None = None  # 0 to 1, if the vendor reports it
    output: str | None = None  # after success: the argument of `download`; None: no file yet
    public_url: str | None = None  # a URL of the file that needs no key, if there is one
    reason: str | None = None  # of a failure, as the vendor reports it
    usage: Usage | None = None


class TaskModel(Protocol[Request_contra]):
    """Asynchronous: a task is submitted, polled and downloaded."""

    def submit(self, request: Request_contra) -> str:
        """Submit a task, which is charged; return the vendor's id of it."""
        ...

    def poll(self, task_id: str) -> Task:
        """Return the state of a task, free of charge."""
        ...

    def download(self, output: str, write: Write) -> str:
        """Stream a finished file in chunks of at most 1 MB; return its media type."""
        ...

    def cancel(self, task_id: str) -> None:
        """Cancel a task; raises ProviderError if that fails, as for a task that has ended."""
        ...


class VideoModel(TaskModel[VideoRequest], Protocol):
    """Role `video`."""
