"""What can be done with assets, once they are there."""

from collections.abc import Iterable, Mapping
from typing import Any

from storage.clock import later_than
from storage.documents import Snapshot
from storage.index import json_array
from storage.media_files import EXTENSIONS, StoredFile
from storage.store import Store
from storage.tables import Check
from web.errors import check_ids

Asset = dict[str, Any]

TYPES = tuple(EXTENSIONS)  # every media type that storage has an extension for
THUMBNAIL_TYPES = ("image/webp", "image/jpeg")
FILE, THUMBNAIL = "file", "thumbnail"  # an asset's two media slots


def list_json(store: Store, project_id: str, kind: str | None) -> bytes:
    """The project's assets of this type, or of all, newest first, with their number and bytes."""
    listed = store.index(store.assets(project_id), _summary).current()
    entries = [entry for entry in listed.entries if kind in (None, entry.values["type"])]
    size = sum(entry.values["size"] for entry in entries)
    return b'{"assets":%b,"totalSize":%d,"count":%d}' % (json_array(entries), size, len(entries))


def document(store: Store, project_id: str, asset_id: str) -> Asset:
    """An asset, the caller's own copy. Raises NotFoundError."""
    return store.assets(project_id).snapshot(asset_id).parse()


def open_file(store: Store, project_id: str, asset_id: str) -> StoredFile:
    """The asset's file, open for reading; the caller closes it. Raises NotFoundError."""
    table = store.assets(project_id)
    asset = table.snapshot(asset_id).values
    return store.media(table, asset_id).open(FILE, [asset["mimeType"]])


def open_thumbnail(store: Store, project_id: str, asset_id: str) -> StoredFile:
    """The asset's thumbnail, open for reading. Raises NotFoundError where it has none."""
    return store.media(store.assets(project_id), asset_id).open(THUMBNAIL, THUMBNAIL_TYPES)


def update(
    store: Store,
    project_id: str,
    asset_id: str,
    fields: Mapping[str, Any],
    check: Check | None = None,
) -> Snapshot:
    """Change the fields given and keep the rest; null clears, and names it after its file.

    Raises BadRequestError for other ids, NotFoundError, and what `check` raises.
    """
    check_ids(fields, id=asset_id, projectId=project_id)

    def change(asset: Asset) -> None:
        asset.update(fields)
        asset["name"] = asset["name"] or asset["filename"]
        for key in [key for key, value in asset.items() if value is None]:
            del asset[key]
        asset["updatedAt"] = later_than(asset["updatedAt"])

    return store.assets(project_id).change(asset_id, change, check)


def set_description(store: Store, project_id: str, asset_id: str, text: str) -> Snapshot:
    """Note what an asset shows. Raises NotFoundError."""
    return update(store, project_id, asset_id, {"description": text})


def delete(store: Store, project_id: str, asset_id: str, check: Check | None = None) -> None:
    """Delete an asset with its file, also one that is used somewhere.

    Raises NotFoundError, and what `check` raises.
    """
    store.assets(project_id).delete(asset_id, check)


def missing(store: Store, project_id: str, asset_ids: Iterable[str]) -> list[str]:
    """Those of the ids, each once, that are no assets of the project."""
    there = store.assets(project_id).documents
    return [asset_id for asset_id in dict.fromkeys(asset_ids) if asset_id not in there]


def _summary(asset: Mapping[str, Any]) -> Asset:
    """In a list, an asset is as it is; one that somebody damaged is left out by its KeyError."""
    return {**asset, **{key: asset[key] for key in ("type", "size", "updatedAt")}}
