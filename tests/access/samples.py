"""Requests for what is in a project without the project's id in their address."""

from collections.abc import Mapping
from typing import Any

from access.rights import CHANGE, PAY, SEE
from export.job import KIND as EXPORT_KIND
from providers.models import providers_for
from schemas.ai import ROLES
from schemas.new_jobs import WORK_JOB_KINDS
from tests.access.cells import Sample
from tests.access.world import World
from tests.walk import DEMO, EXPORT_SIZE, REQUIRED_OF_JOBS

_VENDORS = {
    f"x-{role}-provider": next(each for each in providers_for(role) if each != "demo")
    for role in ROLES
}


def samples(world: World) -> list[Sample]:
    """Return them for the shared project."""
    shared = world.shared
    project, work, asset = (
        path.rpartition("/")[2] for path in (shared.project, shared.work, shared.asset)
    )
    in_project, in_work = {"projectId": project}, {"projectId": project, "workId": work}
    export = {
        **in_work,
        "clips": [{"sceneIndex": 0, "position": 0, "end": 0.5}],
        "options": EXPORT_SIZE,
    }
    image = f"{shared.work}/media/scene/0/image"
    video = {
        "prompt": "A lamp",
        "project": project,
        "sceneCount": 1,
        "export": False,
        "resolution": {"width": 64, "height": 64},
    }
    return [
        _post(SEE, "/api/media-tokens", in_project),
        _post(CHANGE, "/api/export", export),
        _post(CHANGE, f"{shared.work}/duplicate", in_project),
        Sample(  # a call outside of the project: what counts is that the image may be seen
            *("/api/generate/video", SEE, "POST", "/api/generate/video"),
            {"prompt": "It swings", "image_url": image},
            {"x-video-provider": "runway"},
            admitted=("400 api_key_required",),
            unknown="invalid_fields",
        ),
        _post(CHANGE, "/api/videos", video, unknown="invalid_fields"),
        *_paid_orders(shared.project, shared.work, shared.asset),
        _paid("/api/videos", video, unknown="invalid_fields"),
        _post(SEE, "/api/links", {"kind": "export", **in_work, "exportId": "export_1"}),
        _post(SEE, "/api/links", {"kind": "media", **in_work, "media": "scene/0/video"}),
        _post(SEE, "/api/links", {"kind": "media", **in_project, "assetId": asset}),
        _post(CHANGE, "/api/links", {"kind": "upload", **in_project}),
        Sample("restore", CHANGE, "POST", f"/api/trash/{world.trash['restore']}/restore"),
        Sample("remove from trash", CHANGE, "DELETE", f"/api/trash/{world.trash['remove']}"),
    ]


def _paid_orders(project: str, work: str, asset: str) -> list[Sample]:
    """Return everything that calls vendors in a project: every kind of job, and all other ways."""
    more: dict[str, dict[str, Any]] = {
        "scene": {"sceneIndex": 0},
        "narration": {"only": "all"},
        **REQUIRED_OF_JOBS,
    }
    kinds = [kind for kind in WORK_JOB_KINDS if kind != EXPORT_KIND]
    orders: list[tuple[str, dict[str, Any]]] = [
        (f"{work}/jobs", {"kind": kind, **more.get(kind, {})}) for kind in kinds
    ]
    orders += [
        (f"{work}/scenario", {}),
        (f"{work}/generate/scene/0", {}),
        (f"{work}/scenes/0/narration/rewrite", {"words": 3}),
        (f"{asset}/analyze", {}),
        (f"{project}/assets/analyze-batch", {"assetIds": [asset.rpartition("/")[2]]}),
    ]
    return [_paid(url, body) for url, body in orders]


def _paid(url: str, body: Mapping[str, Any], unknown: str = "not_found") -> Sample:
    """Return a call of vendors, for which the service has no key."""
    name, admitted = f"paid {url} {body.get('kind', '')}", ("400 api_key_required",)
    return Sample(name, PAY, "POST", url, body, _VENDORS, admitted, unknown)


def _post(right: str, url: str, body: Mapping[str, Any], unknown: str = "not_found") -> Sample:
    name = f"{url} {body.get('kind', '')} {body.get('assetId', '')}"
    return Sample(name, right, "POST", url, body, DEMO, unknown=unknown)


# Routes for users, outside of projects: what they name is the user's own, or nobody's.
OF_USERS = frozenset(
    {
        "/api/analyze",
        "/api/auth/logout",
        "/api/auth/me",
        "/api/auth/password",
        "/api/events",
        "/api/generate/image",
        "/api/invitations",
        "/api/invitations/<invitation>",
        "/api/invitations/<invitation>/accept",
        "/api/invitations/<invitation>/decline",
        "/api/jobs",
        "/api/jobs/<id:user_job_id>/redeliver",
        "/api/jobs/<id:user_job_id>",
        "/api/jobs/<id:user_job_id>/cancel",
        "/api/jobs/<id:user_job_id>/events",
        "/api/jobs/<id:user_job_id>/media",
        "/api/jobs/<id:user_job_id>/resume",
        "/api/jobs/clear",
        "/api/links/<id:link_id>",
        "/api/projects",
        "/api/provider-keys",
        "/api/provider-keys/<id:provider>",
        "/api/scenario",
        "/api/style-guide/extract",
        "/api/style-guide/extract-from-landing",
        "/api/tokens",
        "/api/tokens/<id:token_id>",
        "/api/trash",
        "/api/videos/<id:video_id>",
        "/api/videos/<id:video_id>/cancel",
        "/api/videos/<id:video_id>/events",
        "/api/videos/<id:video_id>/resume",
        "/api/voices",
        "/api/voices/check",
        "/api/voices/preview",
        "/api/webhook",
        "/api/webhook/test",
        "/api/webhook-secret",
        "/api/webhook-secret/rotate",
        "/mcp",
    }
)
