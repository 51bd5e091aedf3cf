"""Calls that may cost money, in two steps: an offer of what would be called, then its `confirm`.

The value of `confirm` is that of this one offer, and derived from the order and from what it is
made from: the calls, the files that it replaces, and the fields of the work that it uses. So an
offer that is confirmed twice starts one job, it stays good whatever else happens to the work, and
one whose basis has changed is not started.
"""

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeGuard

import orjson
from marshmallow import validate
from marshmallow.fields import Field

from accounts.requests import request_hash
from errors import ConflictError, InvalidError
from jobs.model import Call, JobRef, JobSpec, project_of
from jobs.planning import JobPlanner, KeySource
from jobs.requests import job_ref, start_once
from mcp_server.work_views import calls_summary, job_view
from providers.errors import ProviderChoiceError
from providers.models import providers_for
from schemas.ai import ROLES, Role
from schemas.json_fields import Text
from web.addresses import base_address
from web.api.common.job_requests import PlanJob, planner
from web.context import services, settings, user_id

Json = dict[str, Any]

_ASK = "Nothing was called yet. Ask the user, then call again with the same arguments and confirm."
_FREE = "No model is needed. Call again with the same arguments and confirm."
_COMPLETE = (
    "There is nothing to do: everything is there already. `make` with `scenes` makes it anew."
)
_NONCE, _DIGEST = 8, 16  # characters of `confirm`: a nonce, and a digest of the offer
_CONFIRM = f"^[0-9a-f]{{{_NONCE + _DIGEST}}}\\Z"
KEYS: Mapping[KeySource, str] = {
    "none": "none needed: free",
    "request": "the user's, from this connection",
    "kept": "the user's, kept in Vidworks",
    "project": "the project's, kept in Vidworks",
    "server": "the server's",
}


class ChangedError(ConflictError):
    """409: an order is not the one that was confirmed."""

    def __init__(self) -> None:
        super().__init__(
            "What was confirmed has changed meanwhile, or `confirm` is of another call",
            "Nothing was called: call again without `confirm`, and ask the user anew.",
        )


def confirm_field() -> Text:
    """Return the argument by which an order is confirmed."""
    expected = validate.Regexp(_CONFIRM, error="Must be what the first call returned.")
    description = {"description": "Once the user agrees"}
    return Text(max_size=64, validate=expected, metadata=description)


def is_confirm(value: Any) -> TypeGuard[str]:
    """Return whether a value may be the `confirm` of an offer."""
    return isinstance(value, str) and re.match(_CONFIRM, value) is not None


def model_fields(*roles: Role) -> dict[str, Field[Any]]:
    """Return the arguments that choose the provider and the model of these roles."""
    fields: dict[str, Field[Any]] = {}
    for role in roles:
        known = {"description": "|".join(providers_for(role))}
        fields[f"{role}_provider"] = Text(max_size=200, metadata=known)
        fields[f"{role}_model"] = Text(max_size=200)
    return fields


def planner_for(project_id: str, arguments: Mapping[str, Any], only_role: str = "") -> JobPlanner:
    """Return the planner for a project, with the providers and models that the arguments name.

    The arguments `provider` and `model` are those of `only_role`.
    """
    asked = planner(project_id)
    choices = asked.choices
    for role in ROLES:
        provider, model = (
            arguments.get(_argument(role, name, only_role)) for name in ("provider", "model")
        )
        choices = choices.with_choice(role, provider, model)
    return asked.with_choices(choices)


