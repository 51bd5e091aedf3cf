"""Jobs as tasks, for clients that declare the extension `io.modelcontextprotocol/tasks`.

A tool that starts a job then returns a task, whose id is the handle of the job; the client polls it
until its result is what `get_job` would return. No task asks for input.
"""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from flask import g

from access.errors import RightMissingError
from access.rights import CHANGE, SEE
from errors import ConflictError, MissingError, MissingScopeError, in_words
from jobs.model import FINISHED, JobRef
from mcp_server.definitions import Result, to_call_result
from mcp_server.export_links import video_links
from mcp_server.handles import open_job
from mcp_server.protocol import INVALID_PARAMS, Json, Method, Request, RpcError
from mcp_server.tools.jobs import GET_JOB
from mcp_server.work_views import job_view
from storage.errors import NotFoundError
from web.context import services

EXTENSION = "io.modelcontextprotocol/tasks"
_POLL_MS = 2_000
_READ = "works:read"


def is_started(data: Json) -> bool:
    """Return whether the data of a tool describe an unfinished job that may be polled."""
    return data.get("finished") is False and _READ in g.identity.scopes


def created(handle: str) -> Json:
    """Return the result that hands a job over as a task."""
    return {**_task(handle, open_job(handle, SEE)), "status": "working", "resultType": "task"}


def _get(request: Request) -> Json:
    """Return a task with its result, once it has one."""
    handle, ref = _open(request, SEE)
    _require(_READ)
    state = services().jobs.get(ref)["state"]
    task = _task(handle, ref)
    if state not in FINISHED:
        return {**task, "status": "working"}
    if state == "cancelled":
        return {**task, "status": "cancelled"}
    view = job_view(ref)
    result = to_call_result(GET_JOB, Result(view, links=video_links(view)))
    failed = {} if state == "succeeded" else {"isError": True}
    return {**task, "status": "completed", "result": {**result, **failed}}


def _update(request: Request) -> Json:
    """Accept input, which no task asks for."""
    _open(request, SEE)
    return {}


def _cancel(request: Request) -> Json:
    """Cancel the job; one that has ended stays as it is."""
    _, ref = _open(request, CHANGE)
    jobs = services().jobs
    job = jobs.get(ref)
    for scope in sorted(jobs.worker.kinds[job["kind"]].scopes(job["request"])):
        _require(scope)
    with suppress(ConflictError):
        jobs.cancel(ref)
    return {}


def _open(request: Request, right: str) -> tuple[str, JobRef]:
    handle = request.params.get("taskId")
    if not isinstance(handle, str):
        raise RpcError(INVALID_PARAMS, "`taskId` must be a string.")
    try:
        return handle, open_job(handle, right)
    except (NotFoundError, MissingError):
        raise RpcError(INVALID_PARAMS, "There is no such task.") from None
    except RightMissingError as exc:
        raise RpcError(INVALID_PARAMS, in_words(exc)) from None


def _require(scope: str) -> None:
    try:
        g.identity.require(scope)
    except MissingScopeError:
        raise RpcError(INVALID_PARAMS, f"The token needs the scope {scope}.") from None


def _task(handle: str, ref: JobRef) -> Json:
    job = services().jobs.get(ref)
    return {
        "taskId": handle,
        "statusMessage": f"{job['kind']}: {job['state']}, {job['progress']['percent']} %",
        "createdAt": _to_iso(job["createdAt"]),
        "lastUpdatedAt": _to_iso(job["updatedAt"]),
        "ttlMs": None,
        "pollIntervalMs": _POLL_MS,
    }


def _to_iso(milliseconds: Any) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat()


METHODS = {
    "tasks/get": Method(_get, extension=EXTENSION),
    "tasks/update": Method(_update, extension=EXTENSION),
    "tasks/cancel": Method(_cancel, extension=EXTENSION),
}
