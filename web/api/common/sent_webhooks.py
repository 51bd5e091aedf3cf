"""Webhooks that a request asks to be sent, while it waits."""

from collections.abc import Iterator
from contextlib import contextmanager

from accounts import throttling
from web.context import services, store, user_id


@contextmanager
def sending_permit() -> Iterator[None]:
    """Count a webhook of the request's user, and hold a permit to wait for its receiver.

    Raises TooManyError after too many, BusyError if too many requests wait.
    """
    with services().waiters.receiving_permit(user_id()):
        throttling.count_webhook(store(), user_id())
        yield
