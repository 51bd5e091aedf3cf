"""Start jobs in an application of the test's process or in a service, and wait for them."""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from flask import Flask

from tests.people import Person
from tests.service import Client
from tests.vendors import Vendors
from tests.works.shapes import scene

T = TypeVar("T")
Job = dict[str, Any]
User = Person | Client
Spans = list[tuple[float, float]]

# OpenAI generates the images, which takes one request, and Runway the clips, which are tasks.
MODEL_HEADERS = {
    "x-llm-provider": "claude",
    "x-image-provider": "dalle",
    "x-video-provider": "runway",
}

# The requests of a scene's two paid calls, as rules and requests of the fake vendors name them.
IMAGE_REQUEST = {"vendor": "openai", "kind": "image"}
CLIP_REQUEST = {"vendor": "runway", "kind": "submit"}

_POLL_SECONDS = 0.02


def new_work_with_scenes(user: User, project: str, count: int, **fields: Any) -> str:
    """Create a work whose scenario has `count` scenes; return its path."""
    work = user.new_work(project, **fields)
    user.save(work, {"scenes": [scene(index) for index in range(count)]})
    return work


def start_job(
    user: User,
    work: str,
    kind: str = "scenes",
    headers: Mapping[str, str] | None = None,
    **fields: Any,
) -> str:
    """Start a job; return its path."""
    sent = {**MODEL_HEADERS, **(headers or {})}
    return user.order(f"{work}/jobs", {"kind": kind, **fields}, sent)


def start_scene_job(user: User, work: str, **headers: str) -> str:
    """Start a job that generates scene 0; return its path."""
    return start_job(user, work, "scene", headers, sceneIndex=0)


def begin_scene_job(user: User, work: str, call_id: str, state: str) -> str:
    """Start a job that generates scene 0; return its path once one of its calls is in a state."""
    job = start_scene_job(user, work)
    wait_for_call_state(user, job, call_id, state)
    return job


def resume_job(person: Person, job: str, **headers: str) -> Job:
    """Resume a job; return it."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = person.post(f"{job}/resume", headers=sent)
    assert answer.status_code == 202, answer.text
    return cast(Job, answer.json)


def run_job(user: User, work: str, kind: str = "scenes", **fields: Any) -> Job:
    """Start a job and wait until it is finished."""
    return wait_until_finished(user, start_job(user, work, kind, **fields))


def wait_until_finished(user: User, job: str) -> Job:
    """Return the job once it is finished."""

    def finished() -> Job | None:
        found: Job = user.show(f"{job}?wait=20")
        return found if found["finishedAt"] else None

    return until(finished, 180)


def wait_until(user: User, job: str, condition: Callable[[Job], Any]) -> Job:
    """Return the job as soon as it fulfils a condition."""
    return until(lambda: found if condition(found := user.show(job)) else None)


def wait_for_state(user: User, job: str, state: str) -> Job:
    """Return the job as soon as it is in a state."""
    return wait_until(user, job, lambda job: job["state"] == state)


def wait_for_call_state(user: User, job: str, call_id: str, state: str) -> Job:
    """Return the job as soon as one of its calls is in a state."""
    return wait_until(user, job, lambda job: call_states(job)[call_id] == state)


def wait_for_any_call(user: User, job: str, state: str) -> Job:
    """Return the job as soon as any of its calls is in a state."""
    return wait_until(user, job, lambda job: state in call_states(job).values())


def wait_for_calls(user: User, job: str, state: str, count: int) -> Job:
    """Return the job as soon as `count` of its calls are in a state."""
    return wait_until(user, job, lambda job: list(call_states(job).values()).count(state) == count)


def until(find: Callable[[], T | None], seconds: float = 60) -> T:
    """Call `find` until it returns something true, and return that; fail after some seconds."""
    deadline = time.monotonic() + seconds
    while not (found := find()):
        assert time.monotonic() < deadline, f"nothing within {seconds} s"
        time.sleep(_POLL_SECONDS)
    return found


def wait_for_thread(job: str) -> None:
    """Wait until the thread that runs a job in this process has ended, and released its lock."""
    name = job.rpartition("/")[2]
    until(lambda: all(thread.name != name for thread in threading.enumerate()))


def stop_jobs(app: Flask) -> None:
    """Stop an application's jobs, as a process that ends does, and wait until none runs."""
    worker = app.extensions["services"].jobs.worker
    worker.stop(60)
    assert not worker._running


def call_states(job: Job) -> dict[str, str]:
    """Return the states of a job's calls, by their ids."""
    return {call["id"]: call["state"] for call in job["calls"]}


def count_paid(vendors: Vendors, call: dict[str, str]) -> int:
    """Return how often the vendor of a call was paid."""
    return sum(submission["vendor"] == call["vendor"] for submission in vendors.counts())


def find_requests(vendors: Vendors, **fields: Any) -> list[dict[str, Any]]:
    """Return the requests to vendors that have these fields."""
    return [r for r in vendors.requests() if all(r[key] == fields[key] for key in fields)]


def keys_sent(vendors: Vendors) -> list[str]:
    """Return the last four characters of the keys that were sent."""
    return [each["key"] for each in vendors.requests()]


def image_spans(vendors: Vendors) -> Spans:
    """Return when each image request started and ended."""
    return [(r["started"], r["ended"]) for r in vendors.requests() if r["kind"] == "image"]


def clip_spans(vendors: Vendors) -> Spans:
    """Return for each clip when it was submitted and when it was last polled."""
    requests: list[dict[str, Any]] = vendors.requests()
    return [
        (paid["time"], max(r["started"] for r in requests if r["path"].endswith(paid["task"])))
        for paid in vendors.counts()
        if paid["task"]
    ]


def max_concurrent(spans: Spans) -> int:
    """Return how many spans overlap at most."""
    return max(sum(start <= moment < end for start, end in spans) for moment, _ in spans)
