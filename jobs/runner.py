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
from functools import partial
from typing import Any, NamedTuple

from config import Settings
from jobs import webhooks
from jobs.ending import cancelled, concluded, failed
from jobs.errors import CallFailedError, JobCancelledError, StoppingError
from jobs.job import FINISHED, Ref, begin, finish, settled
from jobs.pruning import prune_all
from jobs.run import Run
from providers.errors import ProviderError
from storage.errors import DiskFullError, NotFoundError, UnwritableError
from storage.locks import FileLock, locked
from storage.paths import DELIVERING, RUNNING
from storage.store import Store
from web.errors import ApiError, BusyError

_log = logging.getLogger("vidworks.jobs")

Kind = Callable[[Run], dict[str, Any] | None]


class Kinds(NamedTuple):
    """What jobs are for: the work of each kind, and what comes after it.

    `give_up` tells the vendor that the task of a call isn't wanted any more; `ended` brings what
    the job was for in line with how it ended.
    """

    work: Mapping[str, Kind]
    give_up: Callable[[Run, str], None]
    ended: Callable[[Run], None]


_MOST = 200  # jobs that one process works on at once
_MOST_TELLING = 50  # webhooks that it waits for at once
_LOOK_SECONDS = 1.0
_YOUNG_SECONDS = 60.0  # a mark this new may belong to a job that is just being made
_AGAIN_SECONDS = 60.0  # after which a job that could not be taken up is tried again
_PRUNE_SECONDS = 3600.0

_NO_KEY = (
    "The service was restarted, and the vendor's key that came with the request was not kept."
    " Resume the job with the key: what is done stays, and what was submitted is not paid again."
)


