"""How jobs end: what is noted of it, and the reason in words for people."""

from typing import Any

from jobs.calls import describe
from jobs.job import Job, end_call, finish
from web.errors import ApiError


def concluded(job: Job, result: dict[str, Any] | None = None) -> None:
    """All of its calls have been tried."""
    states = {call["state"] for call in job["calls"]}
    if result is not None:
        job["result"] = result
    if "interrupted" in states:
        finish(job, "interrupted", _reason(job, {"interrupted", "failed", "cancelled"}))
    elif states & {"failed", "cancelled"}:
        finish(job, "failed", _reason(job, {"failed", "cancelled"}))
    else:
        finish(job, "succeeded")


def cancelled(job: Job) -> None:
    """Somebody did not want it any more."""
    for call in job["calls"]:
        if call["state"] in {"planned", "waiting", "submitted"}:
            end_call(call, "cancelled")
    finish(job, "cancelled")


def failed(job: Job, exc: ApiError) -> None:
    """It cannot be done as things are; a client that waits gets this very error."""
    job["failure"] = {"status": exc.status, "error": exc.message, "details": exc.details}
    finish(job, "failed", exc.message if exc.details is None else f"{exc.message}: {exc.details}")


def _reason(job: Job, states: set[str]) -> str:
    wrong = [call for call in job["calls"] if call["state"] in states]
    first = f"{describe(wrong[0])}: {wrong[0]['error'] or 'cancelled by the vendor'}"
    others = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
    return first[0].upper() + first[1:] + others
