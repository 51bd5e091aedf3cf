"""One attempt at a job: run the function of its kind, and note the outcome in the job document."""

import logging
from contextlib import nullcontext
from functools import partial
from typing import Any

from errors import ServiceError, TooLargeError
from jobs.job_states import (
    begin_attempt,
    mark_cancelled,
    mark_completed,
    mark_failed,
    mark_finished,
)
from jobs.kinds import JobKind
from jobs.machine_turns import machine_turn
from jobs.model import (
    DELETED,
    CallFailedError,
    FileFailedError,
    JobCancelledError,
    JobInterruptedError,
    WorkerStoppingError,
)
from jobs.run import JobRun
from media.rendering import ALWAYS
from providers.errors import ProviderError
from storage.errors import (
    DiskFullError,
    DocumentTooLargeError,
    NotFoundError,
    UnwritableError,
)
from storage.locking.permits import current_user

_log = logging.getLogger("vidworks.jobs")

NO_KEY = (
    "The service was restarted, and the key that came with the request is gone: it is never stored."
    " Resume the job with the key: finished parts are kept, and submitted tasks are not paid again."
)
_MISSING = "Something that the job needs was deleted in the meantime."
_FILE_FAILED = (
    "The server's disk cannot read or write a file that the job needs; the server's log names it"
    " under {}. Resume the job when that is mended."
)


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
        run.end(lambda job: mark_finished(job, "interrupted", NO_KEY))
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
    except (JobInterruptedError, ProviderError) as exc:
        run.end(partial(mark_finished, state="interrupted", reason=_why_interrupted(exc)))
    except NotFoundError:
        ended = ("interrupted", DELETED) if run.held.is_away() else ("failed", _MISSING)
        run.end(lambda job: mark_finished(job, *ended))
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


def _why_interrupted(exc: Exception) -> str:
    """Return the reason for the end of a job that can be resumed."""
    if isinstance(exc, ProviderError):  # no request was sent: there is no valid key any more
        return f"{exc.message}. Resume the job with a key."
    return str(exc)


def _result(run: JobRun, kind: JobKind) -> dict[str, Any] | None:
    current_user.set(run.job["userId"])
    found = kind.find_result(run)
    if found is not None:
        return found
    with machine_turn(run, kind.turn_message) if kind.turn_message else nullcontext(ALWAYS) as turn:
        run.turn = turn
        run.change(begin_attempt)
        return kind.perform(run)


def _cancel(run: JobRun, kind: JobKind) -> None:
    kind.cancel_parts(run)
    for call in run.job["calls"]:
        if call["state"] == "submitted":
            try:
                run.task_model(call["id"]).cancel(call["taskId"])
            except (ProviderError, NotFoundError) as exc:  # or its user is gone, and so the key
                _log.warning("job %s: the provider did not cancel its task: %s", run.ref.id, exc)
    run.end(mark_cancelled)
