"""Asking a language or vision model, and reading its answer."""

from collections.abc import Callable
from typing import Any, TypeVar

from generation.models import text_model
from jobs import calls
from jobs.errors import CallFailedError
from jobs.run import Run
from providers.contract import Question
from schemas.answers import AnswerError

T = TypeVar("T", str, dict[str, Any])


def answered(
    run: Run,
    call_id: str,
    question: Question,
    read: Callable[[dict[str, Any]], T],
    *,
    is_result: bool = False,
) -> T:
    """What a model answers to a question, as `read` makes it of the JSON and keeps it.

    `is_result` keeps it as the job's result. Raises CallFailedError, also for an answer that cannot
    be used.
    """
    model = text_model(run, call_id)
    reply = calls.ask(run, call_id, lambda: model.answer(question))
    try:
        value = run.insist(lambda: read(reply.value))
    except AnswerError as exc:
        reason = f"The model's answer cannot be used: {exc}"
        calls.fail(run, call_id, reason, 502)
        raise CallFailedError(reason) from exc
    result = value if is_result and isinstance(value, dict) else None
    calls.done(run, call_id, reply.usage, result)
    return value
