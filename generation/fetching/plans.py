"""The orders of jobs that fetch files: for an asset, or for a place in a work."""

from collections.abc import Mapping
from typing import Any

from jobs.model import JobSpec
from schemas.assets import AssetFormSchema

KIND = "download"

_PARTS = 100  # of the progress
_FORM = tuple(AssetFormSchema().fields)


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
