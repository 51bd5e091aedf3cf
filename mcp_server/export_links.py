"""Short addresses of exports, which need no login: models change long ones as they copy them."""

from collections.abc import Mapping
from typing import Any

from flask import g

from errors import ConflictError
from export.plan.targets import FORMATS, MP4
from sharing.links.exports import ExportIds
from storage.errors import DiskFullError, UnwritableError
from storage.media.media_files import EXTENSIONS
from storage.paths import WorkRef
from web.addresses import absolute
from web.context import export_links

Json = dict[str, Any]


def with_address(ref: WorkRef, view: Mapping[str, Any]) -> Json:
    """Return the view of an export with its `url`, or the reason why there is none.

    Reading works on a full disk, too, and with as many links as a user may have.
    """
    export = ExportIds(*ref, view["export"])
    try:
        link = export_links().make(g.identity, export)
    except ConflictError as exc:
        return {**view, "noUrl": f"{exc.message}: {exc.details}"}
    except (DiskFullError, UnwritableError):
        return {**view, "noUrl": "The server's disk is full, or cannot be written."}
    return {**view, "url": absolute(link.path)}


def next_step(view: Mapping[str, Any]) -> str:
    """Return what a model does with the view of an export."""
    return "Give the user the url." if "url" in view else "Tell the user why there is no url."


def video_links(view: Mapping[str, Any]) -> list[Json]:
    """Return the address of an export as clients show it, if the view of a job or export has one.

    Its name is the id: names of works are users' texts, which can't be marked as such there.
    """
    if "url" not in view:
        return []
    media_type, size = FORMATS[view.get("format", MP4)].media_type, view["size"]
    name = f"{view['export']}.{EXTENSIONS[media_type]}"
    return [{"uri": view["url"], "name": name, "mimeType": media_type, "size": size}]
