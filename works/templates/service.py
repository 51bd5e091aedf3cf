"""Listing, creating, changing and applying editor templates."""

from collections.abc import Mapping
from typing import Any

from errors import FieldsError
from projects.assets import service as assets
from schemas.common import duplicate_errors
from schemas.loading import check_ids
from storage.clock import later_than, now_ms
from storage.documents.snapshots import Snapshot
from storage.documents.tables import Check
from storage.paths import WorkRef, new_id
from storage.store import Store
from works import service as works
from works import timeline
from works.templates.applying import asset_ids, build_overlays

Template = dict[str, Any]

_REQUIRED = ("name", "content")
_KEY_ORDER = ("id", "projectId", "name", "description", "tags", "thumbnail", "content")
_SUMMARY = ("id", "name", "description", "thumbnail", "createdAt", "updatedAt", "tags")
_OPTIONAL = ("description", "tags", "thumbnail")


def list_json(store: Store, project_id: str) -> bytes:
    """Return the templates of a project as `{templates, count}`."""
    listing = store.index(store.templates(project_id), summarize).current()
    return b'{"templates":%b,"count":%d}' % (listing.body(), len(listing.entries))


def create(
    store: Store, project_id: str, fields: Mapping[str, Any], template_id: str | None = None
) -> Snapshot:
    """Create a template; `template_id` is its id, if that was chosen before.

    Raises FieldsError for duplicate overlay ids, ExistsError.
    """
    _check_overlay_ids(fields)
    now = now_ms()
    template = {"id": template_id or new_id("tmpl"), "projectId": project_id, **fields}
    times = {"createdAt": now, "updatedAt": now}
    return store.templates(project_id).create(template["id"], {**_ordered(template), **times})


def update(
    store: Store,
    project_id: str,
    template_id: str,
    fields: Mapping[str, Any],
    check: Check | None = None,
) -> Snapshot:
    """Change the given fields of a template; null removes an optional field.

    Raises InvalidError for ids that are not the template's, FieldsError for duplicate overlay
    ids, and what `check` raises.
    """
    check_ids(fields, id=template_id, projectId=project_id)
    _check_overlay_ids(fields)

    def mutate(template: Template) -> None:
        kept = {key: template[key] for key in _REQUIRED if fields.get(key) is None}
        times = {"createdAt": template["createdAt"], "updatedAt": later_than(template["updatedAt"])}
        changed = _ordered({**template, **fields, **kept})
        template.clear()
        template.update({**changed, **times})

    return store.templates(project_id).change(template_id, mutate, check)


def apply(
    store: Store, project_id: str, template_id: str, fields: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the overlays of a template for a video of `videoDuration` seconds."""
    content = store.templates(project_id).snapshot(template_id).values["content"]
    values = fields.get("placeholderValues") or {}
    missing = assets.missing(store, project_id, asset_ids(content))
    overlays = build_overlays(content, fields["videoDuration"], values)
    return {**overlays, "missingAssetIds": missing}


def apply_to_work(
    store: Store,
    ref: WorkRef,
    fields: Mapping[str, Any],
    check: Check | None = None,
) -> Snapshot:
    """Add the overlays of the template `templateId` to a work's timeline.

    `check` gets the work. Raises NotFoundError, and what `check` raises.
    """
    content = store.templates(ref.project_id).snapshot(fields["templateId"]).values["content"]
    values = fields.get("placeholderValues") or {}

    def mutate(work: works.Work) -> None:
        add_to_work(work, content, values)

    return works.change(store, ref, mutate, check)


def add_to_work(
    work: works.Work, content: Mapping[str, Any], values: Mapping[str, str | None]
) -> None:
    """Add the overlays of a template's content to the timeline of a work, in place."""
    used_ids = timeline.overlay_ids(work)
    overlays = build_overlays(content, timeline.video_seconds(work), values, used_ids)
    timeline.add_overlays(work, overlays)


def summarize(template: Mapping[str, Any]) -> dict[str, Any]:
    """Return a template as it appears in lists. Raises KeyError for a damaged document."""
    content = template["content"]
    return {
        **{key: template[key] for key in _SUMMARY if key in template or key not in _OPTIONAL},
        "textOverlayCount": len(content["textOverlays"]),
        "imageOverlayCount": len(content["imageOverlays"]),
        "hasExportSettings": bool(content.get("exportSettings")),
    }


def _ordered(template: Mapping[str, Any]) -> Template:
    """Return the known fields of a template that are set, in the order in which they are stored."""
    return {key: template[key] for key in _KEY_ORDER if template.get(key) is not None}


def _check_overlay_ids(fields: Mapping[str, Any]) -> None:
    content = fields.get("content") or {}
    for overlays in ("textOverlays", "imageOverlays"):
        if errors := duplicate_errors(content.get(overlays, []), "id"):
            raise FieldsError({"content": {overlays: errors}})
