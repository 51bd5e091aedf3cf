"""The steps of a job that makes a video, as its document shows them.

These functions change a job document in place; the caller holds its lock and writes it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from jobs.model import Job

Step = dict[str, Any]
Outcome = tuple[str, str]  # the state and the message of a step that has ended well

ENDED_WELL = frozenset({"succeeded", "skipped"})
DONE: Outcome = ("succeeded", "Done")

# How much of the whole progress each step is.
_WEIGHTS = {"work": 1, "assets": 4, "scenario": 10, "scenes": 50, "narration": 10, "music": 10}
_WEIGHTS |= {"template": 1, "export": 20}


def planned(names: Iterable[str]) -> list[Step]:
    """Return steps with these names, of which none has begun."""
    return [
        {
            "name": name,
            "state": "planned",
            "percent": 0,
            "message": "Planned",
            "jobId": None,
            "error": None,
        }
        for name in names
    ]


def find(job: Mapping[str, Any], name: str) -> Step:
    """Return one step of a job."""
    found: Step = next(step for step in job["steps"] if step["name"] == name)
    return found


def names_left(job: Mapping[str, Any]) -> list[str]:
    """Return the names of the steps that have not ended well."""
    return [step["name"] for step in job["steps"] if step["state"] not in ENDED_WELL]


def begin(job: Job, name: str) -> None:
    """Note that a step runs."""
    find(job, name).update(state="running", message="Running", error=None)
    _update(job)


def note_child(job: Job, name: str, child: Mapping[str, Any]) -> None:
    """Note the progress of the job that does a step."""
    progress = child["progress"]
    percent, message = progress["percent"], progress["message"]
    find(job, name).update(jobId=child["id"], percent=percent, message=message)
    _update(job)


def report(job: Job, name: str, percent: int, message: str) -> None:
    """Note how far a step is that no job of its own does."""
    find(job, name).update(percent=percent, message=message)
    _update(job)


def end_well(job: Job, name: str, outcome: Outcome) -> None:
    """Note that a step succeeded, or that there was nothing to do (`skipped`)."""
    state, message = outcome
    find(job, name).update(state=state, percent=100, message=message, error=None)
    _update(job)


def stop(job: Job, name: str, state: str, error: str) -> None:
    """Note that a step failed, was interrupted or cancelled, and why."""
    find(job, name).update(state=state, message=error, error=error)


def runs(job: Mapping[str, Any]) -> bool:
    """Return whether a step runs, by its state."""
    return any(step["state"] == "running" for step in job["steps"])


def stop_running(job: Job, state: str, error: str) -> None:
    """Note the same of the step that runs, if one does."""
    for step in job["steps"]:
        if step["state"] == "running":
            stop(job, step["name"], state, error)


def plan_again(job: Job, name: str) -> None:
    """Plan a step once more that had ended well."""
    find(job, name).update(state="planned", percent=0)


def reopen(job: Job) -> None:
    """Plan the steps that have not ended well once more."""
    for name in names_left(job):
        find(job, name).update(state="planned", message="Planned", error=None)


def _update(job: Job) -> None:
    """Set the job's progress from its steps' progress."""
    steps = job["steps"]
    total = sum(_WEIGHTS[step["name"]] for step in steps)
    parts = sum(_WEIGHTS[step["name"]] * step["percent"] for step in steps)
    current = next((step for step in steps if step["state"] == "running"), None)
    message = f"{current['name'].capitalize()}: {current['message']}" if current else "Running"
    done = len(steps) - len(names_left(job))
    job["progress"] = {
        "done": done,
        "total": len(steps),
        "percent": parts // total,
        "message": message,
    }
