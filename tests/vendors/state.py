"""State of the fake vendors: rules, recorded requests and paid calls, tasks, files."""

import secrets
import threading
import time
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.vendors.rules import Rule, Rules

TaskState = Literal["pending", "throttled", "running", "succeeded", "failed", "cancelled"]


@dataclass
class Task:
    """A video task; its rule decides how it ends."""

    id: str
    vendor: str
    model: str
    prompt: str
    rule: Rule
    asked: dict[str, Any]
    released: threading.Event
    created: float = field(default_factory=time.time)
    polls: int = 0
    cancelled: bool = False

    def poll(self) -> TaskState:
        """Count a poll and return the state."""
        self.polls += 1
        return self.state()

    def state(self) -> TaskState:
        """Return the state after the polls and the time so far."""
        if self.cancelled:
            return "cancelled"
        if self.polls <= self.rule.throttled and self.rule.throttled:
            return "throttled"
        if self.polls <= self.rule.throttled + self.rule.polls or not self._is_over():
            return "running" if self.polls > self.rule.throttled + 1 else "pending"
        if self.rule.stop:
            return "cancelled"
        return "failed" if self.rule.fail or self.rule.refuse else "succeeded"

    def progress(self) -> float:
        """Return the progress from 0 to 1."""
        return min(self.polls / (self.rule.throttled + self.rule.polls + 1), 0.95)

    def _is_over(self) -> bool:
        if self.rule.takes is None:
            return self.released.is_set()
        return time.time() - self.created >= self.rule.takes


@dataclass
class File:
    """A file that was uploaded to Gemini: its size and digest, of a recording also the content."""

    name: str
    media_type: str
    display_name: str
    declared_size: int
    rule: Rule
    size: int = 0
    digest: str = ""
    content: bytes = b""
    polls: int = 0

    def state(self) -> str:
        """Return PROCESSING, ACTIVE or FAILED."""
        if self.polls < self.rule.polls:
            return "PROCESSING"
        return "FAILED" if self.rule.fail else "ACTIVE"


class State:
    """The state of all vendors, shared by all threads."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.stopping = threading.Event()
        self.released = threading.Event()
        self.reset()

    def reset(self) -> None:
        """Remove everything."""
        with self.lock:
            self.released.set()
            self.released = threading.Event()
            self.rules = Rules()
            self.counts: list[dict[str, Any]] = []
            self.requests: list[dict[str, Any]] = []
            self.tasks: dict[str, Task] = {}
            self.files: dict[str, File] = {}
            self.images: dict[str, bytes] = {}

    def add_paid_call(self, **call: Any) -> None:
        """Record a call that the vendor charges for."""
        with self.lock:
            self.counts.append({**call, "time": time.time()})

    def new_task(self, vendor: str, model: str, prompt: str, rule: Rule, asked: Any) -> Task:
        """Add a task and return it."""
        task = Task(new_id(), vendor, model, prompt, rule, asked, self.released)
        with self.lock:
            self.tasks[task.id] = task
        return task


def new_id() -> str:
    """Return a random id."""
    return secrets.token_hex(12)
