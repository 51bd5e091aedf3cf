"""Start jobs in the real service, and wait for them."""

from typing import Any

from tests.jobs.helpers import MODEL_HEADERS, Job, call_states, until
from tests.service import Client
from tests.works.shapes import scene


def new_work_with_scenes(client: Client, project: str, count: int) -> str:
    """Create a work whose scenario has `count` scenes; return its path."""
    work = client.new_work(project)
    answer = client.put(work, {"scenes": [scene(index) for index in range(count)]})
    assert answer.status == 200, answer.body
    return work


def start_job(client: Client, work: str, body: Any = None, **headers: str) -> str:
    """Start a job, by default for all scenes; return its path."""
    answer = client.post(f"{work}/jobs", body or {"kind": "scenes"}, **MODEL_HEADERS, **headers)
    assert answer.status == 202, answer.body
    return answer.headers["Location"]


def wait_until_finished(client: Client, job: str) -> Job:
    """Return the job once it is finished."""

    def finished() -> Job | None:
        found: Job = client.get(f"{job}?wait=20").json
        return found if found["finishedAt"] else None

    return until(finished, 60)


def wait_for_any_call(client: Client, job: str, state: str) -> Job:
    """Return the job as soon as any of its calls is in a state."""

    def found() -> Job | None:
        current: Job = client.get(job).json
        return current if state in call_states(current).values() else None

    return until(found)
