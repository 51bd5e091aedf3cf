"""Server-sent events over HTTP: a slot to wait, heartbeats, and an end before clients are gone."""

import time
from collections.abc import Callable, Iterator
from typing import Any, cast

import orjson
from flask import Response

from jobs.wait_limiter import WaitLimiter
from web.api import View, describe, response_object

HEARTBEAT_SECONDS = 15.0

_STREAM_SECONDS = 600.0  # then clients reconnect; frees the threads of those that disconnected

# The events of a stream; None where there are no more for the moment.
Events = Iterator[bytes | None]


def describe_events(data: str) -> Callable[[View], View]:
    """Return a decorator that documents a stream whose events have this as their `data`."""
    fields = {name: {"type": "string"} for name in ("id", "event", "data")}
    content = {"text/event-stream": {"schema": {"type": "object", "properties": fields}}}
    response = response_object(f"Events with {data} in `data`", content)

    def decorator(view: View) -> View:
        return describe(view, responses={200: response})

    return decorator


def encode_event(name: str, data: Any) -> bytes:
    """Return an event without its id and the empty line that ends it."""
    return b"event: %b\ndata: %b\n" % (name.encode(), orjson.dumps(data))


def event_response(
    waiters: WaitLimiter, user_id: str, events: Events, poll_seconds: float
) -> Response:
    """Return a response that sends events, and asks for more every `poll_seconds`, to their end.

    Raises BusyError if no slot is free.
    """
    stream = _stream(waiters, user_id, events, poll_seconds)
    next(stream)  # acquires the slot now, while an error response is still possible
    response = Response(cast(Any, stream), content_type="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"  # or nginx would buffer events
    return response


def _stream(
    waiters: WaitLimiter, user_id: str, events: Events, poll_seconds: float
) -> Iterator[bytes]:
    with waiters.slot(user_id, watching=True):
        yield b""
        yield b"retry: 2000\n\n"
        deadline = time.monotonic() + _STREAM_SECONDS
        sent_at = time.monotonic()
        for event in events:
            if event is not None:
                sent_at = time.monotonic()
                yield event
                continue
            now = time.monotonic()
            if now - sent_at > HEARTBEAT_SECONDS:
                sent_at = now
                yield b": heartbeat\n\n"
            if now > deadline or waiters.stopping.wait(poll_seconds):
                return
