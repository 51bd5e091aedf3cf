"""Jobs of a kind that run one at a time on a machine, in all processes: users take turns.

The slot is a locked file, whose note is the job that had it last, followed by the users who had it,
the latest first. Whoever finds it free reads which other jobs wait, from the queue and the job
documents: a user who had it longer ago comes first, and each user's jobs run in the order in which
they were submitted. A job that has it for long steps back for other users (jobs/turns.py), and
queues up again in its thread, with the files that it works on. Jobs of a process that died are in
the queue as well. Another process continues them within a second; one that nobody continues does
not keep the slot from others.

Each of several nodes has a slot. A job that finds the slot of its node taken waits in the queue,
for whichever node has a free one first, which takes the job whose turn it is.
"""

import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

from jobs.model import FINISHED, JobDeferredError, JobRef, ordered_at
from jobs.run import JobRun
from jobs.transitions import go_on, wait_for_slot
from jobs.turns import Turn
from storage.errors import NotFoundError, StorageError, UnreadableError, writing
from storage.locks import FileLock
from storage.paths import RUNNING, SEMAPHORES
from storage.store import Store

_POLL_SECONDS = 0.25
_ABSENT_SECONDS = 2.0  # that a free slot is kept for each one that comes before
_MAX_USERS = 20  # in the note, which is short

Waiting = tuple[str, int, str]  # a job that waits: its user, when it was ordered, its id


@contextmanager
def machine_slot(run: JobRun, message: str) -> Iterator[Turn]:
    """Hold the machine's only slot for jobs of this kind; `message` is shown while it is taken.

    Yields the job's turn. Raises JobCancelledError, WorkerStoppingError, JobDeferredError.
    """

    def queue_up() -> FileLock:
        lock = _wait(run, message)
        try:
            run.change(go_on)
        except BaseException:
            lock.release()
            raise
        return lock

    turn = Turn(
        _wait(run, message, may_defer=True),
        run.settings.export_turn,
        queue_up,
        partial(_others_wait, run),
        run.check_stop,
    )
    try:
        yield turn
    finally:
        turn.end()


def is_free(store: Store, kind: str) -> bool:
    """Return whether no job of this kind has the slot of this node."""
    return _read_note(store, kind) is not None


def waiting_jobs(store: Store, kind: str, queued: Collection[JobRef]) -> set[JobRef]:
    """Return which of these jobs wait for the slot of this node: all but the one whose turn it is.

    None without NODE: they wait for the only slot in threads.
    """
    if not store.nodes.own:
        return set()
    jobs = {
        ref: job
        for ref, job in _unfinished(store, queued)
        if job["kind"] == kind and job["state"] == "queued" and not job["cancelRequested"]
    }
    note = _read_note(store, kind) if jobs else None
    if note is None:
        return set(jobs)
    waiting, served = [_waiting(job) for job in jobs.values()], note.split()[1:]
    in_turn = sorted(jobs, key=lambda ref: position(waiting, _waiting(jobs[ref]), served))
    following = next((ref for ref in in_turn if _is_unlocked(store, ref)), None)
    return jobs.keys() - {following}


def unfinished_jobs(
    store: Store, kind: str | None = None
) -> Iterator[tuple[JobRef, Mapping[str, Any]]]:
    """Yield all unfinished jobs of the queue, or those of a kind; damaged ones are left out."""
    for ref, job in _unfinished(store, (JobRef(*each) for each in store.queue.jobs())):
        if kind in {None, job["kind"]}:
            yield ref, job


def _unfinished(store: Store, refs: Iterable[JobRef]) -> Iterator[tuple[JobRef, Mapping[str, Any]]]:
    for ref in refs:
        with suppress(NotFoundError, UnreadableError, KeyError):  # deleted, or in creation
            job = store.collection(ref.collection).snapshot(ref.id).values
            if job["state"] not in FINISHED:
                yield ref, job


