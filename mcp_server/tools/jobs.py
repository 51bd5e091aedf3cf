"""Tools for jobs: waiting for one, cancelling and resuming."""

from typing import Any

from flask import g
from marshmallow import validate

from access.rights import CHANGE, SEE
from mcp_server.definitions import Arguments, Result, Tool, job_field
from mcp_server.export_links import video_links
from mcp_server.handles import open_job
from mcp_server.orders import confirm_field, resume
from mcp_server.work_views import job_view
from schemas.json_fields import Integer, Text
from web.api.common.job_requests import wait_for_job
from web.context import services

Json = dict[str, Any]

MAX_WAIT_SECONDS = 45  # clients give up after 60


class GetJobArguments(Arguments):
    """Which job, and how long to wait for it."""

    job = job_field()
    wait = Integer(
        load_default=20,
        validate=validate.Range(0, MAX_WAIT_SECONDS),
        metadata={"description": "Seconds"},
    )


class ControlJobArguments(Arguments):
    """What to do with which job."""

    job = job_field()
    action = Text(required=True, validate=validate.OneOf(["cancel", "resume"]))
    confirm = confirm_field()


def _get_job(arguments: Json) -> Result:
    ref = open_job(arguments["job"], SEE)
    wait_for_job(ref, arguments["wait"])
    view = job_view(ref)
    return Result(view, links=video_links(view))


def _control_job(arguments: Json) -> Result:
    ref, jobs = open_job(arguments["job"], CHANGE), services().jobs
    job = jobs.get(ref)
    g.identity.require(*sorted(jobs.worker.kinds[job["kind"]].scopes(job["request"])))
    if arguments["action"] == "cancel":
        jobs.cancel(ref)
        return Result(job_view(ref))
    return Result(resume(ref, jobs.calls_left(ref), arguments))


GET_JOB = Tool(
    "get_job",
    "Get a job",
    "Wait for a job, and see its state, progress and result; of an export, the video's address.",
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
    "Cancel a job (finished parts stay), or resume one that failed, stopped or was cancelled;"
    " that may cost money.",
    ControlJobArguments(),
    _control_job,
    any_scope=("ai:analyze", "ai:generate", "works:write"),
    destructive=True,
    open_world=True,
    starts_job=True,
)
