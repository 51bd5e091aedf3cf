"""What requests do with jobs: start each once, wait for the result, list them, follow events."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

import orjson

from accounts.requests import key_digest, request_hash
from errors import ConflictError, ServiceError
from jobs.creation import ReceivedFiles
from jobs.failures import error_of, unfinished_error
from jobs.model import FINISHED, JobRef, JobSpec, summarize, to_public
from jobs.service import JobService
from jobs.webhooks.orders import with_webhook
from schemas.lists import Page, decode_cursor, encode_cursor
from storage.documents.documents import DocumentReader
from storage.errors import NotFoundError, UnreadableError
from storage.paths import new_id
from storage.store import Store

BuildSpec = Callable[[], JobSpec]
HasLeft = Callable[[], bool]

# Jobs of other processes are noticed to end after a tenth of their time.
_FIRST_POLL_SECONDS, _POLL_SHARE = 0.02, 0.1

_CURSOR = (int, str)  # newest first: minus the time of creation; the id

# The events of a stream; None where there are no more for the moment.
Events = Iterator[bytes | None]


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


def list_newest(
    store: Store, collection: str, query: Mapping[str, Any], kind: str | None = None
) -> Page:
    """List the jobs of a collection, or one kind of them, newest first; damaged ones are skipped.

    Only those of the page are read: which they are is known from the collection's index. `query`:
    {limit, cursor?}. Raises FieldsError for a malformed cursor.
    """
    table = store.collection(collection)
    entries = store.recent_index(table, summarize).current().entries
    of_kind = (each for each in entries if kind in {None, each.values["kind"]})
    found = sorted((-entry.values["createdAt"], entry.id) for entry in of_kind)
    if "cursor" in query:
        after = tuple(decode_cursor(query["cursor"], _CURSOR, "this list"))
        found = [position for position in found if position > after]
    jobs: list[Mapping[str, Any]] = []
    for number, (_, job_id) in enumerate(found):
        if len(jobs) == query["limit"]:
            return Page(jobs, encode_cursor(*found[number - 1]))
        with suppress(NotFoundError, UnreadableError):
            jobs.append(table.snapshot(job_id).values)
    return Page(jobs, None)


def encode_event(name: str, data: Any) -> bytes:
    """Return an event without its id and the empty line that ends it."""
    return b"event: %b\ndata: %b\n" % (name.encode(), orjson.dumps(data))


def job_events(
    reader: DocumentReader,
    seen: int,
    show: Callable[[Mapping[str, Any]], dict[str, Any]] = to_public,
) -> Events:
    """Yield the versions of a job that are newer than `seen`, until it is finished.

    Each event holds the whole job, as `show` returns it; its id is `updatedAt`.
    """
    while True:
        try:
            job = reader.values()
        except NotFoundError:
            yield encode_event("deleted", {}) + b"\n"
            return
        if job["updatedAt"] > seen:
            seen = job["updatedAt"]
            yield b"id: %d\n%b\n" % (seen, encode_event("job", show(job)))
        if job["state"] in FINISHED:
            return
        yield None
