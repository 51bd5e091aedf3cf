"""What requests do with jobs: start one, each once, and wait for its result."""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from accounts.requests import key_digest, request_hash
from errors import ConflictError, ServiceError
from jobs.creation import ReceivedFiles
from jobs.failures import error_of, unfinished_error
from jobs.model import FINISHED, JobRef, JobSpec
from jobs.service import JobService
from jobs.webhooks.orders import with_webhook
from storage.ids import new_id

BuildSpec = Callable[[], JobSpec]
HasLeft = Callable[[], bool]

# Jobs of other processes are noticed to end after a tenth of their time.
_FIRST_POLL_SECONDS, _POLL_SHARE = 0.02, 0.1


def job_ref(user_id: str, collection: str, scope: str, key: str | None) -> JobRef:
    """Return the reference of the user's job with this Idempotency-Key, or of a new job.

    Keys are separate for each user, collection and `scope`, which says what the job is created for.
    Raises InvalidError for an invalid key.
    """
    if key is None:
        return JobRef(collection, new_id("job"))
    digest = key_digest(user_id, f"{collection}/{scope}", key)
    return JobRef(collection, f"job_{digest[:32]}")


def start_once(
    jobs: JobService,
    ref: JobRef,
    user_id: str,
    client_request: Mapping[str, Any],
    build_spec: BuildSpec,
    files: ReceivedFiles | None = None,
    *,
    origin: str,
    is_waited_for: bool = False,
) -> bool:
    """Start a job; return False if the same request has started it before.

    Raises as `JobService.start`.

    `client_request` is what the client sent, which must be the same. `build_spec` is called only if
    a job is started. An existing job whose result was deleted is resumed. As for a start, the user
    must have the right to it now: raises NotFoundError, RightMissingError. `origin` is the
    base of addresses in the job's webhook; if the request waits for the job, the user's default one
    is not sent.
    """
    if not jobs.is_repetition(ref, request_hash(client_request)):
        spec = with_webhook(
            *(build_spec(), jobs.store, jobs.settings, client_request, origin),
            uses_default=not is_waited_for,
        )
        jobs.start(ref, spec, files)
        return True
    jobs.check_right(ref, user_id)
    if jobs.has_lost_result(ref):
        with suppress(ConflictError):  # another request resumed it
            jobs.resume(ref, user_id, {})
    return False


def wait_for(jobs: JobService, ref: JobRef, seconds: float, has_left: HasLeft) -> Mapping[str, Any]:
    """Return the job as soon as it is finished, or unfinished after `seconds`.

    Returns earlier if the process is stopping, or if the client `has_left`. The caller holds a
    permit of the WaitLimiter.
    """
    reader, started, most = jobs.reader(ref), time.monotonic(), jobs.settings.tuning.result_poll
    while (job := reader.values())["state"] not in FINISHED:
        waited = time.monotonic() - started
        if waited >= seconds or jobs.worker.stopping.is_set() or has_left():
            break
        jobs.worker.wait_for_end(min(max(waited * _POLL_SHARE, _FIRST_POLL_SECONDS), most))
    return job


def result_of(
    jobs: JobService, ref: JobRef, job: Mapping[str, Any], *, partial_result: bool = False
) -> dict[str, Any]:
    """Return the result of a job that was waited for. Raises ServiceError if it did not succeed.

    `partial_result` also accepts the result of a job that failed in part.
    """
    usable = partial_result and job["state"] in FINISHED and job["result"]
    if job["state"] == "succeeded" or usable:
        result: dict[str, Any] = job["result"]
        return result
    if job["state"] not in FINISHED and jobs.worker.stopping.is_set():
        raise _stopping(job, ref)
    raise error_of(job, ref)


def _stopping(job: Mapping[str, Any], ref: JobRef) -> ServiceError:
    """Return the error for a request that waited when the service was asked to stop."""
    then = "Resume it with the key" if job["ownKeys"] else "The job continues"
    advice = f"Not finished yet. {then} after the restart."
    return unfinished_error("The service is stopping", advice, ref)
