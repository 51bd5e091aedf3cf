"""Waiting for jobs over HTTP: blocking calls, `?wait=`, and server-sent events.

Those who wait hold a thread each, so their number is bounded (setting WAITERS), and the server has
so many threads more than THREADS: however many wait, the others are served.
"""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import orjson

from errors import ApiError, BusyError
from jobs.job import FINISHED, Ref, shown
from storage.errors import NotFoundError
from storage.store import Store

_LOOK_SECONDS = 0.2
_BEAT_SECONDS = 15.0
_EVENTS_SECONDS = 600.0  # then a watcher connects again, and frees the thread of one who left

_MESSAGES = {
    409: "The job was cancelled",
    429: "The provider takes no more for now",
    502: "The provider failed",
    504: "The provider did not answer in time",
}


class WaitingRoom:
    """The places for requests of this process that wait; watchers get at most half of them."""

    def __init__(self, places: int, stopping: threading.Event) -> None:
        self.stopping = stopping
        self._places = threading.BoundedSemaphore(places)
        self._watchers = threading.BoundedSemaphore(max(1, places // 2))

    @contextmanager
    def place(self, ref: Ref) -> Iterator[None]:
        """A place to wait for a job. Raises BusyError if all are taken."""
        with _taken(self._places, ref):
            yield

    @contextmanager
    def watching(self, ref: Ref) -> Iterator[None]:
        """A place to watch a job's events. Raises BusyError if all are taken."""
        with _taken(self._watchers, ref), _taken(self._places, ref):
            yield


@contextmanager
def _taken(places: threading.BoundedSemaphore, ref: Ref) -> Iterator[None]:
    if not places.acquire(blocking=False):
        details = f"The job goes on; ask for it at {ref.url}."
        raise BusyError("Too many requests wait for jobs", details, 5)
    try:
        yield
    finally:
        places.release()


def wait_for(store: Store, room: WaitingRoom, ref: Ref, seconds: float) -> Mapping[str, Any]:
    """The job once it is finished, or as it is after so many seconds."""
    job = _job(store, ref)
    if job["state"] in FINISHED or not seconds:
        return job
    until = time.monotonic() + seconds
    with room.place(ref):
        while job["state"] not in FINISHED and time.monotonic() < until:
            if room.stopping.wait(_LOOK_SECONDS):
                raise BusyError("The service stops", f"The job goes on later: {ref.url}.", 5)
            job = _job(store, ref)
    return job


def result_of(store: Store, room: WaitingRoom, ref: Ref, seconds: float) -> dict[str, Any]:
    """What a job made, for a request that waits for it. Raises ApiError if it did not succeed."""
    job = wait_for(store, room, ref, seconds)
    if job["state"] == "succeeded":
        result: dict[str, Any] = job["result"]
        return result
    raise _failure(job, ref)


def events(store: Store, room: WaitingRoom, ref: Ref, last_id: str | None) -> Iterator[bytes]:
    """A job's changes as server-sent events, until it is finished.

    Each event holds the job as it is; its id tells the version, so that a client that comes back
    with `Last-Event-ID` hears only what is new. Raises NotFoundError, and BusyError
    before the first event.
    """
    _job(store, ref)
    seen = int(last_id) if last_id and last_id.isascii() and last_id.isdigit() else -1
    stream = _events(store, room, ref, seen)
    next(stream)  # takes the place now, while an error can still be answered
    return stream


def _events(store: Store, room: WaitingRoom, ref: Ref, seen: int) -> Iterator[bytes]:
    with room.watching(ref):
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
    status = 504 if going_on else 409 if job["state"] == "cancelled" else failure.get("status", 500)
    reason = "Not finished yet; the job goes on." if going_on else job["reason"]
    details = failure.get("details") or {"message": reason, "job": ref.url}
    error = ApiError(failure.get("error") or _MESSAGES.get(status, "The job failed"), details)
    error.status = status
    error.headers = {"Retry-After": "30"} if status == 429 else {}
    return error
