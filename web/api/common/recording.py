"""What requests do in projects, recorded once they succeeded (sharing/activity/recorder.py)."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, NamedTuple, cast

import orjson
from flask import Flask, Response, g, request

from export.job import KIND as EXPORT
from sharing.activity.recorder import Action
from storage.documents.tables import DocumentTable
from storage.errors import StorageError
from storage.store import Store
from web.context import services, store, user_id

DECIDED = "decided"  # what exactly, the response says
HANDED_OVER = "handed_over"

_SLOTS = (
    *("media.{}_audio", "media.{}_reference_video", "media.{}_scene_image"),
    *("media.{}_scene_video", "scene-voices.{}_scene_voice"),
)
# Routes with a body or a DELETE that leave everything in the project as it is, or the project gone.
UNRECORDED = frozenset(
    {
        "projects.delete_project",
        "templates.apply_template",
        "assets.estimate_asset_words",
        "work_generation.rewrite_narration",
        "presence.enter_work",
        "presence.leave_work",
        "reviews.redeliver_review",
        "webhooks.redeliver_work_job",
    }
)

_TABLES: Mapping[str, Callable[[Store, str], DocumentTable]] = {
    "work_id": Store.works,
    "asset_id": Store.assets,
    "template_id": Store.templates,
    "cast_id": Store.cast,
    "project_id": lambda opened, _: opened.projects,
    "member_id": lambda opened, _: opened.users,
}
_DECISIONS = {"approved": "approved", "changes": "requested_changes"}


class RecordedAction(NamedTuple):
    """What a route does to what: `target` is the variable of its address that has the id.

    Without a target it creates something, whose id is in the response, and its name if it has one.
    """

    action: str
    kind: str
    target: str = ""


RECORDED: Mapping[str, RecordedAction] = {
    "projects.create_project": RecordedAction("created", "project"),
    "projects.update_project": RecordedAction("changed", "project", "project_id"),
    "works.create_work": RecordedAction("created", "work"),
    "works.duplicate_work": RecordedAction("created", "work"),
    "works.duplicate_scene": RecordedAction("changed", "work", "work_id"),
    "works.update_work": RecordedAction("changed", "work", "work_id"),
    "works.delete_work": RecordedAction("deleted", "work", "work_id"),
    "timelines.edit_timeline": RecordedAction("changed", "work", "work_id"),
    "templates.apply_template_to_work": RecordedAction("changed", "work", "work_id"),
    "scene-voices.set_voice_words": RecordedAction("changed", "work", "work_id"),
    "scene-voices.clean_scene_voice": RecordedAction("changed", "work", "work_id"),
    "takes.use_take": RecordedAction("changed", "work", "work_id"),
    "takes.delete_take": RecordedAction("deleted", "take", "work_id"),
    **{name.format("upload"): RecordedAction("uploaded", "media", "work_id") for name in _SLOTS},
    **{name.format("remove"): RecordedAction("deleted", "media", "work_id") for name in _SLOTS},
    "assets.upload_asset": RecordedAction("created", "asset"),
    "assets.clean_asset": RecordedAction("created", "asset", "asset_id"),
    "assets.update_asset": RecordedAction("changed", "asset", "asset_id"),
    "assets.delete_asset": RecordedAction("deleted", "asset", "asset_id"),
    "asset_descriptions.analyze_asset": RecordedAction("changed", "asset", "asset_id"),
    "asset_descriptions.analyze_assets": RecordedAction("started", "job", "project_id"),
    "templates.create_template": RecordedAction("created", "template"),
    "templates.update_template": RecordedAction("changed", "template", "template_id"),
    "templates.delete_template": RecordedAction("deleted", "template", "template_id"),
    "cast.create_cast_member": RecordedAction("created", "cast"),
    "cast.update_cast_member": RecordedAction("changed", "cast", "cast_id"),
    "cast.delete_cast_member": RecordedAction("deleted", "cast", "cast_id"),
    "links.upload_by_link": RecordedAction("created", "asset"),
    "videos.order_video": RecordedAction("started", "job"),
    "exports.export_work": RecordedAction("started", "export", "work_id"),
    "exports.delete_export": RecordedAction("deleted", "export", "work_id"),
    "work_jobs.start_work_job": RecordedAction("started", "job", "work_id"),
    "work_jobs.resume_work_job": RecordedAction("resumed", "job", "work_id"),
    "work_jobs.cancel_work_job": RecordedAction("cancelled", "job", "work_id"),
    "work_generation.make_work_scene": RecordedAction("started", "job", "work_id"),
    "work_generation.write_work_scenario": RecordedAction("started", "job", "work_id"),
    "project_invitations.make_invitation": RecordedAction("invited", "invitation"),
    "project_invitations.invite_member": RecordedAction("invited", "invitation"),
    "project_invitations.delete_invitation": RecordedAction(
        "withdrew", "invitation", "invitation_id"
    ),
    "invitations.accept_invitation": RecordedAction("joined", "project"),
    "members.update_member": RecordedAction("changed", "member", "member_id"),
    "members.remove_member": RecordedAction("removed", "member", "member_id"),
    "members.leave": RecordedAction("left", "project", "project_id"),
    "members.hand_over": RecordedAction(HANDED_OVER, "project", "project_id"),
    "project_keys.set_project_key": RecordedAction("created", "key", "project_id"),
    "project_keys.delete_project_key": RecordedAction("deleted", "key", "project_id"),
    "review_links.make_review": RecordedAction("created", "review", "work_id"),
    "review_links.update_review": RecordedAction("changed", "review", "work_id"),
    "review_links.delete_review": RecordedAction("revoked", "review", "work_id"),
    "reviews.make_comment": RecordedAction("commented", "work", "work_id"),
    "reviews.update_comment": RecordedAction("changed", "comment", "work_id"),
    "reviews.delete_comment": RecordedAction("deleted", "comment", "work_id"),
    "reviews.make_decision": RecordedAction(DECIDED, "work", "work_id"),
    "guest_reviews.make_review_comment": RecordedAction("commented", "work", "work_id"),
    "guest_reviews.update_review_comment": RecordedAction("changed", "comment", "work_id"),
    "guest_reviews.delete_review_comment": RecordedAction("deleted", "comment", "work_id"),
    "guest_reviews.make_review_decision": RecordedAction(DECIDED, "work", "work_id"),
    "trash.restore_from_trash": RecordedAction("restored", "work"),
}


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
