"""How many paid calls a user may start a day (UTC), with the setting DAILY_CALLS."""

from contextlib import suppress
from typing import Any

from storage.clock import now_ms
from storage.errors import ExistsError, NotFoundError
from storage.store import Store
from web.errors import TooManyError

_DAY_MS = 86_400_000


def take(store: Store, user_id: str, calls: int, limit: int) -> None:
    """Count paid calls before they are made. Raises TooManyError over the limit; 0 is no limit."""
    if not limit or not calls:
        return
    today = now_ms() // _DAY_MS

    def count(budget: dict[str, Any]) -> None:
        made = budget["calls"] if budget["day"] == today else 0
        if made + calls > limit:
            raise _over(made, calls, limit)
        budget.update(day=today, calls=made + calls)

    _change(store, user_id, count)


def give_back(store: Store, user_id: str, calls: int, limit: int) -> None:
    """Take back what was counted for a job that was not started."""
    if limit and calls:
        _change(store, user_id, lambda budget: budget.update(calls=max(0, budget["calls"] - calls)))


def _change(store: Store, user_id: str, change: Any) -> None:
    try:
        store.budgets.change(user_id, change)
    except NotFoundError:
        with suppress(ExistsError):  # another request was first
            store.budgets.create(user_id, {"userId": user_id, "day": 0, "calls": 0})
        store.budgets.change(user_id, change)


def _over(made: int, calls: int, limit: int) -> TooManyError:
    left_ms = _DAY_MS - now_ms() % _DAY_MS
    error = TooManyError("Daily limit of paid AI calls reached", left_ms // 1000 + 1)
    error.details = (
        f"At most {limit} a day (DAILY_CALLS); {made} were started since midnight UTC,"
        f" and this needs {calls}."
    )
    return error
