"""Claims: of all jobs of a work, only one at a time makes a scene, or its voice, or its words.

A job notes in its document that it makes a scene, under the lock of the work. So the claim outlives
a crash of the process, like the job; it ends when the calls for the scene have ended, or the job.

Which jobs matter is known from an index of the work's jobs, which has seen every change that was
made under the lock of the work; the claims themselves are read from the documents.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from errors import ConflictError
from jobs import call_ends
from jobs.model import (
    COMPLETE,
    FINISHED,
    RESUMABLE,
    CallFailedError,
    Job,
    JobRef,
    find_call,
    number_of,
)
from jobs.run import JobRun
from storage.documents.index import Listing, Summary
from storage.errors import NotFoundError, UnreadableError
from storage.store import Store

_AT_PROVIDER = frozenset({"submitting", "submitted"})
# What jobs of a kind make of a scene: its voice, or the words of its voice; all others make its
# image and its clip. Only jobs that make the same wait for each other.
_PARTS = {"narration": "voice", "captions": "transcript"}
_SCENE = "scene"


def note_known_interruptions(store: Store, ref: JobRef, job: Job) -> None:
    """Note in a job that is being ordered or resumed what its user knows may have been paid.

    That is the work's interrupted scenes, by job, with the times when they were: which came first
    cannot be told from times, as clocks are set back and differ between nodes.
    """
    if job["calls"]:
        others = [each for each in _jobs_of_work(store, ref).entries if each.id != ref.id]
        part = _part(job)
        found = {
            each.id: each.values["interrupted"] for each in others if each.values["part"] == part
        }
        job["known"] = {job_id: scenes for job_id, scenes in found.items() if scenes}


class MaybePaidError(Exception):
    """Another job, which was interrupted, may have paid for a scene."""

    def __init__(self, job_id: str) -> None:
        super().__init__(job_id)
        self.job_id = job_id


def claim(run: JobRun, index: int) -> str | None:
    """Claim a scene for this job, or return the id of another job that makes it.

    The caller holds the lock of the work. Raises MaybePaidError if another job was interrupted
    meanwhile: once the lock is released, `interrupt` lets the user decide about both jobs.
    """
    if _has_claimed(run, index):  # since before a crash
        return None
    others = list(_other_jobs(run, index))
    maker = _find_maker(others, index)
    if maker is None:
        _check_not_paid(run, others, index)
        run.change(lambda job: _add_claim(job, index), step=True)
    return maker


def interrupt(run: JobRun, index: int, other: str) -> CallFailedError:
    """Interrupt the last call for a scene, as another job may have paid for it; return the error.

    Not under the lock of the work, since it waits while the disk is full.
    """
    part = _part(run.job)
    reason = (
        f"Job {other}, which was making this {part}, was interrupted, and the {part} may have"
        f" been paid. Resume that job, or this one to make the {part} again."
    )
    call_id = last_call(run.job, index)
    run.update_call(call_id, madeBy=other)
    return call_ends.interrupt(run, call_id, reason, ConflictError)


def last_call(job: Mapping[str, Any], index: int) -> str:
    """Return the id of the call that completes a scene: its last one, or that for its image."""
    calls = reversed(job["calls"])
    return next((call["id"] for call in calls if call["sceneIndex"] == index), f"image-{index}")


def find_maker(run: JobRun, index: int) -> str | None:
    """Return the id of another job that makes a scene now; None if this job may make it.

    Without the lock of the work, the answer is a hint: `claim` decides.
    """
    return None if _has_claimed(run, index) else _find_maker(_other_jobs(run, index), index)


def claimed_by_others(run: JobRun) -> set[int]:
    """Return the scenes that other jobs of the work make now."""
    return {index for job in _other_jobs(run) for index in scenes_in_progress(job)}


def in_order(run: JobRun, indexes: list[int]) -> list[int]:
    """Return first the scenes whose calls have tasks, then others that this job has begun.

    That was before a crash. Those tasks keep permits that the job's other calls may wait for, and
    there may be one thread for all of them. Scenes that other jobs make are the last: so that no
    thread waits for another job while there is something else to do; and that two jobs never wait
    for each other's scenes.
    """
    own, others = scenes_in_progress(run.job), claimed_by_others(run)
    submitted = {call["sceneIndex"] for call in run.job["calls"] if call["state"] == "submitted"}

    def position(index: int) -> int:
        return 0 if index in submitted else 1 if index in own else 3 if index in others else 2

    return sorted(indexes, key=position)


def scenes_in_progress(job: Mapping[str, Any]) -> set[int]:
    """Return the scenes that a job has claimed, or has submitted a call for, and not ended."""
    if job["state"] in FINISHED:
        return set()
    states: defaultdict[int, set[str]] = defaultdict(set)
    for call in job["calls"]:
        states[call["sceneIndex"]].add(call["state"])
    claimed = set(job.get("claims", ()))
    return {
        index
        for index, found in states.items()
        if (index in claimed or found & _AT_PROVIDER)
        and not found & RESUMABLE
        and not found <= COMPLETE
    }


def note_waiting(run: JobRun, index: int, other: str) -> None:
    """Note in the last call for a scene that another job makes the scene."""
    call_id = last_call(run.job, index)
    call = run.call(call_id)
    if (call["state"], call.get("madeBy")) != ("waiting", other):
        message = _message(run.job, index, other)
        run.update_call(call_id, message, state="waiting", madeBy=other)


def end_waiting(job: Job, index: int, other: str) -> None:
    """Let the progress message name another scene that the job waits for, as this one is done."""
    if job["progress"]["message"] == _message(job, index, other):
        waiting = (
            _message(job, call["sceneIndex"], call["madeBy"])
            for call in job["calls"]
            if call["state"] == "waiting" and "madeBy" in call
        )
        job["progress"]["message"] = next(waiting, "Running")


def _message(job: Mapping[str, Any], index: int, other: str) -> str:
    call = next(each for each in job["calls"] if each["sceneIndex"] == index)
    part, scene = _part(job), f"scene {number_of(call)}"
    return f"Waiting: job {other} makes {scene if part == _SCENE else f'the {part} of {scene}'}"


def _part(job: Mapping[str, Any]) -> str:
    """Return what a job makes of scenes, as messages call it."""
    return _PARTS.get(job["kind"], _SCENE)


def _has_claimed(run: JobRun, index: int) -> bool:
    return index in run.job.get("claims", ())


def _find_maker(others: Iterable[Mapping[str, Any]], index: int) -> str | None:
    return next((job["id"] for job in others if index in scenes_in_progress(job)), None)


def _other_jobs(run: JobRun, index: int | None = None) -> Iterator[Mapping[str, Any]]:
    """Yield the work's other unfinished jobs; those too that were interrupted at this scene.

    Only those that make the same part of scenes. Some of them have just finished.
    """
    part = _part(run.job)

    def matters(job: Summary) -> bool:
        is_open = job["state"] not in FINISHED or str(index) in job["interrupted"]
        return is_open and job["part"] == part

    for entry in _jobs_of_work(run.store, run.ref).select((part, index), matters):
        if entry.id != run.ref.id:
            with suppress(NotFoundError, UnreadableError):  # deleted, or damaged
                yield run.table.snapshot(entry.id).values


def _jobs_of_work(store: Store, ref: JobRef) -> Listing:
    """Return the jobs of a job's work, summarized."""
    return store.recent_index(store.collection(ref.collection), _summarize).current()