class Runner:
    """The jobs of this process."""

    def __init__(self, store: Store, settings: Settings, kinds: Kinds) -> None:
        self._store = store
        self._settings = settings
        self._kinds = kinds
        self.stopping = threading.Event()
        self._running: set[Ref] = set()
        self._telling: set[Ref] = set()
        self._broken: dict[Ref, float] = {}  # until when not to try again

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

    def launch(self, ref: Ref, hold: FileLock, keys: Mapping[str, str]) -> None:
        """Work on a job whose lock is held, in a thread of its own; the lock is released then."""
        self._running.add(ref)
        work = partial(self._work, self._run_of(ref, keys), hold)
        try:
            threading.Thread(target=work, daemon=True, name=ref.id).start()
        except RuntimeError:  # no more threads: whoever looks for jobs finds it
            _log.exception("job %s waits for a thread", ref.id)
            self._running.discard(ref)
            hold.release()

    def _run_of(self, ref: Ref, keys: Mapping[str, str]) -> Run:
        return Run(self._store, self._settings, ref, keys, self.stopping)

    def _look(self) -> None:
        next_pruning = time.monotonic() + _PRUNE_SECONDS
        while not self.stopping.wait(_LOOK_SECONDS):
            for ref in self._left():
                try:
                    self._take_up(ref)
                except Exception:  # noqa: BLE001 - one that cannot be read keeps none from running
                    _log.exception("job %s cannot be taken up; run doctor", ref.id)
                    self._broken[ref] = time.monotonic() + _AGAIN_SECONDS
            if time.monotonic() > next_pruning:
                next_pruning += _PRUNE_SECONDS
                prune_all(self._store, self._settings.job_days)

    def _left(self) -> set[Ref]:
        """The unfinished jobs that this process does not work on."""
        try:
            jobs = {Ref(*each) for each in self._store.queue.jobs()}
        except OSError:
            _log.warning("could not look for jobs", exc_info=True)
            return set()
        now = time.monotonic()
        broken = {ref for ref, until in self._broken.items() if until > now}
        return jobs - self._running - self._telling - broken

    def _take_up(self, ref: Ref) -> None:
        """Go on with a job that its process left, if it is one."""
        table = self._store.collection(ref.collection)
        try:
            if table.snapshot(ref.id).values["state"] in FINISHED:
                if len(self._telling) < _MOST_TELLING:
                    self._tell(ref)
            elif len(self._running) < _MOST:
                hold = FileLock.try_acquire(table.documents.directory_of(ref.id), RUNNING)
                if hold is not None:
                    self.launch(ref, hold, {})
        except NotFoundError:
            if self._store.queue.age(*ref) > _YOUNG_SECONDS:
                self._store.queue.discard(*ref)

    def _work(self, run: Run, hold: FileLock) -> None:
        try:
            while run.job["state"] not in FINISHED:
                run.insist(lambda: self._finish(run))
        except (NotFoundError, FileNotFoundError):
            self._store.queue.discard(*run.ref)  # deleted, with the work that it belonged to
            return
        except StoppingError:
            return  # goes on in another process
        except Exception:  # noqa: BLE001 - such as an unreadable document
            _log.exception("job %s stopped; it is tried again", run.ref.id)
            self._broken[run.ref] = time.monotonic() + _AGAIN_SECONDS
            return
        finally:
            self._running.discard(run.ref)  # before another thread may take the job up
            hold.release()
        self._tell(run.ref)

    def _tell(self, ref: Ref) -> None:
        """Have those told who are to know that a job ended, unless another process does."""
        try:
            home = self._store.collection(ref.collection).documents.directory_of(ref.id)
            hold = FileLock.try_acquire(home, DELIVERING)
        except NotFoundError:
            self._store.queue.discard(*ref)
            return
        if hold is None:
            return
        self._telling.add(ref)
        work = partial(self._settle, self._run_of(ref, {}), home, hold)
        threading.Thread(target=work, daemon=True, name=f"{ref.id}-end").start()

    def _settle(self, run: Run, home: str, hold: FileLock) -> None:
        """Bring the work in line, tell the webhook, and take the job off the queue."""
        try:
            run.insist(lambda: self._kinds.ended(run))
            webhooks.deliver(run)
            with locked(home):
                if settled(run.job):
                    self._store.queue.discard(*run.ref)
        except (NotFoundError, FileNotFoundError):
            self._store.queue.discard(*run.ref)
        except StoppingError:
            pass
        except Exception:  # noqa: BLE001 - whatever it is, the next look tries again
            _log.exception("the end of job %s could not be told", run.ref.id)
            self._broken[run.ref] = time.monotonic() + _AGAIN_SECONDS
        finally:
            self._telling.discard(run.ref)
            hold.release()

    def _finish(self, run: Run) -> None:
        """Do what the job is for, and note how it ended."""
        if run.job["cancelRequested"]:
            self._cancel(run)
        elif run.job["ownKeys"] and not run.keys:
            run.change(lambda job: finish(job, "interrupted", _NO_KEY))
        else:
            self._perform(run)

    def _cancel(self, run: Run) -> None:
        for call in run.job["calls"]:
            if call["state"] == "submitted":
                try:
                    self._kinds.give_up(run, call["id"])
                except ProviderError as exc:
                    _log.info("job %s: the vendor was not told: %s", run.ref.id, exc)
        run.change(cancelled)

    def _perform(self, run: Run) -> None:
        run.change(begin)
        try:
            result = self._kinds.work[run.job["kind"]](run)
        except JobCancelledError:
            self._cancel(run)
        except CallFailedError:
            run.change(concluded)
        except ApiError as exc:
            run.change(partial(failed, exc=exc))
        except ProviderError as exc:  # before anything was sent: there is no key for it any more
            reason = f"{exc.message}. Resume the job with a key."
            run.change(lambda job: finish(job, "interrupted", reason))
        except NotFoundError:
            reason = "Something that it needs was deleted meanwhile."
            run.change(lambda job: finish(job, "failed", reason))
        except (StoppingError, DiskFullError, UnwritableError):
            raise
        except Exception:  # noqa: BLE001 - whatever it is, the job must say that it failed
            _log.exception("job %s failed", run.ref.id)
            reason = f"Unexpected failure; the server's log says more under {run.ref.id}."
            run.change(lambda job: finish(job, "failed", reason))
        else:
            run.change(partial(concluded, result=result))
