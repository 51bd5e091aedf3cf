"""Tools for jobs: waiting for one, cancelling and resuming."""

from typing import Any

from flask import g, request
from marshmallow import validate

from jobs.model import COMPLETE, FINISHED
from jobs.requests import wait_for
from mcp_server.addresses import video_links
from mcp_server.definitions import Arguments, Result, Tool
from mcp_server.handles import open_job
from mcp_server.orders import confirm_field, resume
from mcp_server.views import job_view
from schemas.json_fields import Integer, Text
from server.client_socket import disconnect_check
from web.context import services, user_id

Json = dict[str, Any]

MAX_WAIT_SECONDS = 45  # clients give up after 60


class GetJobArguments(Arguments):
    """Which job, and how long to wait for it."""

    job = Text(required=True)
    wait = Integer(
        load_default=20,
        validate=validate.Range(0, MAX_WAIT_SECONDS),
        metadata={"description": "Seconds"},
    )


class ControlJobArguments(Arguments):
    """What to do with which job."""

    job = Text(required=True)
    action = Text(required=True, validate=validate.OneOf(["cancel", "resume"]))
    confirm = confirm_field()


def _get_job(arguments: Json) -> Result:
    ref, jobs = open_job(arguments["job"]), services().jobs
    if arguments["wait"] and jobs.get(ref)["state"] not in FINISHED:
        with services().waiters.place(user_id()):
            wait_for(jobs, ref, arguments["wait"], disconnect_check(request.environ))
    view = job_view(ref)
    return Result(view, links=video_links(view))


def _control_job(arguments: Json) -> Result:
    ref, jobs = open_job(arguments["job"]), services().jobs
    job = jobs.get(ref)
    g.identity.require(jobs.worker.kinds[job["kind"]].scope)
    if arguments["action"] == "cancel":
        jobs.cancel(ref)
        return Result(job_view(ref))
    calls = [call for call in job["calls"] if call["state"] not in COMPLETE]
    return Result(resume(ref, calls, arguments))


GET_JOB = Tool(
    "get_job",
    "Get a job",
    "Wait for a job, and see its state, progress and result; of a finished export, the address of"
    " the video.",
    GetJobArguments(),
    _get_job,
    scopes=("works:read",),
    output={
        "type": "object",
        "properties": {
            "job": {"type": "string"},
            "state": {"type": "string"},
            "finished": {"type": "boolean"},
            "percent": {"type": "integer"},
            "url": {"type": "string"},
        },
        "required": ["job", "state", "finished"],
    },
    reads=True,
)
CONTROL_JOB = Tool(
    "control_job",
    "Cancel or resume a job",
    "Cancel a job (finished parts stay), or resume one that failed, was interrupted or cancelled;"
    " resuming may cost money.",
    ControlJobArguments(),
    _control_job,
    any_scope=("ai:analyze", "ai:generate", "works:write"),
    destructive=True,
    open_world=True,
    starts_job=True,
)