def _summarize(job: Mapping[str, Any]) -> Summary:
    """Return what decides whether a job matters for a scene. Raises KeyError, TypeError."""
    summary = {key: job[key] for key in ("state", "createdAt", "updatedAt")}
    return {**summary, "part": _part(job), "interrupted": _interrupted_scenes(job)}


def _check_not_paid(run: JobRun, others: Iterable[Mapping[str, Any]], index: int) -> None:
    """Raise MaybePaidError if another job may have paid for the scene already.

    That is a job that was not interrupted yet when this one was ordered or resumed, so that its
    user did not know of it.
    """
    other = next((job["id"] for job in others if _maybe_paid(run, job, index)), None)
    if other is not None:
        raise MaybePaidError(other)


def _maybe_paid(run: JobRun, job: Mapping[str, Any], index: int) -> bool:
    """Return whether a job was interrupted at a scene without this job's user knowing."""
    scene, known = str(index), run.job.get("known", {}).get(job["id"], {})
    interrupted = _interrupted_scenes(job)
    return scene in interrupted and interrupted[scene] != known.get(scene)


def _interrupted_scenes(job: Mapping[str, Any]) -> dict[str, int]:
    """Return the scenes that a job may have paid for: when its calls for them were interrupted.

    A call with `madeBy` was not sent: it waited for another job.
    """
    return {
        str(call["sceneIndex"]): call["finishedAt"]
        for call in job["calls"]
        if call["state"] == "interrupted" and "madeBy" not in call
    }


def _add_claim(job: Job, index: int) -> None:
    job["claims"] = [*job.get("claims", ()), index]
    call = find_call(job, last_call(job, index))
    call["state"] = "planned"  # it may have been `waiting` for another job
    call.pop("madeBy", None)
