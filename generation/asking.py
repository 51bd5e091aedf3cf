"""Requests that have a job do what they ask for; most wait, and answer with its result."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import request

from jobs import service, waiting
from jobs.job import Order, Ref, request_hash
from jobs.keys import Keys, check
from jobs.routes import office, room
from storage.media_files import IncomingFile
from web.context import settings, store, user_id

Files = Mapping[str, tuple[IncomingFile, str]]
Ordering = Callable[[], tuple[Order, Keys]]


def begin(
    collection: str,
    what: str,
    asked: Mapping[str, Any],
    ordering: Ordering,
    files: Files | None = None,
) -> Ref:
    """Start the job of this request, or find the one that the same Idempotency-Key started.

    A key means the same job only for the same user, collection and `what`; `asked` is what the
    request says. Only a job that is to be started is ordered.
    """
    check(request.headers)
    key = request.headers.get("Idempotency-Key")
    ref = Ref(collection, service.job_id_of(user_id(), f"{collection}/{what}", key))
    if not service.known(store().collection(collection), ref, request_hash(asked)):
        order, keys = ordering()
        service.start(office(), ref, order, keys.given, files)
    return ref


def result(
    collection: str,
    what: str,
    asked: Mapping[str, Any],
    ordering: Ordering,
    files: Files | None = None,
    *,
    partly: bool = False,
) -> tuple[Ref, dict[str, Any]]:
    """The same, and what the job made. Raises BusyError, ApiError if it did not succeed.

    `partly` takes the result of a job that could not do all of it as well. The place to wait comes
    first: whoever is sent away because there is none has paid nothing.
    """
    with room().place(user_id()):
        ref = begin(collection, what, asked, ordering, files)
        seconds = 2 * settings().generation_timeout
        return ref, waiting.result_of(store(), room(), ref, seconds, partly=partly)
