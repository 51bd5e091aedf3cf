"""Records what a request has done in a project, if it succeeded (sharing/activity/recorder.py)."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, cast

import orjson
from flask import Flask, Response, g, request

from export.kinds import KIND as EXPORT
from sharing.activity.recorder import Action
from storage.documents.tables import DocumentTable
from storage.errors import StorageError
from storage.store import Store
from web.api.common.recorded_actions import DECIDED, HANDED_OVER, RECORDED, RecordedAction
from web.context import services, store, user_id

_TABLES: Mapping[str, Callable[[Store, str], DocumentTable]] = {
    "work_id": Store.works,
    "asset_id": Store.assets,
    "template_id": Store.templates,
    "project_id": lambda opened, _: opened.projects,
    "member_id": lambda opened, _: opened.users,
}
_DECISIONS = {"approved": "approved", "changes": "requested_changes"}


def register_activity(app: Flask) -> None:
    """Record what requests do; call this after `register_guard`."""

    def begin() -> None:
        """Look up the name of what is to be deleted."""
        recorded = _recorded_action()
        if recorded is not None and recorded.action == "deleted":
            g.deleted_name = name_of(recorded.target, request.view_args or {})

    def end(response: Response) -> Response:
        recorded = _recorded_action()
        if recorded is not None and response.status_code < 300:
            _record(recorded, response)
        return response

    app.before_request(begin)
    app.after_request(end)


def record(project_id: str, recorded: RecordedAction, target_id: str, target_name: str) -> None:
    """Record what the user or guest of the request has done in a project."""
    done = (recorded.action, recorded.kind, target_id, target_name)
    if reviewed := g.get("reviewed"):
        action = Action(project_id, reviewed.author.id, *done, reviewed.author.name)
    else:
        action = Action(project_id, user_id(), *done)
    services().recorder.record(action)


def kind_of(job_kind: str) -> str:
    """Return what is said to be started with a job of this kind."""
    return "export" if job_kind == EXPORT else "job"


def name_of(target: str, ids: Mapping[str, str]) -> str:
    """Return the name of what a variable of an address names; "" if it has none, or is gone.

    `ids` are the values of the variables.
    """
    with suppress(StorageError, KeyError):
        table = _TABLES[target](store(), ids["project_id"])
        return table.documents.recent_snapshot(ids[target]).name
    return ""


def _recorded_action() -> RecordedAction | None:
    """Return what the request does, if that is recorded."""
    current = cast(Any, request)._get_current_object()  # noqa: SLF001 - each access through the proxy costs time
    is_safe = current.method in {"GET", "HEAD", "OPTIONS"}
    return None if is_safe else RECORDED.get(current.endpoint)


def _record(recorded: RecordedAction, response: Response) -> None:
    ids = request.view_args or {}
    if reviewed := g.get("reviewed"):  # by a guest, whose request acts for the maker of the link
        ids = reviewed.ref._asdict()
    if recorded.target:
        name = g.get("deleted_name") or _name_of_target(recorded, ids, response)
        record(ids["project_id"], _exactly(recorded, response), ids[recorded.target], name)
    else:
        _record_by_response(recorded, ids.get("project_id"), _body(response))


def _name_of_target(recorded: RecordedAction, ids: Mapping[str, str], response: Response) -> str:
    """Return the name of what was changed; of a project that was handed over, of its new owner."""
    if recorded.action == HANDED_OVER:
        return str(_body(response)["owner"]["name"])
    return name_of(recorded.target, ids)


def _exactly(recorded: RecordedAction, response: Response) -> RecordedAction:
    """Return what a request has done of what its route may do."""
    if recorded.action == DECIDED:
        return RecordedAction(_DECISIONS[_body(response)["decision"]], recorded.kind)
    if recorded.action == "started" and response.status_code == 202:
        return RecordedAction(recorded.action, kind_of(_body(response)["kind"]))
    return recorded


def _record_by_response(
    recorded: RecordedAction, project_id: str | None, made: Mapping[str, Any]
) -> None:
    """Record what a response names: a job, what was created or restored, or a project joined."""
    project_id = made.get("projectId") or project_id
    if "state" in made:
        _record_job(project_id, made)
    elif "documentId" in made:
        restored = RecordedAction(recorded.action, made["kind"])
        record(made["projectId"], restored, made["documentId"], made["name"])
    elif "id" not in made:
        name = name_of("project_id", {"project_id": made["projectId"]})
        record(made["projectId"], recorded, made["projectId"], name)
    else:
        record(project_id or made["id"], recorded, made["id"], made.get("name", ""))


def _record_job(project_id: str | None, job: Mapping[str, Any]) -> None:
    """Record that a job was started, of a work or to fetch an asset; one may be of no project."""
    if project_id is None:
        return
    ids = {"project_id": project_id, "work_id": job.get("workId") or ""}
    target = "work_id" if ids["work_id"] else "project_id"
    record(
        project_id,
        RecordedAction("started", kind_of(job["kind"])),
        ids[target],
        name_of(target, ids),
    )


def _body(response: Response) -> Any:
    return orjson.loads(response.get_data())
