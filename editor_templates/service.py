"""What can be done with editor templates."""

from collections.abc import Mapping
from typing import Any

from assets import service as assets
from editor_templates.applying import applied, asset_ids
from storage.clock import later_than, now_ms
from storage.documents import Snapshot
from storage.ids import new_id
from storage.store import Store
from storage.tables import Check
from web.errors import InvalidError, check_ids
from works import service as works
from works import timeline

Template = dict[str, Any]

_KEPT = ("name", "content")  # what a template cannot be without
_KEYS = ("id", "projectId", "name", "description", "tags", "thumbnail", "content")
_SUMMARY = ("id", "name", "description", "thumbnail", "createdAt", "updatedAt", "tags")


def list_json(store: Store, project_id: str) -> bytes:
    """The templates of a project, newest first: `{templates, count}`."""
    listed = store.index(store.templates(project_id), summary).current()
    return b'{"templates":%b,"count":%d}' % (listed.body(), len(listed.entries))


def create(store: Store, project_id: str, fields: Mapping[str, Any]) -> Snapshot:
    """Make a template. Raises InvalidError for two overlays of one id."""
    _check_overlay_ids(fields)
    now = now_ms()
    template = {"id": new_id("tmpl"), "projectId": project_id, **fields}
    times = {"createdAt": now, "updatedAt": now}
    return store.templates(project_id).create(template["id"], {**_ordered(template), **times})


def update(
    store: Store,
    project_id: str,
    template_id: str,
    fields: Mapping[str, Any],
    check: Check | None = None,
) -> Snapshot:
    """Change the fields given and keep the rest; null takes an optional one away.

    Raises BadRequestError for other ids, InvalidError for two overlays of one id, and what `check`
    raises.
    """
    check_ids(fields, id=template_id, projectId=project_id)
    _check_overlay_ids(fields)

    def change(template: Template) -> None:
        kept = {key: template[key] for key in _KEPT if fields.get(key) is None}
        times = {"createdAt": template["createdAt"], "updatedAt": later_than(template["updatedAt"])}
        changed = _ordered({**template, **fields, **kept})
        template.clear()
        template.update({**changed, **times})

    return store.templates(project_id).change(template_id, change, check)


def apply(
    store: Store, project_id: str, template_id: str, fields: Mapping[str, Any]
) -> dict[str, Any]:
    """The overlays of a template for a video of `videoDuration` seconds; saves nothing."""
    content = store.templates(project_id).snapshot(template_id).values["content"]
    values = fields.get("placeholderValues") or {}
    missing = assets.missing(store, project_id, asset_ids(content))
    result = applied(content, fields["videoDuration"], values)
    return {**result, "missingAssetIds": missing}


def apply_to_work(
    store: Store,
    project_id: str,
    work_id: str,
    fields: Mapping[str, Any],
    check: Check | None = None,
) -> Snapshot:
    """Add the overlays of the template `templateId` to a work's timeline, next to those there.

    `check` is called with the work. Raises NotFoundError, and what `check` raises.
    """
    content = store.templates(project_id).snapshot(fields["templateId"]).values["content"]
    values = fields.get("placeholderValues") or {}

    def change(work: works.Work) -> None:
        taken = timeline.overlay_ids(work)
        timeline.add_overlays(work, applied(content, timeline.seconds(work), values, taken))

    return works.change(store, project_id, work_id, change, check)


def summary(template: Mapping[str, Any]) -> dict[str, Any]:
    """A template as it appears in lists."""
    content = template["content"]
    return {
        **{key: template[key] for key in _SUMMARY if key in template},
        "textOverlayCount": len(content["textOverlays"]),
        "imageOverlayCount": len(content["imageOverlays"]),
        "hasExportSettings": bool(content.get("exportSettings")),
    }


def _ordered(template: Mapping[str, Any]) -> Template:
    """What is kept of a template's fields, in the order in which it is written."""
    return {key: template[key] for key in _KEYS if template.get(key) is not None}


def _check_overlay_ids(fields: Mapping[str, Any]) -> None:
    content = fields.get("content") or {"textOverlays": [], "imageOverlays": []}
    for overlays in ("textOverlays", "imageOverlays"):
        seen: set[str] = set()
        for position, overlay in enumerate(content[overlays]):
            if overlay["id"] in seen:
                message = [f"Overlay {overlay['id']} is there twice."]
                raise InvalidError({"content": {overlays: {position: {"id": message}}}})
            seen.add(overlay["id"])
