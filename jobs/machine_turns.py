"""Jobs that run one at a time on each machine, such as exports: their users take turns.

The machine's only permit is a locked file, whose note is the job that had it last, followed by the
users who had it, the latest first. Whoever finds it free reads which other jobs wait, from the
queue and the job documents (`in_turns`). Jobs of a process that died are in the queue as well.
Another process continues them within a second; one that nobody continues does not keep the permit
from others.

A turn is over after some seconds if a job of another user waits. No further program of the job
starts then, and those that run may end within as many seconds more; what takes longer is suspended.
When none runs any more, the job gives the permit away, queues up again in its thread, with the
files that it works on, and goes on where it was when its next turn has come.

Each of several nodes has a permit. A job that finds that of its node taken waits in the queue, for
whichever node has a free one first, which takes the job whose turn it is.
"""

import threading
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

from jobs.job_states import run_again, wait_for_permit
from jobs.model import FINISHED, JobDeferredError, JobRef, ordered_at
from jobs.run import JobRun
from storage.errors import NotFoundError, StorageError, UnreadableError, writing
from storage.locking.locks import FileLock
from storage.locking.permits import Turns
from storage.paths import RUNNING, SEMAPHORES
from storage.store import Store

_POLL_SECONDS = 0.25
_LOOK_SECONDS = 1.0  # between looks whether others wait
_STEP_SECONDS = 0.1
_MAX_USERS = 20  # in the note, which is short

Waiting = tuple[str, int, str]  # a job that waits: its user, when it was ordered, its id


class MachineTurn:
    """A job's turn: the permit while the job has it, shared by the threads of the job.

    `message` is shown while the job waits. All methods raise what stops the job.
    """

    def __init__(self, run: JobRun, message: str) -> None:
        self._run = run
        self._message = message
        self._condition = threading.Condition()
        self._programs = 0  # that run, and are not suspended
        self._permit: FileLock | None = _wait(run, message, may_defer=True)
        self._begin()

    def wait(self) -> None:
        """Return at once during a turn, or else when the next one has begun."""
        with self._condition:
            while self._is_over():
                if self._programs:
                    self._condition.wait(_STEP_SECONDS)
                    self._run.check_stop()
                else:
                    self._step_back()

    @contextmanager
    def program(self) -> Iterator[None]:
        """Run a program, which begins in a turn."""
        with self._condition:
            self.wait()
            self._programs += 1
        try:
            yield
        finally:
            with self._condition:
                self._programs -= 1
                self._condition.notify_all()

    def is_too_long(self) -> bool:
        """Return whether a program has gone on for too long after the end of the turn."""
        with self._condition:
            if not self._is_over() or self._over_since is None:
                return False
            return time.monotonic() - self._over_since >= self._run.settings.export_turn

    def pause(self) -> None:
        """Wait for the next turn while the caller's program is suspended."""
        with self._condition:
            self._programs -= 1
            try:
                self.wait()
            finally:
                self._programs += 1

    def end(self) -> None:
        """Give the permit away."""
        if self._permit is not None:
            self._permit.release()
            self._permit = None

    def _begin(self) -> None:
        self._begun = self._looked = time.monotonic()
        self._over_since: float | None = None

    def _is_over(self) -> bool:
        now, seconds = time.monotonic(), self._run.settings.export_turn
        may_be = self._over_since is None and now - self._begun >= seconds
        if may_be and now - self._looked >= min(_LOOK_SECONDS, seconds):
            self._looked = now
            self._over_since = now if _others_wait(self._run) else None
        return self._over_since is not None

    def _step_back(self) -> None:
        """Give the permit away, and get it again. No other thread of the job goes on meanwhile."""
        self.end()
        with ExitStack() as on_error:
            permit = on_error.enter_context(_wait(self._run, self._message))
            self._run.change(run_again)
            on_error.pop_all()
        self._permit = permit
        self._begin()


@contextmanager
def machine_turn(run: JobRun, message: str) -> Iterator[MachineTurn]:
    """Hold the machine's only permit for jobs of this kind; `message` is shown while it is taken.

    Raises JobCancelledError, WorkerStoppingError, JobDeferredError.
    """
    turn = MachineTurn(run, message)
    try:
        yield turn
    finally:
        turn.end()


def is_free(store: Store, kind: str) -> bool:
    """Return whether no job of this kind has the permit of this node."""
    return _read_note(store, kind) is not None