def _is_unlocked(store: Store, ref: JobRef) -> bool:
    """Return whether no process has a job: others are about to start."""
    try:
        directory = store.collection(ref.collection).documents.directory_of(ref.id)
        lock = FileLock.try_acquire(directory, RUNNING)
    except NotFoundError:
        return False
    if lock is not None:
        lock.release()
    return lock is not None


def _read_note(store: Store, kind: str) -> str | None:
    """Return the note in the slot of this node; None while a job has it."""
    lock = FileLock.try_acquire(store.root / SEMAPHORES, _slot_name(store, kind))
    if lock is None:
        return None
    try:
        return lock.read()
    finally:
        lock.release()


def _wait(run: JobRun, message: str, *, may_defer: bool = False) -> FileLock:
    """Return the lock of the slot when it is the job's turn.

    Raises JobDeferredError if the slot of this node is taken and the job `may_defer`.
    """
    directory, name = run.store.root / SEMAPHORES, _slot_name(run.store, run.job["kind"])
    with writing():
        directory.mkdir(mode=0o700, exist_ok=True)
    seen, free_since = None, 0.0
    while True:
        if (lock := FileLock.try_acquire(directory, name)) is not None:
            try:
                note = lock.read()
                if note != seen:
                    seen, free_since = note, time.monotonic()
                if time.monotonic() - free_since >= _ABSENT_SECONDS * _jobs_before(run, note):
                    lock.write(_new_note(note, run))
                    return lock
            except BaseException:
                lock.release()
                raise
            lock.release()
        if run.job["progress"]["message"] != message:
            run.change(lambda job: wait_for_slot(job, message))
        if lock is None and may_defer and run.store.nodes.own:
            raise JobDeferredError
        run.sleep(_POLL_SECONDS)


def _slot_name(store: Store, kind: str) -> str:
    return store.nodes.local(f"{kind}s-0")


def _jobs_before(run: JobRun, note: str) -> int:
    """Return how many come first: users whose turn it is, and earlier jobs of the same user."""
    waiting = [
        _waiting(job)
        for _, job in unfinished_jobs(run.store, run.job["kind"])
        if not (job["cancelRequested"] or _runs_elsewhere(run, job))
    ]
    return position(waiting, _waiting(run.job), note.split()[1:])


def _others_wait(run: JobRun) -> bool:
    """Return whether a job of another user waits for a slot."""
    try:
        jobs = list(unfinished_jobs(run.store, run.job["kind"]))
    except (OSError, StorageError):  # the disk fails, as requests report
        return False
    own = run.job["userId"]
    return any(
        job["userId"] != own and job["state"] == "queued" and not job["cancelRequested"]
        for _, job in jobs
    )


def _runs_elsewhere(run: JobRun, job: Mapping[str, Any]) -> bool:
    """Return whether a job has the slot of another node, so that it does not wait for this one."""
    return bool(run.store.nodes.own) and job["state"] == "running"


def position(waiting: Sequence[Waiting], own: Waiting, served: Sequence[str]) -> int:
    """Return how many come before a job: users, and earlier jobs of its user.

    `served` are the users who had the slot, the latest first.
    """
    first: dict[str, int] = {own[0]: own[1]}
    for user_id, ordered, _ in waiting:
        first[user_id] = min(ordered, first.get(user_id, ordered))
    last_served = {user_id: -turn for turn, user_id in enumerate(served)}
    never = -len(served)
    turns = sorted(first, key=lambda user: (last_served.get(user, never), first[user], user))
    return turns.index(own[0]) + sum(each[0] == own[0] and each < own for each in waiting)


def _waiting(job: Mapping[str, Any]) -> Waiting:
    return job["userId"], ordered_at(job), job["id"]


def _new_note(note: str, run: JobRun) -> str:
    user_id: str = run.job["userId"]
    others = [each for each in note.split()[1:] if each != user_id]
    return " ".join([run.ref.id, user_id, *others[: _MAX_USERS - 1]])
