"""Who may wait for a lock, and for how long: requests with a permit of their own, and jobs.

A job that could not get a lock is tried again (`JobRun.retry_while_disk_full`), after it was looked
whether it shall stop.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager

from flask import g, has_request_context, request

from errors import BusyError
from settings.tuning import Tuning
from storage.errors import LockedError
from storage.locking.waiting import MayWait, within


@contextmanager
def wait_for_lock(
    permit_of: Callable[[str], AbstractContextManager[None]], tuning: Tuning
) -> Iterator[MayWait]:
    """Let the current thread wait for a lock; a request holds a permit of its user meanwhile.

    Raises LockedError if too many requests wait, of all users or of this one.
    """
    if not has_request_context():
        yield within(tuning.job_lock)
        return
    with ExitStack() as held:
        try:
            held.enter_context(permit_of(_user()))
        except BusyError as exc:
            raise LockedError(exc.message) from exc
        in_time, permitted = within(tuning.request_lock), g.get("permission")

        def may_wait() -> bool:
            """Return whether the time is not over. Raises what a new request would get."""
            if permitted is not None:
                permitted.check_if_old()
            return in_time()

        yield may_wait


def _user() -> str:
    """Return who sends the request: a user, or an address that logs in or registers."""
    identity = g.get("identity")
    return identity.user_id if identity else str(request.remote_addr)
