"""The kind of job that fetches a file at an address: for an asset, or a place in a work."""

import time
from collections.abc import Mapping
from typing import Any

from errors import NoRoomError, PreconditionError
from jobs.kinds import JobKind
from jobs.model import JobSpec
from jobs.run import JobRun
from media.fetched_files import FileFetcher
from media.limits import JOBS
from projects.assets import fetched
from schemas.assets import AssetFormSchema
from storage.errors import QuotaError, ReserveError
from storage.paths import derived_id
from works import work_media
from works.origins import Origin, takes_of
from works.slots import Slot, slot_of_path
from works.voices import origin_of

KIND = "download"

_PARTS = 100  # of the progress
_FORM = tuple(AssetFormSchema().fields)

Json = dict[str, Any]

_MAX_UNFINISHED = 20  # of a user
_REPORT_SECONDS = 0.5  # between writes of the progress


def plan_asset(user_id: str, project_id: str, body: Mapping[str, Any]) -> JobSpec:
    """Return the spec of a job that fetches the file of a new asset."""
    fields = {name: body[name] for name in _FORM if body.get(name) is not None}
    target = {"projectId": project_id, "fields": fields}
    return _spec(user_id, body, {"asset": target}, {"projectId": project_id})


def plan_media(
    user_id: str,
    slot_path: str,
    body: Mapping[str, Any],
    says_narration: bool | None,
    expected: str | None,
) -> JobSpec:
    """Return the spec of a job of a work that fetches the file of one of its places.

    `says_narration` is whether a voice says the narration of its scene, as for uploads. `expected`
    is the entity tag of the file that is to be replaced, if the client has named it.
    """
    target = {"path": slot_path, "narration": says_narration, "expected": expected}
    return _spec(user_id, body, {"media": target}, {})


def _spec(
    user_id: str, body: Mapping[str, Any], target: Mapping[str, Any], fields: Mapping[str, Any]
) -> JobSpec:
    request = {"kind": KIND, "url": body["url"], **target}
    return JobSpec(*(KIND, user_id, request, []), client_request=body, parts=_PARTS, fields=fields)


class _Download(JobKind):
    name = KIND
    scope = "works:write"
    max_unfinished = _MAX_UNFINISHED

    def perform(self, run: JobRun) -> Json:
        request = run.job["request"]
        try:
            if "asset" in request:
                return _fetch_asset(run, request["url"], request["asset"])
            return _fetch_media(run, request["url"], request["media"])
        except QuotaError as exc:
            raise NoRoomError("Storage quota used up", str(exc)) from exc
        except ReserveError as exc:
            raise NoRoomError("There is no room for the file", str(exc)) from exc


KINDS = {KIND: _Download()}


def _fetch_asset(run: JobRun, url: str, target: Mapping[str, Any]) -> Json:
    """Create the asset of a job, unless an earlier attempt has."""
    # With the hash of the request: after a job is deleted (JOB_DAYS), another may have its id.
    asset_id = derived_id("asset", f"{run.ref.url}/{run.job['requestHash']}")
    created = fetched.create(
        _fetcher(run), target["projectId"], url, target["fields"], asset_id
    ).values
    return {"url": created["url"], "assetId": asset_id}


def _fetch_media(run: JobRun, url: str, target: Mapping[str, Any]) -> Json:
    """Put the file of a job into its place, unless an earlier attempt has."""
    slot = slot_of_path(target["path"])
    assert slot is not None  # noqa: S101 - the order has parsed the path
    if not _is_stored(run, slot):
        _store(run, slot, url, target)
    return {"url": slot.url(run.work_ref)}


def _store(run: JobRun, slot: Slot, url: str, target: Mapping[str, Any]) -> None:
    work_ref = run.work_ref
    files = work_media.media_files(run.store, work_ref)
    limit = run.settings.max_upload_mb

    def check() -> None:
        run.check_owner()
        expected = target["expected"]
        found = expected and work_media.entity_tag(files, slot)
        if found != expected:
            raise PreconditionError("The file has changed meanwhile", etag=found)

    with _fetcher(run).receive(url, files, slot.accepted, limit) as upload:
        uploaded = origin_of(run.store, work_ref, slot, target["narration"])
        origin: Origin = {**uploaded, "jobId": run.ref.id}
        media_type = str(upload.declared_type)
        where = (run.store, work_ref, slot)
        work_media.store_file(*where, upload.file, media_type, origin, check, JOBS)


def _is_stored(run: JobRun, slot: Slot) -> bool:
    """Return whether an earlier attempt, which could not note it, has stored the file."""
    if slot.scene is None:
        return False
    takes = takes_of(run.store, run.work_ref, slot)
    current = takes.read().current
    return current is not None and takes.facts(current).get("jobId") == run.ref.id


def _fetcher(run: JobRun) -> FileFetcher:
    seconds = run.settings.tuning.downloading
    return FileFetcher(
        *(run.store, run.settings, run.storage_owner, seconds),
        check=run.check_stop,
        report=_Reporter(run).report,
    )


class _Reporter:
    """Writes the progress of a transfer, twice a second at most."""

    def __init__(self, run: JobRun) -> None:
        self._run = run
        self._reported = 0.0

    def report(self, received: int, size: int | None) -> None:
        if time.monotonic() - self._reported > _REPORT_SECONDS:
            self._reported = time.monotonic()
            whole = "" if size is None else f" of {size / 1e6:.1f}"
            fraction = received / size if size else 0.0
            self._run.report_part(fraction, f"Received {received / 1e6:.1f}{whole} MB")
