"""Webhooks of what is said and decided about exports, to the owner's address for all jobs.

A notice is written to the disk before the comment or decision that it reports, so that a crash in
between loses none; if that was not stored in the end, nothing is sent. The process that made a
notice sends it, and deletes it afterwards; if it dies, another process sends it within an hour, or
a minute after the next start. A notice that the receiver does not accept is sent again, up to six
times in three quarters of an hour, without delaying others (sharing/reviews/delivery_queue.py).
"""

import logging
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from errors import MissingError
from jobs.webhooks.messages import Letter, is_accepted, post
from jobs.webhooks.orders import address_of, default_of
from schemas.lists import join
from schemas.reviews import APPROVED
from schemas.webhooks import CHANGES_REQUESTED, COMMENTED, WAS_APPROVED
from settings.config import Settings
from sharing.reviews import stored_discussions
from sharing.reviews.delivery_queue import DeliveryQueue
from storage.clock import now_ms
from storage.documents.tables import DocumentTable
from storage.errors import ExistsError, NotFoundError, StorageError
from storage.locking.locks import FileLock
from storage.locking.permits import LocalPermits
from storage.paths import DELIVERING, NOTICES, WorkRef
from storage.store import Store

Json = dict[str, Any]

_log = logging.getLogger("vidworks.reviews")

_PREFIX = "notice_"  # of the ids of messages, before that of the comment or decision
_UNSAID_SECONDS = 1.0  # between looks whether the comment or decision was stored
_UNSAID_MS = 60_000  # after which it will not be stored any more


def event_of(decision: str) -> str:
    """Return the event of a decision."""
    return WAS_APPROVED if decision == APPROVED else CHANGES_REQUESTED


@dataclass
class _Receiver:
    """Where a user's notices go; `answers` is True until an attempt gets no answer."""

    answers: bool = True


