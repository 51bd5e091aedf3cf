"""Starting jobs, and what can be done with them."""

import hashlib
import re
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from config import Settings
from jobs import budget
from jobs.job import FINISHED, Call, Job, Order, Ref, calls_to_pay_again, new_job, reopen
from jobs.runner import Runner
from providers.registry import DEMO
from storage.errors import ExistsError, NotFoundError, StorageError
from storage.ids import new_id
from storage.locks import FileLock
from storage.paths import RUNNING
from storage.store import Store
from storage.tables import DocumentTable
from web.errors import BadRequestError, ConflictError

_KEY = re.compile(r"[\x21-\x7e][\x20-\x7e]{0,253}[\x21-\x7e]|[\x21-\x7e]")
_RELEASE_SECONDS = 2.0
_CANCEL_SECONDS = 1.0


class Office(NamedTuple):
    """What starting a job takes: the data, the settings, and who does the work."""

    store: Store
    settings: Settings
    runner: Runner


def job_id_of(user_id: str, collection: str, key: str | None) -> str:
    """The id of a new job: one that follows from the Idempotency-Key, if there is one."""
    if key is None:
        return new_id("job")
    if not _KEY.fullmatch(key):
        raise BadRequestError(
            "Invalid Idempotency-Key", "Expected 1 to 255 printable ASCII characters."
        )
    digest = hashlib.sha256(f"{user_id}\n{collection}\n{key}".encode()).hexdigest()
    return f"job_{digest[:32]}"


def known(table: DocumentTable, ref: Ref, asked: str) -> bool:
    """Whether this very job was started before, by a request with the same Idempotency-Key.

    `asked` is the hash of the request (`request_hash`). Raises ConflictError if that request asked
    for something else.
    """
    try:
        job = table.snapshot(ref.id).values
    except NotFoundError:
        return False
    if job["requestHash"] != asked:
        raise ConflictError(
            "Idempotency-Key was used for another request",
            "Take a new key for a new request; the same key repeats the same one.",
        )
    return True


def start(
    office: Office,
    ref: Ref,
    order: Order,
    keys: Mapping[str, str],
    files: Mapping[str, Any] | None = None,
) -> None:
    """Start a job, once: whoever asks again with the same Idempotency-Key gets the first one.

    `files` are received files by the slot that they go into: `(incoming, type)`. When this returns,
    the job is on the disk and being worked on. Raises NotFoundError if the work is gone,
    ConflictError for a key used otherwise, TooManyError over the daily limit, BusyError.
    """
    store, settings, runner = office
    table = store.collection(ref.collection)
    job = new_job(ref, order)
    if known(table, ref, job["requestHash"]):
        return
    runner.check_room()
    calls = _paid(order.calls)
    budget.take(store, order.user_id, calls, settings.daily_calls)
    try:
        hold = _create(store, table, ref, job, files or {})
    except BaseException as exc:
        budget.give_back(store, order.user_id, calls, settings.daily_calls)
        if isinstance(exc, ExistsError) and known(table, ref, job["requestHash"]):
            return  # by the same request, sent twice at once
        raise
    runner.launch(ref, hold, keys)


def cancel(office: Office, ref: Ref) -> None:
    """Have a job stopped; what is with a vendor is given up, what is done stays.

    An answer that is being waited for is waited for: it is paid. So the job may end a little later.

    Raises ConflictError if it is finished.
    """
    table = office.store.collection(ref.collection)

    def change(job: Job) -> None:
        if job["state"] in FINISHED:
            raise ConflictError("The job is finished", f"It {job['state']}.")
        job["cancelRequested"] = True
        job["progress"]["message"] = "Cancelling"

    table.change(ref.id, change)
    hold = FileLock.try_acquire(table.documents.directory_of(ref.id), RUNNING)
    if hold is None:
        return  # whoever works on it sees it soon
    office.runner.launch(ref, hold, {})
    until = time.monotonic() + _CANCEL_SECONDS
    while table.snapshot(ref.id).values["state"] not in FINISHED and time.monotonic() < until:
        time.sleep(0.02)


def resume(office: Office, ref: Ref, keys: Mapping[str, str], own_keys: tuple[str, ...]) -> None:
    """Go on with a job that failed, was interrupted or cancelled.

    What is done stays; what a vendor still works on is asked for; only the rest is submitted again.
    Raises ConflictError for a job that runs or succeeded, TooManyError, BusyError.
    """
    store, settings, runner = office
    runner.check_room()
    table = store.collection(ref.collection)
    hold = _hold_of_ended(table, ref)

    again = 0

    def change(job: Job) -> None:
        nonlocal again
        if job["state"] not in FINISHED or job["state"] == "succeeded":
            raise ConflictError("The job cannot be resumed", f"Its state is {job['state']}.")
        calls = _paid(calls_to_pay_again(job))
        budget.take(store, user_id, calls, settings.daily_calls)
        again = calls
        reopen(job, own_keys)
        store.queue.add(*ref)

    try:
        user_id = table.snapshot(ref.id).values["userId"]
        table.change(ref.id, change)
    except BaseException:
        hold.release()
        if again:
            budget.give_back(store, user_id, again, settings.daily_calls)
        raise
    runner.launch(ref, hold, keys)


def newest(table: DocumentTable, limit: int) -> list[Mapping[str, Any]]:
    """The jobs of one collection, newest first, so many at most; unreadable ones are left out."""
    jobs = []
    for job_id in table.documents:
        with suppress(StorageError):
            jobs.append(table.snapshot(job_id).values)
    jobs.sort(key=lambda job: (-job.get("createdAt", 0), job.get("id", "")))
    return [job for job in jobs if "createdAt" in job][:limit]


def _paid(calls: Iterable[Call]) -> int:
    return sum(1 for call in calls if call["provider"] != DEMO)


def _hold_of_ended(table: DocumentTable, ref: Ref) -> FileLock:
    """The lock of a job that ended. Raises ConflictError for one that runs."""
    home = table.documents.directory_of(ref.id)
    until = time.monotonic() + _RELEASE_SECONDS
    while (hold := FileLock.try_acquire(home, RUNNING)) is None:
        ended = table.snapshot(ref.id).values["state"] in FINISHED
        if not ended or time.monotonic() > until:
            raise ConflictError("The job is running", "There is nothing to resume.")
        time.sleep(0.01)  # until whoever worked on it lets it go
    return hold


def _create(
    store: Store, table: DocumentTable, ref: Ref, job: Job, files: Mapping[str, Any]
) -> FileLock:
    """Make the job with its files, at once and durably, in the hands of this process."""
    with table.staged(job) as directory:
        for slot, (incoming, kind) in files.items():
            store.staged_media(directory).place(incoming, slot, kind, (kind,))
        hold = FileLock.try_acquire(directory, RUNNING)
        assert hold is not None  # noqa: S101 - nobody else knows the directory
        try:
            store.queue.add(*ref)
            table.adopt(ref.id, directory)
        except BaseException:
            hold.release()
            raise
    return hold