def order(
    collection: str,
    scope: str,
    project_id: str,
    arguments: Mapping[str, Any],
    plan: PlanJob,
    basis: Mapping[str, Any] | None = None,
    only_role: str = "",
) -> Json:
    """Return what an order would call; with `confirm`, start its job and return that.

    `basis` is what the job uses of a work, besides the files that it replaces. `only_role` is as
    in `planner_for`. Raises ConflictError if that has changed since, or something that was planned.
    """
    given = {key: value for key, value in arguments.items() if key != "confirm"}
    confirm = arguments.get("confirm")
    if not confirm:
        spec = _planned(plan, project_id, given, only_role)
        token = _token(secrets.token_hex(_NONCE // 2), collection, given, spec, basis)
        if not (spec.calls or spec.parts or spec.request.get("usePhotos")):
            return {"wouldCall": [], "next": _COMPLETE}
        return _offer(planner_for(project_id, given, only_role), spec.calls, token)
    ref = job_ref(user_id(), collection, scope, f"mcp-{confirm}")

    def plan_unchanged() -> JobSpec:
        spec = _planned(plan, project_id, given, only_role)
        if confirm != _token(confirm[:_NONCE], collection, given, spec, basis):
            raise ChangedError
        return replace(spec, client_request=given)

    jobs = services().jobs
    try:
        start_once(jobs, ref, user_id(), given, plan_unchanged, origin=base_address())
    except ChangedError:
        # The same order, confirmed by another request at the same time, is such a change.
        if not jobs.is_repetition(ref, request_hash(given)):
            raise
    return job_view(ref)


def resume(ref: JobRef, calls: list[Call], arguments: Mapping[str, Any]) -> Json:
    """Return what resuming a job would call; with `confirm`, resume it. Raises as `order`."""
    job = services().jobs.get(ref)
    chosen = planner(project_of(job))
    keys = chosen.keys(calls)
    token = _digest(_NONCE + _DIGEST, *ref, job["updatedAt"], job["attempts"])
    if calls and arguments.get("confirm") != token:
        if arguments.get("confirm"):
            raise ConflictError("The job has changed meanwhile", "Nothing was called.")
        return _offer(chosen, calls, token)
    services().jobs.resume(ref, user_id(), keys)
    return job_view(ref)


def _planned(
    plan: PlanJob, project_id: str, arguments: Mapping[str, Any], only_role: str
) -> JobSpec:
    """Plan a job. Raises InvalidError, which names arguments instead of the API's headers.

    A provider that is named must be on offer, even if there is nothing to call.
    """
    names = {f"x-{role}-provider": _argument(role, "provider", only_role) for role in ROLES}
    asked = planner_for(project_id, arguments, only_role)
    try:
        for role in ROLES:
            if arguments.get(_argument(role, "provider", only_role)):
                asked.call(role)
        return plan(asked)
    except InvalidError as exc:
        is_header = isinstance(exc, ProviderChoiceError) and not arguments.get(names[exc.header])
        if not is_header:  # of the connection, which names the provider
            exc.details = _renamed(exc.details, names)
        raise


def _renamed(details: Any, names: Mapping[str, str]) -> Any:
    """Return the details of an error with other names."""
    if isinstance(details, Mapping):
        return {key: _renamed(each, names) for key, each in details.items()}
    for old, new in names.items():
        details = details.replace(old, new) if isinstance(details, str) else details
    return details


def _argument(role: str, name: str, only_role: str) -> str:
    """Return the argument that names the provider or the model of a role."""
    return name if role == only_role else f"{role}_{name}"


def _offer(chosen: JobPlanner, calls: list[Call], confirm: str) -> Json:
    """Return who would be called, how often and with whose key, and the value that confirms it."""
    would_call = [
        {**each, "key": KEYS[chosen.key_source(each["role"], each["provider"])]}
        for each in calls_summary(calls)
    ]
    is_free = all(each["key"] == KEYS["none"] for each in would_call)
    daily = settings().daily_calls
    return {
        "wouldCall": would_call,
        "cost": "free" if is_free else "charged by the providers to the owner of the key",
        **({"dailyLimit": daily} if daily else {}),
        "confirm": confirm,
        "next": _ASK if calls else _FREE,
    }


def _token(
    nonce: str, collection: str, given: Json, spec: JobSpec, basis: Mapping[str, Any] | None
) -> str:
    calls = [[call["id"], call["provider"], call["model"]] for call in spec.calls]
    return nonce + _digest(_DIGEST, nonce, user_id(), collection, given, spec.request, calls, basis)


def _digest(length: int, *parts: Any) -> str:
    data = orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(data).hexdigest()[:length]
