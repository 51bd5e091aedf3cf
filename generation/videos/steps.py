"""The steps of a job that makes a video, as its document shows them.

These functions change a job document in place; the caller holds its lock and writes it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from jobs.model import Job

Step = dict[str, Any]
Outcome = tuple[str, str]  # the state and the message of a step that has ended well

ENDED_WELL = frozenset({"succeeded", "skipped"})
DONE: Outcome = ("succeeded", "Done")

# How much of the whole progress each step is.
_WEIGHTS = {"work": 1, "assets": 4, "scenario": 10, "scenes": 50, "narration": 10, "music": 10}
_WEIGHTS |= {"template": 1, "export": 20}


def planned(names: Sequence[str]) -> list[Step]:
    """Return steps with these names, of which none has begun."""
    return [
        {
            "id": _id_of(name, names[:index].count(name)),
            "name": name,
            "state": "planned",
            "percent": 0,
            "message": "Planned",
            "jobId": None,
            "error": None,
        }
        for index, name in enumerate(names)
    ]


def find(job: Mapping[str, Any], step_id: str) -> Step:
    """Return one step of a job."""
    found: Step = next(step for step in job["steps"] if id_of(step) == step_id)
    return found


def id_of(step: Mapping[str, Any]) -> str:
    """Return the id of a step; jobs of earlier versions have its name only."""
    found: str = step.get("id") or step["name"]
    return found


def ids_left(job: Mapping[str, Any]) -> list[str]:
    """Return the ids of the steps that have not ended well."""
    return [id_of(step) for step in job["steps"] if step["state"] not in ENDED_WELL]


def begin(job: Job, step_id: str) -> None:
    """Note that a step runs."""
    find(job, step_id).update(state="running", message="Running", error=None)
    _update(job)


def note_child(job: Job, step_id: str, child: Mapping[str, Any]) -> None:
    """Note the progress of the job that does a step."""
    progress = child["progress"]
    percent, message = progress["percent"], progress["message"]
    find(job, step_id).update(jobId=child["id"], percent=percent, message=message)
    _update(job)


def report(job: Job, step_id: str, percent: int, message: str) -> None:
    """Note the progress of a step that the video's job does itself, without a job of its own."""
    find(job, step_id).update(percent=percent, message=message)
    _update(job)


def end_well(job: Job, step_id: str, outcome: Outcome) -> None:
    """Note that a step succeeded, or that there was nothing to do (`skipped`)."""
    state, message = outcome
    find(job, step_id).update(state=state, percent=100, message=message, error=None)
    _update(job)


def stop(job: Job, step_id: str, state: str, error: str) -> None:
    """Note that a step failed, was interrupted or cancelled, and why."""
    find(job, step_id).update(state=state, message=error, error=error)


def runs(job: Mapping[str, Any]) -> bool:
    """Return whether a step runs, by its state."""
    return any(step["state"] == "running" for step in job["steps"])


def stop_running(job: Job, state: str, error: str) -> None:
    """Note the same of the step that runs, if one does."""
    for step in job["steps"]:
        if step["state"] == "running":
            stop(job, id_of(step), state, error)


def plan_again(job: Job, step_id: str) -> None:
    """Plan a step once more that had ended well."""
    find(job, step_id).update(state="planned", percent=0)


def reopen(job: Job) -> None:
    """Plan the steps that have not ended well once more."""
    for step_id in ids_left(job):
        find(job, step_id).update(state="planned", message="Planned", error=None)


def _id_of(name: str, before: int) -> str:
    """Return the id of a step; `before` is how many earlier steps have the same name."""
    return name if before == 0 else f"{name}-{before + 1}"


def _update(job: Job) -> None:
    """Set the job's progress from its steps' progress."""
    steps = job["steps"]
    total = sum(_WEIGHTS[step["name"]] for step in steps)
    parts = sum(_WEIGHTS[step["name"]] * step["percent"] for step in steps)
    current = next((step for step in steps if step["state"] == "running"), None)
    message = f"{current['name'].capitalize()}: {current['message']}" if current else "Running"
    done = len(steps) - len(ids_left(job))
    job["progress"] = {
        "done": done,
        "total": len(steps),
        "percent": parts // total,
        "message": message,
    }
