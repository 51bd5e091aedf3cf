"""How the job of a video is shown: with a link to its video, which needs no login."""

from collections.abc import Mapping
from typing import Any

from accounts.identity import Identity
from errors import ConflictError
from generation.videos.results import work_page
from jobs.model import to_public
from schemas.lists import join
from settings.config import Settings
from sharing.links.exports import ExportIds, ExportLinks
from storage.errors import DiskFullError, UnwritableError
from storage.paths import WorkRef

Json = dict[str, Any]
Job = Mapping[str, Any]

_NO_LINK = {"videoUrl": None, "videoUrlExpiresAt": None, "videoLinkId": None}
_NO_SCOPES: frozenset[str] = frozenset()


def show(links: ExportLinks, identity: Identity | None, base: str, job: Job) -> Json:
    """Return a job as clients see it, its link made by an identity; `base` is the service's.

    If the user has as many links as allowed, or the disk is full, it is returned without a link.
    """
    public = to_public(job)
    result = job["result"]
    if result is None:
        return public
    link = _NO_LINK
    if identity is not None and base and result["exportId"]:
        link = _link(links, job, identity, base)
    return {**public, "result": {**result, **_work(base, job), **link}}


def show_in_list(base: str, job: Job) -> Json:
    """Return a job as lists of videos have it: without a link."""
    public, result = to_public(job), job["result"]
    return public if result is None else {**public, "result": {**result, **_work(base, job)}}


def source_of(identity: Identity) -> Json:
    """Return with what a video was ordered; the link in its webhook ends with that."""
    return {**identity.source, "key": identity.key_id}


def show_to_receiver(links: ExportLinks, settings: Settings, job: Job) -> Json:
    """Return a job as its webhook has it."""
    base = settings.public_url or job.get("origin") or ""
    return show(links, _orderer(job), base, job)


def _orderer(job: Job) -> Identity | None:
    """Return the identity that ordered a video; None for the command line."""
    source = job.get("orderedWith")
    if source is None:
        return None
    token = source.get("apiToken")
    return Identity(
        job["userId"],
        _NO_SCOPES,
        session=source.get("session"),
        key_id=source["key"],
        api_token=token and {"id": token},
    )


def _work(base: str, job: Job) -> Json:
    return {"workUrl": join(base, work_page(job))}


def _link(links: ExportLinks, job: Job, identity: Identity, base: str) -> Json:
    ids = ExportIds(job["projectId"], job["workId"], job["result"]["exportId"])
    if ids.export_id not in links.store.exports(WorkRef.named_in(job)).documents:
        return _NO_LINK
    try:
        link = links.make(identity, ids)
    except (ConflictError, DiskFullError, UnwritableError):
        return _NO_LINK
    return {
        "videoUrl": join(base, link.path),
        "videoUrlExpiresAt": link.expires_at,
        "videoLinkId": link.id,
    }