class Notices:
    """The notices that this process sends."""

    def __init__(
        self, store: Store, settings: Settings, deliveries: LocalPermits, stopping: threading.Event
    ) -> None:
        """`deliveries` are the requests to receivers at once, which users share."""
        self._store = store
        self._settings = settings
        self._queue = DeliveryQueue(self._attempt, deliveries, stopping)

    @property
    def _table(self) -> DocumentTable:
        return self._store.collection(NOTICES)

    @contextmanager
    def telling(self, ref: WorkRef, event: str, said_id: str) -> Iterator[None]:
        """Tell the owner of what is said or decided in the block, if the owner wants to know.

        `said_id` is the id of the comment or decision.
        """
        owner_id = self._store.projects.snapshot(ref.project_id).user_id or ""
        notice_id = f"{_PREFIX}{said_id}"
        wanted = self._wanted(ref.project_id, owner_id)
        if wanted is None or event not in wanted["events"]:
            yield
            return
        notice = {"id": notice_id, "userId": owner_id, "event": event, "saidId": said_id}
        times = {"tries": 0, "createdAt": now_ms(), "updatedAt": now_ms()}
        with suppress(ExistsError):  # the same request was sent before, or twice at once
            self._table.create(notice_id, {**notice, **_ids(ref), **times})
        try:
            yield
        except ExistsError:  # said by the other request, which tells of it
            raise
        except BaseException:
            with suppress(StorageError):
                self._table.delete(notice_id)
            raise
        self._queue.add([(owner_id, notice_id)])

    def redeliver(self, ref: WorkRef, message_id: str) -> Json:
        """Send a message about a comment or decision once more; return how that went.

        It goes to the address that the owner has now, and has the id that it had. Raises
        MissingError if nothing that was said has such a message, or it is deleted, ConflictError
        without an address.
        """
        said_id = message_id.removeprefix(_PREFIX)
        said = self._said({**_ids(ref), "saidId": said_id})
        if said is None or "deleted" in said or not message_id.startswith(_PREFIX):
            expected = f"Expected `{_PREFIX}` and the ID of a comment or decision of this work."
            raise MissingError("No such message", expected)
        owner_id = self._store.projects.snapshot(ref.project_id).user_id or ""
        url = address_of(self._store, owner_id)
        event = event_of(said["decision"]) if "decision" in said else COMMENTED
        notice = {"id": message_id, "userId": owner_id, "event": event, **_ids(ref)}
        return post(self._store, self._settings, self._letter(notice, said, url))

    def send_left(self) -> None:
        """Send the notices that are left on the disk, such as those of processes that have died."""
        left = []
        for notice_id in sorted(self._table.documents):
            with suppress(StorageError, KeyError):
                left.append((self._table.snapshot(notice_id).values["userId"], notice_id))
        self._queue.add(left)

    def _attempt(self, notice_ids: Sequence[str]) -> Iterator[tuple[str, float | None]]:
        """Try to send notices of a user; yield the seconds until each is due again, None if done.

        After an attempt without an answer, the others fail at once: their receiver is the same.
        """
        receiver = _Receiver()
        for notice_id in notice_ids:
            wait: float | None = None
            try:
                wait = self._try(notice_id, receiver)
            except NotFoundError:
                pass  # sent by another process, or its user was deleted
            except Exception:  # noqa: BLE001 - it is tried again an hour later
                _log.warning("the webhook %s was not sent", notice_id, exc_info=True)
            yield notice_id, wait

    def _try(self, notice_id: str, receiver: _Receiver) -> float | None:
        """Send a notice if it is due; return the seconds until it is due again, None if it is done.

        Raises NotFoundError.
        """
        directory = self._table.documents.directory_of(notice_id)
        lock = FileLock.try_acquire(directory, DELIVERING)
        if lock is None:
            return None  # another process sends it
        with lock:
            return self._send(self._table.snapshot(notice_id).values, receiver)

    def _send(self, notice: Mapping[str, Any], receiver: _Receiver) -> float | None:
        delays: Sequence[float] = self._settings.tuning.webhook_delays
        tries: int = notice["tries"]
        wait: float = delays[tries] - abs(now_ms() - notice["updatedAt"]) / 1000
        if wait > 0:
            return wait
        said, wanted = self._said(notice), self._wanted(notice["projectId"], notice["userId"])
        if said is None and abs(now_ms() - notice["createdAt"]) < _UNSAID_MS:
            return _UNSAID_SECONDS
        if (
            said is None
            or wanted is None
            or "deleted" in said
            or self._is_accepted(notice, said, wanted["url"], receiver)
            or tries + 1 == len(delays)
        ):
            self._table.delete(notice["id"])
            return None
        tried = {"tries": tries + 1, "updatedAt": now_ms()}
        self._table.change(notice["id"], lambda each: each.update(tried))
        return delays[tries + 1]

    def _is_accepted(
        self, notice: Mapping[str, Any], said: Json, url: str, receiver: _Receiver
    ) -> bool:
        """Post a notice, unless its receiver does not answer; return whether it was accepted."""
        if not receiver.answers:
            return False
        outcome = post(self._store, self._settings, self._letter(notice, said, url))
        receiver.answers = outcome["status"] is not None
        return is_accepted(outcome)

    def _wanted(self, project_id: str, user_id: str) -> Json | None:
        """Return where and of what a user wants to be told; None unless the project is theirs."""
        with suppress(NotFoundError):
            if self._store.projects.snapshot(project_id).user_id == user_id:
                return default_of(self._store, user_id)
        return None

    def _said(self, notice: Mapping[str, Any]) -> Json | None:
        """Return the comment or decision that is told of, if it was made."""
        found = stored_discussions.read(self._store, WorkRef.named_in(notice))
        decided = {each["id"]: each for each in found.decisions}
        return found.comments.get(notice["saidId"]) or decided.get(notice["saidId"])

    def _letter(self, notice: Mapping[str, Any], said: Json, url: str) -> Letter:
        ref = WorkRef.named_in(notice)
        body = {"data": self._data(ref, said), **self._links(ref)}
        address = notice["userId"], url
        return Letter(*address, notice["id"], notice["event"], said["createdAt"], body)

    def _data(self, ref: WorkRef, said: Json) -> Json:
        project = self._store.projects.snapshot(ref.project_id).values["name"]
        work = self._store.work(ref).values["name"]
        return {**said, **_ids(ref), "projectName": project, "workName": work}

    def _links(self, ref: WorkRef) -> Json:
        """Return the base of addresses, if it is known: a guest's request does not say it."""
        base = self._settings.public_url
        if not base:
            return {}
        work = f"/api/projects/{ref.project_id}/works/{ref.work_id}"
        return {"baseUrl": base, "links": {"work": join(base, work)}}


def _ids(ref: WorkRef) -> Json:
    return {"projectId": ref.project_id, "workId": ref.work_id}
