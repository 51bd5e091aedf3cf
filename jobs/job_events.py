"""How an event is written, and the stream of one job's; sharing/user_events.py has a user's."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import orjson

from jobs.model import FINISHED, to_public
from storage.documents.documents import DocumentReader
from storage.errors import NotFoundError

# The events of a stream; None where there are no more for the moment.
Events = Iterator[bytes | None]


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
