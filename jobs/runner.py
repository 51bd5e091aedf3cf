"""Who does the work: threads of this process, beside those that serve requests.

Whoever runs a job holds its lock for as long as the process lives. A job that was left (its
process died) is found in the queue with its lock free, and taken up where it was. A vendor's key
that came with a request is known to the process that got it and to nobody else: without it, such
a job waits as `interrupted` for someone to resume it with the key.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from config import Settings
from errors import ApiError, BusyError
from jobs import webhooks
from jobs.calls import describe
from jobs.errors import CallFailedError, JobCancelledError, StoppingError
from jobs.job import FINISHED, Job, Ref, begin, end_call, finish, interrupt, settled
from jobs.run import Run
from storage.documents import DocumentTable
from storage.errors import NotFoundError
from storage.locks import Hold, locked
from storage.paths import DELIVERING, RUNNING
from storage.store import Store

_log = logging.getLogger("vidworks.jobs")

Kind = Callable[[Run], dict[str, Any] | None]

_MOST = 200  # jobs that one process works on at once
_LOOK_SECONDS = 1.0
_YOUNG_SECONDS = 60.0  # a mark this new may belong to a job that is just being made

_NO_KEY = (
    "The service was restarted, and the vendor's key that came with the request was not kept."
    " Resume the job with the key: what is done stays, and what was submitted is not paid again."
)


class Runner:
    """The jobs of this process."""

    def __init__(self, store: Store, settings: Settings, kinds: Mapping[str, Kind]) -> None:
        self._store = store
        self._settings = settings
        self._kinds = kinds
        self.stopping = threading.Event()
        self._running: set[Ref] = set()
        self._telling: set[Ref] = set()

    def start(self) -> None:
        """Begin to look for jobs that were left; once in each process that serves requests."""
        threading.Thread(target=self._look, daemon=True, name="jobs").start()

    def stop(self, seconds: float) -> None:
        """Begin nothing new, and wait for the answers that were paid for already."""
        self.stopping.set()
        until = time.monotonic() + seconds
        while self._running and time.monotonic() < until:
            time.sleep(0.05)

    def check_room(self) -> None:
        """Raise BusyError if this process works on as many jobs as it can."""
        if len(self._running) >= _MOST:
            raise BusyError("Too many jobs run", f"This process runs {_MOST}; try again.", 10)

    def launch(self, ref: Ref, hold: Hold, keys: Mapping[str, str]) -> None:
        """Work on a job whose lock is held, in a thread of its own; the lock is released then."""
        self._running.add(ref)
        run = self._run_of(ref, keys)
        threading.Thread(target=self._work, args=(run, hold), daemon=True, name=ref.id).start()

    def _run_of(self, ref: Ref, keys: Mapping[str, str]) -> Run:
        return Run(self._store, self._settings, ref, keys, self.stopping)

    def _look(self) -> None:
        broken: set[Ref] = set()
        while not self.stopping.wait(_LOOK_SECONDS):
            for ref in self._left() - broken:
                try:
                    self._take_up(ref)
                except Exception:  # noqa: BLE001 - one job that cannot be read keeps none from running
                    _log.exception("job %s cannot be taken up; run doctor", ref.id)
                    broken.add(ref)

    def _left(self) -> set[Ref]:
        """The unfinished jobs that this process does not work on, if it has room for any."""
        if len(self._running) >= _MOST:
            return set()
        try:
            jobs = {Ref(*each) for each in self._store.queue.jobs()}
        except OSError:
            _log.warning("could not look for jobs", exc_info=True)
            return set()
        return jobs - self._running - self._telling

    def _take_up(self, ref: Ref) -> None:
        """Go on with a job that its process left, if it is one."""
        table = self._store.collection(ref.collection)
        try:
            if table.snapshot(ref.id).values["state"] in FINISHED:
                threading.Thread(target=self._tell, args=(ref,), daemon=True).start()
            elif (hold := Hold.take(table.documents.home(ref.id), RUNNING)) is not None:
                self.launch(ref, hold, {})
        except NotFoundError:
            if self._store.queue.age(*ref) > _YOUNG_SECONDS:
                self._store.queue.discard(*ref)

    def _work(self, run: Run, hold: Hold) -> None:
        try:
            if run.job["state"] not in FINISHED:
                self._finish(run)
        except (NotFoundError, FileNotFoundError):
            pass  # deleted, with the work that it belonged to
        except StoppingError:
            return  # goes on in another process
        except Exception:  # noqa: BLE001 - such as a full disk: the work goes on when it can
            _log.exception("job %s stopped; it is taken up again", run.ref.id)
            self.stopping.wait(_LOOK_SECONDS * 5)
            return
        finally:
            self._running.discard(run.ref)  # before another thread may take the job up
            hold.release()
        self._tell(run.ref)

    def _tell(self, ref: Ref) -> None:
        """Tell the job's webhook, if it has one, and take the job off the queue."""
        home = self._store.collection(ref.collection).documents.home(ref.id)
        self._telling.add(ref)
        run = self._run_of(ref, {})
        try:
            hold = Hold.take(home, DELIVERING)
            if hold is None:
                return
            try:
                webhooks.deliver(run)
            finally:
                hold.release()
            with locked(home):
                if settled(run.job):
                    self._store.queue.discard(*ref)
        except (NotFoundError, FileNotFoundError):
            self._store.queue.discard(*ref)
        except StoppingError:
            pass
        finally:
            self._telling.discard(ref)

    def _finish(self, run: Run) -> None:
        """Do what the job is for, and note how it ended."""
        if run.job["cancelRequested"]:
            cancel_now(run.table, run.ref.id)
        elif run.job["ownKeys"] and not run.keys:
            run.change(lambda job: interrupt(job, _NO_KEY))
        else:
            self._perform(run)

    def _perform(self, run: Run) -> None:
        run.change(begin)
        try:
            result = self._kinds[run.job["kind"]](run)
        except JobCancelledError:
            cancel_now(run.table, run.ref.id)
        except CallFailedError:
            run.change(_conclude)
        except ApiError as exc:
            failure = {"status": exc.status, "error": exc.message, "details": exc.details}
            reason = _sentence(exc)
            run.change(lambda job: job.update(failure=failure))
            run.change(lambda job: finish(job, "failed", reason))
        except StoppingError:
            raise
        except NotFoundError:
            reason = "Something that it needs was deleted meanwhile."
            run.change(lambda job: finish(job, "failed", reason))
        except Exception:  # noqa: BLE001 - whatever it is, the job must say that it failed
            _log.exception("job %s failed", run.ref.id)
            reason = f"Unexpected failure; the server's log says more under {run.ref.id}."
            run.change(lambda job: finish(job, "failed", reason))
        else:
            run.change(lambda job: _conclude(job, result))


