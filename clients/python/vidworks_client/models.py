"""What the service answers with, as immutable objects.

Each has the most useful fields, in snake_case, and the whole JSON document in `raw`. A field that
an older service doesn't send is None, or empty; unknown fields are in `raw` only.
"""

from dataclasses import dataclass
from typing import Any, Literal

State = Literal["queued", "running", "waiting", "succeeded", "failed", "interrupted", "cancelled"]
StepState = Literal[
    "planned", "running", "succeeded", "failed", "skipped", "cancelled", "interrupted"
]
FINISHED: frozenset[str] = frozenset({"succeeded", "failed", "interrupted", "cancelled"})


@dataclass(frozen=True, kw_only=True)
class Model:
    """A JSON document of the service."""

    raw: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class User(Model):
    """An account."""

    id: str
    email: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Project(Model):
    """A project: works, assets and templates belong to one."""

    id: str
    name: str
    project_type: str | None
    updated_at: int


@dataclass(frozen=True, kw_only=True)
class Work(Model):
    """A work is one video: its brief, scenes, timeline and media. All of it is in `raw`."""

    id: str
    project_id: str
    name: str
    updated_at: int

    @property
    def path(self) -> str:
        """The address of the work on the service."""
        return f"/api/projects/{self.project_id}/works/{self.id}"


@dataclass(frozen=True, kw_only=True)
class Asset(Model):
    """A file of a project: an image, a video, a sound or a font."""

    id: str
    project_id: str
    name: str
    type: str
    mime_type: str
    size: int
    width: int | None
    height: int | None
    duration: float | None
    url: str


@dataclass(frozen=True, kw_only=True)
class Export(Model):
    """An exported video of a work."""

    id: str
    url: str
    width: int
    height: int
    fps: float
    duration: float
    size: int


@dataclass(frozen=True, kw_only=True)
class Link(Model):
    """A link that opens one thing without a token, until `expires_at` (Unix milliseconds)."""

    id: str
    kind: str
    url: str | None
    expires_at: int


@dataclass(frozen=True, kw_only=True)
class Progress(Model):
    """How far a job is."""

    percent: int
    message: str


@dataclass(frozen=True, kw_only=True)
class Step(Model):
    """A step on the way to a video, such as `scenario`, `scenes` or `export`."""

    name: str
    state: StepState
    percent: int
    message: str | None
    job_id: str | None
    error: str | None


@dataclass(frozen=True, kw_only=True)
class VideoResult(Model):
    """A finished video: `video_url` opens the file without a token, `export_url` with one.

    `work_url` is the page that shows the work, for its owner.
    `links.delete(video_link_id)` makes `video_url` open nothing any more.
    """

    work_url: str | None
    export_id: str | None
    export_url: str | None
    video_url: str | None
    video_link_id: str | None
    duration: float | None


@dataclass(frozen=True, kw_only=True)
class AnyJob(Model):
    """What jobs of all kinds have; only those of videos have `steps`."""

    id: str
    kind: str
    state: State
    progress: Progress
    reason: str | None
    project_id: str | None
    work_id: str | None
    steps: list[Step]
    created_at: int
    updated_at: int

    @property
    def is_finished(self) -> bool:
        """Whether the job has ended, in whatever state."""
        return self.state in FINISHED


@dataclass(frozen=True, kw_only=True)
class Job(AnyJob):
    """A job. What it made is in `result`, once it has succeeded."""

    result: dict[str, Any] | None

    @property
    def path(self) -> str:
        """The address of the job on the service."""
        if self.work_id is None:
            return f"/api/jobs/{self.id}"
        return f"/api/projects/{self.project_id}/works/{self.work_id}/jobs/{self.id}"


@dataclass(frozen=True, kw_only=True)
class Video(AnyJob):
    """A job that makes a whole video, with its steps."""

    metadata: dict[str, Any] | None
    result: VideoResult | None

    @property
    def path(self) -> str:
        """The address of the job on the service."""
        return f"/api/videos/{self.id}"
