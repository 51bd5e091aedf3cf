"""Messages of a job's end that a user asks to be sent once more."""

from collections.abc import Mapping, Sequence
from typing import Any

from errors import ConflictError, FieldsError, JobStateError
from jobs.kinds import JobKinds
from jobs.model import FINISHED, Job, JobRef
from jobs.webhooks import messages
from jobs.webhooks.finalizing import accepted_types, messages_of_end
from jobs.webhooks.messages import Message
from settings.config import Settings
from storage.clock import later_than
from storage.errors import LockedError
from storage.locking.locks import FileLock
from storage.paths import DELIVERING
from storage.store import Store

_LOCK_SECONDS = 2.0  # for whoever has just sent it to release it
_MOST_DELIVERIES = 100  # that a job lists: those of requests are without end


def redeliver(
    store: Store, settings: Settings, kinds: JobKinds, ref: JobRef, message_id: str | None
) -> None:
    """Send a message of a job's end once more, by default all of them, and note how that went.

    They have the ids that they had. A webhook whose messages are accepted now is delivered. Raises
    NotFoundError, JobStateError before the end, ConflictError for a job without a webhook and while
    its messages are being sent, FieldsError for an id that is none of theirs.
    """
    table = store.collection(ref.collection)
    _messages(store, settings, kinds, table.snapshot(ref.id).values, message_id)
    with _lock(table.documents.directory_of(ref.id)):
        job = table.snapshot(ref.id).values
        wanted = _messages(store, settings, kinds, job, message_id)
        outcomes = [messages.send(store, settings, ref, each) for each in wanted]
        of_all = {each.type for each in messages_of_end(store, settings, kinds, job)}
        table.change(ref.id, lambda changed: _note(changed, outcomes, job["finishedAt"], of_all))


def _lock(directory: str) -> FileLock:
    """Lock the webhook of a job. Raises ConflictError if it is being sent."""
    try:
        return FileLock.acquire(directory, DELIVERING, seconds=_LOCK_SECONDS)
    except LockedError:
        told = "Look at the job in a minute."
        raise ConflictError("The webhook is being sent now", told) from None


def _messages(
    store: Store,
    settings: Settings,
    kinds: JobKinds,
    job: Mapping[str, Any],
    message_id: str | None,
) -> list[Message]:
    """Return what is to be sent of a job. Raises as `redeliver`."""
    if job["webhook"] is None:
        raise ConflictError("The job has no webhook", "Its order named no address.")
    if job["state"] not in FINISHED:
        raise JobStateError("The job has not ended", f"Its state is {job['state']}.")
    found = messages_of_end(store, settings, kinds, job)
    wanted = [each for each in found if message_id in (None, each.id)]
    if not wanted:
        known = ", ".join(each.id for each in found) or "none"
        raise FieldsError({"id": [f"Not a message of the job's end; these are: {known}."]})
    return wanted


def _note(job: Job, outcomes: Sequence[dict[str, Any]], finished_at: int, of_all: set[str]) -> None:
    """Note the outcomes in a job; if all of its messages are accepted, its webhook is delivered."""
    webhook = job["webhook"]
    webhook["deliveries"] = [*webhook["deliveries"], *outcomes][-_MOST_DELIVERIES:]
    if job["finishedAt"] == finished_at and of_all <= accepted_types(job):
        webhook["state"] = "delivered"
    job["updatedAt"] = later_than(job["updatedAt"])
