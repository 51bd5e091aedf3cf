"""Server-sent events over HTTP: a permit to wait, heartbeats, and an end with the session.

The events come from sharing/user_events.py and jobs/requests.py.
"""

import time
from collections.abc import Callable, Iterator
from typing import Any, cast

from flask import Response, request

from jobs.requests import Events
from schemas.common import ServerEventSchema
from web.context import Services, services, user_id
from web.openapi_operations import View, describe, response_object
from web.permission import permission
from web.server.client_socket import disconnect_check

_STREAM_SECONDS = 600.0  # then clients reconnect; frees the threads of those that vanished


def describe_events(data: str) -> Callable[[View], View]:
    """Return a decorator that documents a stream whose events have this as their `data`."""
    content = {"text/event-stream": {"schema": ServerEventSchema}}
    response = response_object(f"Events with {data} in `data`", content)

    def decorator(view: View) -> View:
        return describe(view, responses={200: response})

    return decorator


def event_response(events: Events, poll_seconds: float) -> Response:
    """Return a response that sends events of the user, and asks for more every `poll_seconds`.

    It ends with the events, when the request is not permitted any more, when the client
    disconnects, or after ten minutes. Raises BusyError if no permit is free.
    """
    has_left = disconnect_check(request.environ)
    stream = _stream(services(), user_id(), events, poll_seconds, permission().holds, has_left)
    next(stream)  # takes the permit now, while an error response is still possible
    response = Response(cast(Any, stream), content_type="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"  # or nginx would buffer events
    return response


def _stream(
    services: Services,
    user_id: str,
    events: Events,
    poll_seconds: float,
    is_permitted: Callable[[], bool],
    has_left: Callable[[], bool],
) -> Iterator[bytes]:
    waiters, tuning = services.waiters, services.settings.tuning
    with waiters.permit(user_id, watching=True):
        yield b""
        yield b"retry: 2000\n\n"
        started = beat = time.monotonic()
        for event in events:
            if event is not None:
                yield event
                continue
            now = time.monotonic()
            if not is_permitted():
                return
            if now - beat > tuning.heartbeat:
                beat = now
                yield b": heartbeat\n\n"
            if now - started > _STREAM_SECONDS or waiters.stopping.wait(poll_seconds):
                return
            if has_left():
                return
