"""The daily limit of paid calls per user (setting DAILY_CALLS); days are UTC."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from storage.clock import DAY_MS, now_ms
from storage.errors import ExistsError, NotFoundError
from storage.store import Store
from web.errors import TooManyError

Budget = dict[str, Any]


def reserve(store: Store, user_id: str, calls: int, limit: int) -> None:
    """Count paid calls before they are made; a limit of 0 means none. Raises TooManyError."""
    if not limit or not calls:
        return
    today = now_ms() // DAY_MS

    def mutate(budget: Budget) -> None:
        used = budget["calls"] if budget["day"] == today else 0
        if used + calls > limit:
            raise _over_limit(used, calls, limit)
        budget.update(day=today, calls=used + calls)

    _change(store, user_id, mutate)


def release(store: Store, user_id: str, calls: int, limit: int) -> None:
    """Undo the reservation for a job that was not started."""
    if limit and calls:
        _change(store, user_id, lambda budget: budget.update(calls=max(0, budget["calls"] - calls)))


def _change(store: Store, user_id: str, mutate: Callable[[Budget], None]) -> None:
    try:
        store.budgets.change(user_id, mutate)
    except NotFoundError:
        with suppress(ExistsError):  # created by a concurrent request
            store.budgets.create(user_id, {"userId": user_id, "day": 0, "calls": 0})
        store.budgets.change(user_id, mutate)


def _over_limit(used: int, calls: int, limit: int) -> TooManyError:
    left_ms = DAY_MS - now_ms() % DAY_MS
    error = TooManyError("Daily limit of paid AI calls reached", left_ms // 1000 + 1)
    error.details = (
        f"At most {limit} a day (DAILY_CALLS); {used} were started since midnight UTC,"
        f" and this request needs {calls}."
    )
    return error
