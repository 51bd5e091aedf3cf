"""The daily limits of paid calls: of a user (DAILY_CALLS), and of the service (DAILY_CALLS_TOTAL).

A budget is a document with the number of calls that were sent today (UTC), and a reservation for
each unfinished job: how many of its calls may still be sent. Together they never exceed the limit,
however many requests and processes start jobs at once. A call moves from the reservation to the
count when it is sent; what is left of a reservation is given back before its job ends. A crash may
leave the reservation of a job that no longer exists: it is dropped as soon as it would matter.

The total counts calls with the server's keys only: others are not paid by the service.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import repeat
from typing import Any, NamedTuple

from errors import BudgetError, TooManyError
from jobs.model import FINISHED, Call, JobRef
from providers import kept_keys
from providers.kept_keys import Keeper
from providers.models import DEMO
from settings.config import Settings
from storage.clock import DAY_MS, now_ms
from storage.errors import ExistsError, NotFoundError, StorageError, UnreadableError
from storage.queue import CREATION_SECONDS
from storage.store import Store

Document = dict[str, Any]  # day, calls, reserved: {<path of the job>: {calls, at}}

_TOTAL = "total"


class _Limit(NamedTuple):
    """A limit that is set: the budget's id, how many calls a day, and what users are told."""

    budget: str
    calls: int
    text: str
    server_key_only: bool


class Budget:
    """The budgets of a data directory."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings

    def reserve(
        self,
        user_id: str,
        ref: JobRef,
        calls: Iterable[Call],
        header_keys: Iterable[str],
        keepers: Sequence[Keeper],
        parent: JobRef | None = None,
    ) -> bool:
        """Reserve the paid calls of a job that is about to start. Raises TooManyError.

        Returns whether anything was reserved; not if the job has a reservation already, as its
        calls may be in progress. `header_keys` are the roles whose key came with the request, and
        `keepers` those whose kept keys the calls may use. What the job's `parent` has reserved for
        it is taken from there.
        """
        planned, header_roles = list(calls), set(header_keys)
        providers = {call["provider"] for call in planned}
        kept = {each for each in providers if kept_keys.find(self._store, keepers, each)}
        reserved: list[_Limit] = []
        for limit in self._limits(user_id):
            own = [call["role"] in header_roles or call["provider"] in kept for call in planned]
            count = sum(map(_counts, planned, repeat(limit), own))
            try:
                self._change(limit, partial(self._reserve, limit, ref, parent, count, reserved))
            except (TooManyError, StorageError):
                self._undo(reserved, partial(_forget, ref))
                raise
        return bool(reserved)

    def spend(self, user_id: str, ref: JobRef, call: Call, *, users_key: bool) -> None:
        """Count a call that is about to be sent. Raises TooManyError if it was not reserved."""
        limits = [each for each in self._limits(user_id) if _counts(call, each, users_key)]
        for position, limit in enumerate(limits):
            try:
                self._change(limit, partial(self._spend, limit, ref))
            except (TooManyError, StorageError):
                self._undo(limits[:position], partial(_give_back, ref))
                raise

    def give_back(self, user_id: str, ref: JobRef, call: Call, *, users_key: bool) -> None:
        """Undo `spend` for a call that the provider refused as busy: nothing was started."""
        limits = [each for each in self._limits(user_id) if _counts(call, each, users_key)]
        self._undo(limits, partial(_give_back, ref))

    def release(self, user_id: str, ref: JobRef) -> None:
        """Give back what is left of a job's reservation."""
        for limit in self._limits(user_id):
            with suppress(NotFoundError):
                budget = self._store.budgets.snapshot(limit.budget).values
                if _path(ref) in budget.get("reserved", {}):
                    self._change(limit, partial(_forget, ref))

    def _undo(self, limits: Iterable[_Limit], mutate: Callable[[Document], None]) -> None:
        for limit in limits:
            self._change(limit, mutate)

    def _limits(self, user_id: str) -> list[_Limit]:
        """Return the limits that are set."""
        settings = self._settings
        total = "a day for all users together (DAILY_CALLS_TOTAL)"
        limits = (
            _Limit(user_id, settings.daily_calls, "a day (DAILY_CALLS)", False),
            _Limit(_TOTAL, settings.daily_calls_total, total, True),
        )
        return [limit for limit in limits if limit.calls]

    def _reserve(
        self,
        limit: _Limit,
        ref: JobRef,
        parent: JobRef | None,
        count: int,
        reserved: list[_Limit],
        document: Document,
    ) -> None:
        """Reserve calls within one limit, and add it to `reserved`, unless the job has some."""
        if count and _path(ref) not in document["reserved"]:
            if parent is not None:
                _take(parent, count, document)
            self._check(document, limit, ref, count)
            for_parent = {} if parent is None else {"parent": _path(parent)}
            document["reserved"][_path(ref)] = {"calls": count, "at": now_ms(), **for_parent}
            reserved.append(limit)

    def _spend(self, limit: _Limit, ref: JobRef, document: Document) -> None:
        """Move a call from the job's reservation, if it has one left, to those that were sent."""
        reservation = document["reserved"].get(_path(ref))
        if reservation is None:
            self._check(document, limit, ref, 1)
        elif reservation["calls"] > 1:
            reservation["calls"] -= 1
        else:
            _forget(ref, document)
        document["calls"] += 1

    def _check(self, document: Document, limit: _Limit, ref: JobRef, count: int) -> None:
        """Raise TooManyError if this number of further calls exceeds the limit."""
        if _used(document, ref) + count > limit.calls:
            self._drop_abandoned(document)
        if _used(document, ref) + count > limit.calls:
            raise _over_limit(document, limit, ref, count)

    def _drop_abandoned(self, document: Document) -> None:
        """Drop the reservations of jobs that have ended, or were never created.

        A job is created right after its calls were reserved. What was taken from a parent's
        reservation stays as long as the parent may still create the job.
        """
        now = now_ms()
        document["reserved"] = {
            path: reservation
            for path, reservation in document["reserved"].items()
            if abs(now - reservation["at"]) < 1000 * CREATION_SECONDS
            or self._is_needed(path, reservation.get("parent"))
        }

    def _is_needed(self, path: str, parent: str | None) -> bool:
        """Return whether a job is unfinished, or its unfinished parent may still create it."""
        collection, _, job_id = path.rpartition("/")
        try:
            job = self._store.collection(collection).snapshot(job_id).values
            return bool(job["state"] not in FINISHED)
        except NotFoundError:
            return parent is not None and self._is_needed(parent, None)
        except (UnreadableError, KeyError):
            return False

    def _change(self, limit: _Limit, mutate: Callable[[Document], None]) -> None:
        budgets, today = self._store.budgets, now_ms() // DAY_MS
        try:
            document = budgets.snapshot(limit.budget).values
        except NotFoundError:
            with suppress(ExistsError):  # created by a concurrent request
                budgets.create(limit.budget, {"day": today, "calls": 0, "reserved": {}})
        else:
            if not _is_current(document, today):  # apart from `mutate`, which may raise
                budgets.change(limit.budget, partial(_begin_day, today))
        budgets.change(limit.budget, mutate)