def cancel_now(table: DocumentTable, job_id: str) -> None:
    """Note that a job is cancelled, with all of its calls that did not end by themselves."""

    def cancelling(job: Job) -> None:
        if job["state"] in FINISHED:
            return  # it ended by itself, just before
        for call in job["calls"]:
            if call["state"] not in {"done", "failed", "interrupted"}:
                end_call(call, "cancelled")
        finish(job, "cancelled")

    table.change(job_id, cancelling)


def _conclude(job: Job, result: dict[str, Any] | None = None) -> None:
    """Note how a job ended whose calls have all been tried."""
    states = {call["state"] for call in job["calls"]}
    if result is not None:
        job["result"] = result
    if "interrupted" in states:
        finish(job, "interrupted", _reason(job, {"interrupted", "failed", "cancelled"}))
    elif states & {"failed", "cancelled"}:
        finish(job, "failed", _reason(job, {"failed", "cancelled"}))
    else:
        finish(job, "succeeded")


def _reason(job: Job, states: set[str]) -> str:
    wrong = [call for call in job["calls"] if call["state"] in states]
    first = f"{describe(wrong[0])}: {wrong[0]['error'] or 'cancelled by the vendor'}"
    others = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
    return first[0].upper() + first[1:] + others


def _sentence(exc: ApiError) -> str:
    return exc.message if exc.details is None else f"{exc.message}: {exc.details}"
