"""Waiting for jobs over HTTP: blocking calls, `?wait=`, and server-sent events.

Those who wait hold a thread each, so their number is bounded (setting WAITERS), and the server has
one thread more for each of them: however many wait, THREADS are left for the others.
"""

import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import orjson

from jobs.job import FINISHED, Ref, shown
from storage.errors import NotFoundError
from storage.store import Store
from web.errors import ApiError, BusyError

_LOOK_SECONDS = 0.2
_BEAT_SECONDS = 15.0
_EVENTS_SECONDS = 600.0  # then a watcher connects again, and frees the thread of one who left

_INSTEAD = "Start a job with POST …/jobs, which does not wait, and ask for it now and then."
_MESSAGES = {
    429: "The provider takes no more for now",
    502: "The provider failed",
    504: "The provider did not answer in time",
}


class WaitingRoom:
    """The places for requests of this process that wait.

    One user gets at most three quarters of them, and watchers at most half.
    """

    def __init__(self, places: int, stopping: threading.Event) -> None:
        self.stopping = stopping
        self._places = places
        self._taken: Counter[str] = Counter()
        self._watchers = 0
        self._guard = threading.Lock()
        self.lend: Callable[[int], None] = _nobody  # how the server has more threads, or fewer

    @contextmanager
    def place(self, user_id: str, *, watching: bool = False) -> Iterator[None]:
        """A place to wait for a job, or to watch one. Raises BusyError if there is none."""
        with self._guard:
            full = self._taken.total() >= self._places
            enough = self._taken[user_id] >= max(1, self._places * 3 // 4)
            if full or enough or (watching and self._watchers >= max(1, self._places // 2)):
                raise BusyError("Too many requests wait for jobs", _INSTEAD, 5)
            self._take(user_id, watching, 1)
        try:
            yield
        finally:
            with self._guard:
                self._take(user_id, watching, -1)

    def _take(self, user_id: str, watching: bool, places: int) -> None:
        self._taken[user_id] += places
        self._watchers += places * watching
        self.lend(places)


def _nobody(_threads: int) -> None:
    """Other servers than ours keep to the threads they have."""


def wait_for(store: Store, room: WaitingRoom, ref: Ref, seconds: float) -> Mapping[str, Any]:
    """The job once it is finished, or as it is after so many seconds; for who has a place."""
    until = time.monotonic() + seconds
    while (job := _job(store, ref))["state"] not in FINISHED and time.monotonic() < until:
        if room.stopping.wait(_LOOK_SECONDS):
            break
    return job


def result_of(
    store: Store, room: WaitingRoom, ref: Ref, seconds: float, *, partly: bool = False
) -> dict[str, Any]:
    """What a job made, for a request that waits for it. Raises ApiError if it did not succeed.

    `partly` takes the result of a job that could not do all of it as well.
    """
    job = wait_for(store, room, ref, seconds)
    if job["state"] == "succeeded" or (partly and job["state"] in FINISHED and job["result"]):
        result: dict[str, Any] = job["result"]
        return result
    raise _failure(job, ref)


def events(
    store: Store, room: WaitingRoom, ref: Ref, user_id: str, last_id: str | None
) -> Iterator[bytes]:
    """A job's changes as server-sent events, until it is finished.

    Each event holds the job as it is; its id tells the version, so that a client that comes back
    with `Last-Event-ID` hears only what is new. Raises NotFoundError, and BusyError
    before the first event.
    """
    _job(store, ref)
    known = re.fullmatch("[0-9]{1,18}", last_id or "")
    seen = int(known[0]) if known else -1
    stream = _events(store, room, ref, user_id, seen)
    next(stream)  # takes the place now, while an error can still be answered
    return stream


def _events(store: Store, room: WaitingRoom, ref: Ref, user_id: str, seen: int) -> Iterator[bytes]:
    with room.place(user_id, watching=True):
        yield b""
        yield b"retry: 2000\n\n"
        until = time.monotonic() + _EVENTS_SECONDS
        beat = time.monotonic()
        while time.monotonic() < until:
            try:
                job = _job(store, ref)
            except NotFoundError:
                yield b"event: deleted\ndata: {}\n\n"
                return
            if job["updatedAt"] > seen:
                seen, beat = job["updatedAt"], time.monotonic()
                yield b"id: %d\nevent: job\ndata: %s\n\n" % (seen, orjson.dumps(shown(job)))
            if job["state"] in FINISHED:
                return
            if time.monotonic() - beat > _BEAT_SECONDS:
                beat = time.monotonic()
                yield b": still there\n\n"
            if room.stopping.wait(_LOOK_SECONDS):
                return


def _job(store: Store, ref: Ref) -> Mapping[str, Any]:
    return store.collection(ref.collection).snapshot(ref.id).values


def _failure(job: Mapping[str, Any], ref: Ref) -> ApiError:
    """The error that says why there is no result; its details say where the job is."""
    failure = job["failure"] or {}
    going_on = job["state"] not in FINISHED
    status = 504 if going_on else _status(job["state"], failure)
    reason = "Not finished yet; the job goes on." if going_on else job["reason"]
    told = {"message": reason, "job": ref.url}
    if "provider" in failure:
        told = {"provider": failure["provider"], "status": failure["said"], **told}
    details = failure.get("details") or told
    ended = f"The job was {job['state']}" if status == 409 else "The job failed"
    error = ApiError(failure.get("error") or _MESSAGES.get(status, ended), details)
    error.status = status
    error.headers = {"Retry-After": "30"} if status == 429 else {}
    return error


def _status(state: str, failure: Mapping[str, Any]) -> int:
    """409 for a job that waits for someone to resume it, if no vendor is to blame for that."""
    if state == "cancelled":
        return 409
    return int(failure.get("status") or (409 if state == "interrupted" else 500))
