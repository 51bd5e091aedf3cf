"""One attempt at a job: run the function of its kind, and note the outcome in the job document."""

import logging
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from functools import partial
from typing import Any, NamedTuple

from werkzeug.datastructures import Headers

from errors import ServiceError, TooLargeError
from jobs.machine_slot import machine_slot
from jobs.model import (
    CallFailedError,
    FileFailedError,
    JobCancelledError,
    JobSpec,
    WorkerStoppingError,
)
from jobs.run import JobRun
from jobs.transitions import (
    mark_cancelled,
    mark_completed,
    mark_failed,
    mark_finished,
    mark_running,
)
from media.rendering import ALWAYS
from providers.errors import ProviderError
from storage.errors import (
    DiskFullError,
    DocumentTooLargeError,
    NotFoundError,
    UnwritableError,
)
from storage.sharing import current_user
from storage.store import Store

_log = logging.getLogger("vidworks.jobs")

_NO_KEY = (
    "The service was restarted, and the key that came with the request is gone: it is never stored."
    " Resume the job with the key: finished parts are kept, and submitted tasks are not paid again."
)
_FILE_FAILED = (
    "The server's disk cannot read or write a file that the job needs; the server's log names it"
    " under {}. Resume the job when that is mended."
)


def _do_nothing(*_arguments: object) -> None:
    """Do nothing: for kinds of jobs that have nothing to do then."""


def _is_kept(*_arguments: object) -> bool:
    """Return that a result is there: for kinds whose results are never deleted alone."""
    return True


class JobKind(NamedTuple):
    """What the packages above this one supply for a kind of job.

    `perform` does the work and returns the job's result. `build_work_job_spec` returns the spec of
    a work's job and the keys by role, from the store, the work, the body of `POST …/jobs` and the
    request headers; None for a kind that isn't started there. `scope` is required to start, cancel
    and resume a job; `max_unfinished` is how many unfinished ones a user may have. `find_result`
    returns a result that is there already. With a `slot_message`, jobs of the kind run one at a
    time on a machine, and show it while they wait as `queued`; `run.turn` is over when others wait.
    `assist` helps with a job that another node runs, which it must not change, until the function
    that it gets raises.
    `has_result` returns whether the result of a job that succeeded is still there: if not, the job
    can be resumed. `cancel_task` cancels the task of a call at its provider, `finalize` updates the
    work after the job has ended.
    """

    perform: Callable[[JobRun], dict[str, Any] | None]
    build_work_job_spec: (
        Callable[
            [Store, Mapping[str, Any], Mapping[str, Any], Headers], tuple[JobSpec, dict[str, str]]
        ]
        | None
    ) = None
    scope: str = "ai:generate"
    max_unfinished: int | None = None
    find_result: Callable[[JobRun], dict[str, Any] | None] = _do_nothing
    has_result: Callable[[Store, Mapping[str, Any]], bool] = _is_kept
    slot_message: str | None = None
    assist: Callable[[JobRun, Callable[[], None]], None] | None = None
    cancel_task: Callable[[JobRun, str], None] = _do_nothing
    finalize: Callable[[JobRun], None] = _do_nothing


JobKinds = Mapping[str, JobKind]


def execute(run: JobRun, kind: JobKind) -> None:
    """Run a job whose lock is held, until it has ended; waits while the disk is full or fails.

    Raises WorkerStoppingError, NotFoundError if the job was deleted, FileFailedError for the job's
    own file; the job is unfinished then.
    """
    try:
        run.retry_while_disk_full(lambda: _execute(run, kind))
    except FileFailedError as exc:
        _log.error("job %s failed: %s", run.ref.id, exc)
        reason = _FILE_FAILED.format(run.ref.id)
        run.retry_while_disk_full(lambda: run.end(lambda job: mark_finished(job, "failed", reason)))


def _execute(run: JobRun, kind: JobKind) -> None:
    if run.job["cancelRequested"]:
        _cancel(run, kind)
    elif run.job["ownKeys"] and not run.keys:
        run.end(lambda job: mark_finished(job, "interrupted", _NO_KEY))
    else:
        _perform(run, kind)


def _perform(run: JobRun, kind: JobKind) -> None:
    try:
        result = _result(run, kind)
    except JobCancelledError:
        _cancel(run, kind)
    except CallFailedError:
        run.end(mark_completed)
    except ServiceError as exc:
        run.end(partial(mark_failed, exc=exc))
    except ProviderError as exc:  # no request was sent: there is no valid key any more
        reason = f"{exc.message}. Resume the job with a key."
        run.end(lambda job: mark_finished(job, "interrupted", reason))
    except NotFoundError:
        reason = "Something that the job needs was deleted in the meantime."
        run.end(lambda job: mark_finished(job, "failed", reason))
    except DocumentTooLargeError as exc:
        error = TooLargeError("The result is too large", str(exc))
        run.end(partial(mark_failed, exc=error))
    except (WorkerStoppingError, DiskFullError, UnwritableError, FileFailedError):
        raise
    except Exception:  # noqa: BLE001 - whatever it is, the job must not stay unfinished
        _log.exception("job %s failed", run.ref.id)
        reason = f"Unexpected error; the server's log has the details under {run.ref.id}."
        run.end(lambda job: mark_finished(job, "failed", reason))
    else:
        run.end(partial(mark_completed, result=result))


def _result(run: JobRun, kind: JobKind) -> dict[str, Any] | None:
    current_user.set(run.job["userId"])
    found = kind.find_result(run)
    if found is not None:
        return found
    with machine_slot(run, kind.slot_message) if kind.slot_message else nullcontext(ALWAYS) as turn:
        run.turn = turn
        run.change(mark_running)
        return kind.perform(run)


def _cancel(run: JobRun, kind: JobKind) -> None:
    for call in run.job["calls"]:
        if call["state"] == "submitted":
            try:
                kind.cancel_task(run, call["id"])
            except (ProviderError, NotFoundError) as exc:  # or its user is gone, and so the key
                _log.warning("job %s: the provider did not cancel its task: %s", run.ref.id, exc)
    run.end(mark_cancelled)