def waiting_jobs(store: Store, kind: str, queued: Collection[JobRef]) -> set[JobRef]:
    """Return which of these jobs wait for this node's permit: all but the one whose turn it is.

    None without NODE: they wait for the only permit in threads.
    """
    if not store.nodes.own:
        return set()
    jobs = {
        _waiting(job): ref
        for ref, job in _unfinished(store, queued)
        if job["kind"] == kind and job["state"] == "queued" and not job["cancelRequested"]
    }
    note = _read_note(store, kind) if jobs else None
    if note is None:
        return set(jobs.values())
    refs = (jobs[each] for each in in_turns(jobs, _served(note)))
    following = next((ref for ref in refs if _is_unlocked(store, ref)), None)
    return {*jobs.values()} - {following}


def unfinished_jobs(
    store: Store, kind: str | None = None
) -> Iterator[tuple[JobRef, Mapping[str, Any]]]:
    """Yield all unfinished jobs of the queue, or one kind of them; damaged ones are left out."""
    for ref, job in _unfinished(store, (JobRef(*each) for each in store.queue.jobs())):
        if kind in {None, job["kind"]}:
            yield ref, job


def _unfinished(store: Store, refs: Iterable[JobRef]) -> Iterator[tuple[JobRef, Mapping[str, Any]]]:
    for ref in refs:
        with suppress(NotFoundError, UnreadableError, KeyError):  # deleted, or in creation
            job = store.collection(ref.collection).snapshot(ref.id).values
            if job["state"] not in FINISHED:
                yield ref, job


def in_turns(waiting: Iterable[Waiting], served: Sequence[str]) -> list[Waiting]:
    """Return jobs in the order of their turns. `served` are users who had one, the latest first."""
    turns = Turns((each[0], each) for each in sorted(waiting, key=lambda each: (each[1], each)))
    for user_id in reversed(served):
        turns.pass_on(user_id)
    return list(turns)


def _waiting(job: Mapping[str, Any]) -> Waiting:
    return job["userId"], ordered_at(job), job["id"]


def _served(note: str) -> list[str]:
    return note.split()[1:]


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


def _permit_name(store: Store, kind: str) -> str:
    return store.nodes.local(f"{kind}s-0")


def _read_note(store: Store, kind: str) -> str | None:
    """Return the note in the permit of this node; None while a job has it."""
    permit = FileLock.try_acquire(store.root / SEMAPHORES, _permit_name(store, kind))
    if permit is None:
        return None
    with permit:
        return permit.read()


def _wait(run: JobRun, message: str, *, may_defer: bool = False) -> FileLock:
    """Return the lock of the permit when it is the job's turn.

    Raises JobDeferredError if the permit of this node is taken and the job `may_defer`.
    """
    directory, name = run.store.root / SEMAPHORES, _permit_name(run.store, run.job["kind"])
    with writing():
        directory.mkdir(mode=0o700, exist_ok=True)
    seen, free_since, absence = None, 0.0, run.settings.tuning.absence
    while True:
        if (permit := FileLock.try_acquire(directory, name)) is not None:
            with ExitStack() as unless_taken:
                note = unless_taken.enter_context(permit).read()
                if note != seen:
                    seen, free_since = note, time.monotonic()
                if time.monotonic() - free_since >= absence * _jobs_before(run, note):
                    permit.write(_new_note(note, run))
                    unless_taken.pop_all()
                    return permit
        if run.job["progress"]["message"] != message:
            run.change(lambda job: wait_for_permit(job, message))
        if permit is None and may_defer and run.store.nodes.own:
            raise JobDeferredError
        run.sleep(_POLL_SECONDS)


def _jobs_before(run: JobRun, note: str) -> int:
    """Return how many jobs come first."""
    own = _waiting(run.job)
    others = {
        _waiting(job)
        for _, job in unfinished_jobs(run.store, run.job["kind"])
        if not (job["cancelRequested"] or _runs_elsewhere(run, job))
    }
    return in_turns({*others, own}, _served(note)).index(own)


def _others_wait(run: JobRun) -> bool:
    """Return whether a job of another user waits for a permit."""
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
    """Return whether a job has another node's permit, so that it does not wait for this one."""
    return bool(run.store.nodes.own) and job["state"] == "running"


def _new_note(note: str, run: JobRun) -> str:
    user_id: str = run.job["userId"]
    others = [each for each in _served(note) if each != user_id]
    return " ".join([run.ref.id, user_id, *others[: _MAX_USERS - 1]])
