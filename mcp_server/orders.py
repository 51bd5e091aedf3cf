"""Calls that may cost money, in two steps: what would be called, then the same with `confirm`.

The value of `confirm` is derived from the order and from what it depends on: the calls, the brief
and the scenes, the files that would be replaced, and the jobs there are. So an order that is
confirmed twice starts one job, and one whose basis has changed is not started.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import orjson
from marshmallow import validate
from marshmallow.fields import Field

from errors import ConflictError, InvalidError
from jobs.model import Call, JobRef, JobSpec, request_hash
from jobs.planning import JobPlanner
from jobs.requests import job_ref, start_once
from mcp_server.views import calls_summary, job_view
from providers.errors import ProviderChoiceError
from schemas.ai import ROLES
from schemas.json_fields import Text
from web.context import services, settings, store, user_id
from web.job_requests import PlanJob, planner

Json = dict[str, Any]

_IGNORED = ("generatedScenes", "editorState", "currentStep", "updatedAt")  # of a work
_ASK = "Nothing was called yet. Ask the user, then call again with the same arguments and confirm."


class ChangedError(ConflictError):
    """409: an order is not the one that was confirmed."""

    def __init__(self) -> None:
        super().__init__(
            "What was confirmed has changed meanwhile, or `confirm` is of another call",
            "Nothing was called: call again without `confirm`, and ask the user anew.",
        )


def confirm_field() -> Text:
    """Return the argument by which an order is confirmed."""
    expected = validate.Regexp("^[0-9a-f]{16}\\Z", error="Must be what the first call returned.")
    description = {"description": "From the first call, once the user agrees"}
    return Text(max_size=64, validate=expected, metadata=description)


def model_fields(*roles: str) -> dict[str, Field[Any]]:
    """Return the arguments that choose the provider and the model of these roles."""
    return {
        name: Text(max_size=200) for role in roles for name in (f"{role}_provider", f"{role}_model")
    }


def planner_for(arguments: Mapping[str, Any]) -> JobPlanner:
    """Return the request's planner, with the providers and models that the arguments name."""
    choices = planner().choices
    for role in ROLES:
        provider, model = (arguments.get(f"{role}_{name}") for name in ("provider", "model"))
        choices = choices.with_choice(role, provider, model)
    return JobPlanner(store(), settings(), user_id(), choices)


def order(
    collection: str,
    scope: str,
    arguments: Mapping[str, Any],
    plan: PlanJob,
    work: Mapping[str, Any] | None = None,
) -> Json:
    """Return what an order would call; with `confirm`, start its job and return that.

    Raises ConflictError if its basis has changed since.
    """
    given = {key: value for key, value in arguments.items() if key != "confirm"}
    confirm = arguments.get("confirm")
    if not confirm:
        return _offer(collection, given, _planned(plan, given), work)
    ref = job_ref(user_id(), collection, scope, f"mcp-{confirm}")

    def plan_unchanged() -> JobSpec:
        spec = _planned(plan, given)
        if confirm != _token(collection, given, spec, work):
            raise ChangedError
        return replace(spec, client_request=given)

    jobs = services().jobs
    try:
        start_once(jobs, ref, given, plan_unchanged)
    except ChangedError:
        # The same order, confirmed by another request at the same time, is such a change.
        if not jobs.is_repetition(ref, request_hash(given)):
            raise
    return job_view(ref)


def resume(ref: JobRef, calls: list[Call], arguments: Mapping[str, Any], keys: Json) -> Json:
    """Return what resuming a job would call; with `confirm`, resume it. Raises as `order`."""
    job = services().jobs.get(ref)
    token = _digest(*ref, job["updatedAt"], job["attempts"])
    if calls and arguments.get("confirm") != token:
        if arguments.get("confirm"):
            raise ConflictError("The job has changed meanwhile", "Nothing was called.")
        return {"wouldCall": calls_summary(calls), "confirm": token, "next": _ASK}
    services().jobs.resume(ref, keys)
    return job_view(ref)


def _planned(plan: PlanJob, arguments: Mapping[str, Any]) -> JobSpec:
    """Plan a job. Raises InvalidError, which names the argument of an unknown provider."""
    try:
        return plan(planner_for(arguments))
    except ProviderChoiceError as exc:
        role = next(each for each in ROLES if f"x-{each}-provider" in str(exc.details))
        if not arguments.get(f"{role}_provider"):
            raise  # a header of the connection names it
        details = str(exc.details).replace(f"x-{role}-provider", f"{role}_provider", 1)
        raise InvalidError(exc.message, details) from exc


def _offer(collection: str, given: Json, spec: JobSpec, work: Mapping[str, Any] | None) -> Json:
    if not spec.calls:
        return {"wouldCall": [], "next": "There is nothing to do: everything is there already."}
    daily = settings().daily_calls
    return {
        "wouldCall": calls_summary(spec.calls),
        "key": "the user's own" if spec.keys else "the server's, or none is needed",
        **({"dailyLimit": daily} if daily else {}),
        "confirm": _token(collection, given, spec, work),
        "next": _ASK,
    }


def _token(collection: str, given: Json, spec: JobSpec, work: Mapping[str, Any] | None) -> str:
    basis = {key: value for key, value in (work or {}).items() if key not in _IGNORED}
    calls = [[call["id"], call["provider"], call["model"]] for call in spec.calls]
    jobs = sorted(store().collection(collection).documents)
    return _digest(user_id(), collection, given, spec.request, calls, basis, jobs)


def _digest(*parts: Any) -> str:
    data = orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(data).hexdigest()[:16]
