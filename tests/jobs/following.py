"""Starting jobs in tests, and following them."""

import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from tests.people import Person
from tests.works.shapes import scene

T = TypeVar("T")
Job = dict[str, Any]

# OpenAI makes the images, Runway the clips: their models answer in one step, and in tasks.
MODELS = {"x-llm-provider": "claude", "x-image-provider": "dalle", "x-video-provider": "runway"}

STEP = 0.02


def film(person: Person, project: str, scenes: int, **fields: Any) -> str:
    """Make a work with a scenario of so many scenes; returns its path."""
    work = person.new_work(project, **fields)
    answer = person.put(work, json={"scenes": [scene(index) for index in range(scenes)]})
    assert answer.status_code == 200, answer.text
    return work


def start(
    person: Person,
    work: str,
    kind: str = "scenes",
    headers: Mapping[str, str] | None = None,
    **fields: Any,
) -> str:
    """Start a job; returns its path."""
    sent = {**MODELS, **(headers or {})}
    answer = person.post(f"{work}/jobs", json={"kind": kind, **fields}, headers=sent)
    assert answer.status_code == 202, answer.text
    return str(answer.headers["Location"])


def resume(person: Person, job: str, **headers: str) -> Job:
    """Have a job go on; returns it."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = person.post(f"{job}/resume", headers=sent)
    assert answer.status_code == 202, answer.text
    return cast(Job, answer.json)


def ended(person: Person, job: str) -> Job:
    """The job once it is finished."""
    answer = person.get(f"{job}?wait=20")
    assert answer.status_code == 200, answer.text
    assert answer.json["finishedAt"], answer.json
    return cast(Job, answer.json)


def made(person: Person, work: str, kind: str = "scenes", **fields: Any) -> Job:
    """Start a job and wait for its end."""
    return ended(person, start(person, work, kind, **fields))


def once(person: Person, job: str, holds: Callable[[Job], Any]) -> Job:
    """The job as soon as this holds."""
    return until(lambda: found if holds(found := person.show(job)) else None)


def until(find: Callable[[], T | None], seconds: float = 30) -> T:
    """What is found, as soon as it is something."""
    deadline = time.monotonic() + seconds
    while not (found := find()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(STEP)
    return found


def states(job: Job) -> dict[str, str]:
    """The states of a job's calls, by their ids."""
    return {call["id"]: call["state"] for call in job["calls"]}