def _is_current(document: Mapping[str, Any], today: int) -> bool:
    """Return whether a count is of today, or of tomorrow by a clock that was ahead of this one."""
    return "reserved" in document and document["day"] in {today, today + 1}


def _begin_day(today: int, document: Document) -> None:
    """Restart the count if it belongs to an earlier day.

    A clock that was set back restarts nothing: the count becomes tomorrow's at the latest, so that
    one that was far ahead by mistake does not keep it for longer.
    """
    document.setdefault("reserved", {})  # documents of version 0.2.0 have none
    if document["day"] < today:
        document.update(day=today, calls=0)
    document["day"] = min(document["day"], today + 1)


def _counts(call: Call, limit: _Limit, users_key: bool) -> bool:
    """Return whether a call counts towards a limit."""
    return call["provider"] != DEMO and not (users_key and limit.server_key_only)


def _path(ref: JobRef) -> str:
    return f"{ref.collection}/{ref.id}"


def _used(document: Mapping[str, Any], ref: JobRef) -> int:
    """Return how many calls were sent today or are reserved by other jobs."""
    return int(document["calls"]) + _reserved(document, ref)


def _reserved(document: Mapping[str, Any], ref: JobRef) -> int:
    reserved: Mapping[str, Any] = document["reserved"]
    return sum(each["calls"] for path, each in reserved.items() if path != _path(ref))


def _forget(ref: JobRef, document: Document) -> None:
    document["reserved"].pop(_path(ref), None)


def _take(ref: JobRef, count: int, document: Document) -> None:
    """Take at most this number of calls from a job's reservation."""
    reservation = document["reserved"].get(_path(ref))
    if reservation is not None:
        reservation["calls"] = max(0, reservation["calls"] - count)


def _give_back(ref: JobRef, document: Document) -> None:
    document["calls"] = max(0, document["calls"] - 1)
    reservation = document["reserved"].setdefault(_path(ref), {"calls": 0, "at": now_ms()})
    reservation["calls"] += 1


def _over_limit(document: Document, limit: _Limit, ref: JobRef, count: int) -> BudgetError:
    left_ms = (document["day"] + 1) * DAY_MS - now_ms()
    reserved = _reserved(document, ref)
    planned = f" {reserved} are planned by unfinished jobs," if reserved else ""
    details = (
        f"At most {limit.calls} {limit.text}; {document['calls']} were sent since midnight UTC,"
        f"{planned} and this request needs {count}."
    )
    return BudgetError("Daily limit of paid AI calls reached", details, left_ms // 1000 + 1)
