"""How paid calls end: done, failed or interrupted; and what their jobs note of it."""

from typing import Any

from jobs import kept_answers
from jobs.failures import Kind, code_of
from jobs.job_states import end_call
from jobs.model import CallFailedError, Job, describe_call, find_call
from jobs.run import JobRun
from providers.contract import Usage
from storage.clock import now_ms


def mark_done(
    run: JobRun, call_id: str, usage: Usage | None = None, result: dict[str, Any] | None = None
) -> None:
    """Note that the output of a call is stored; `result` becomes the job's result, if given."""
    name = describe_call(run.retry_while_disk_full(lambda: run.call(call_id)))
    message = f"{name[0].upper()}{name[1:]} is done"

    def mutate(job: Job) -> None:
        call = find_call(job, call_id)
        call["usage"] = usage
        end_call(call, "done")
        job["result"] = result or job["result"]
        job["progress"]["message"] = message

    run.retry_while_disk_full(lambda: run.change(mutate, step=True))
    kept_answers.remove(run, call_id)


def mark_call_failed(
    run: JobRun,
    call_id: str,
    error: str,
    kind: Kind,
    *,
    state: str = "failed",
    provider_status: int | None = None,
    retry_after: float | None = None,
    by_provider: bool = True,
) -> CallFailedError:
    """Note that a call failed, and the kind of error for a client that waits for the job.

    `retry_after` are the seconds after which the provider is not busy any more, if it says so.
    Without `by_provider`, the response doesn't name the provider, who had no part in the failure.
    Waits while the disk is full. Returns the error for it. Raises WorkerStoppingError.
    """
    retry_at = None if retry_after is None else now_ms() + round(1000 * retry_after)

    def mutate(job: Job) -> None:
        call = find_call(job, call_id)
        end_call(call, state, error)
        failure: dict[str, Any] = {
            "status": code_of(kind),
            "code": kind.code,
            "retryAt": retry_at,
        }
        if by_provider:
            failure |= {"provider": call["provider"], "providerStatus": provider_status}
        else:
            failure["error"] = error
        job["failure"] = job["failure"] or failure

    # An answer of the provider is noted wherever the job is.
    run.retry_while_disk_full(lambda: run.change(mutate, step=True, anywhere=by_provider))
    if state != "interrupted":
        kept_answers.remove(run, call_id)
    return CallFailedError(error)


def interrupt(
    run: JobRun, call_id: str, reason: str, kind: Kind, provider_status: int | None = None
) -> CallFailedError:
    """Note that a call may have been paid, and waits to be resumed; return the error for it."""
    return mark_call_failed(
        run, call_id, reason, kind, state="interrupted", provider_status=provider_status
    )
