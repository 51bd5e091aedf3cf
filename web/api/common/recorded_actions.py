"""What the routes do that change a project, for its activity (recording.py records it)."""

from collections.abc import Mapping
from typing import NamedTuple

DECIDED = "decided"  # what exactly, the response says
HANDED_OVER = "handed_over"


class RecordedAction(NamedTuple):
    """What a route does to what: `target` is the variable of its address that has the id.

    Without a target it creates something, whose id is in the response, and its name if it has one.
    """

    action: str
    kind: str
    target: str = ""


_SLOTS = (
    *("media.{}_audio", "media.{}_reference_video", "media.{}_scene_image"),
    *("media.{}_scene_video", "scene-voices.{}_scene_voice"),
)

RECORDED: Mapping[str, RecordedAction] = {
    "projects.create_project": RecordedAction("created", "project"),
    "projects.update_project": RecordedAction("changed", "project", "project_id"),
    "works.create_work": RecordedAction("created", "work"),
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
    "assets.update_asset": RecordedAction("changed", "asset", "asset_id"),
    "assets.delete_asset": RecordedAction("deleted", "asset", "asset_id"),
    "asset_descriptions.analyze_asset": RecordedAction("changed", "asset", "asset_id"),
    "asset_descriptions.analyze_assets": RecordedAction("started", "job", "project_id"),
    "templates.create_template": RecordedAction("created", "template"),
    "templates.update_template": RecordedAction("changed", "template", "template_id"),
    "templates.delete_template": RecordedAction("deleted", "template", "template_id"),
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
# Routes with a body or a DELETE that leave everything in the project as it is, or the project gone.
UNRECORDED = frozenset(
    {
        "projects.delete_project",
        "templates.apply_template",
        "work_generation.rewrite_narration",
        "presence.enter_work",
        "presence.leave_work",
        "reviews.redeliver_review",
        "webhooks.redeliver_work_job",
    }
)
