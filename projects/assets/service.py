"""Listing, reading, changing and deleting assets, and what uses them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from access.projects import check as check_right
from access.rights import CHANGE
from errors import MissingError
from media import lanes
from media.media_types import HEIF_TYPES
from schemas.loading import check_ids
from storage.clock import later_than
from storage.documents.index import Summary, json_array
from storage.documents.snapshots import Snapshot
from storage.documents.tables import Check, DocumentTable
from storage.media.media_files import EXTENSIONS, StoredFile
from storage.store import Store
from storage.trash import Deletion, discard

Asset = dict[str, Any]

TYPES = tuple(EXTENSIONS)  # media types that are stored: all that storage has an extension for
ACCEPTED = (*TYPES, *HEIF_TYPES)  # that may be received: HEIC photos become JPEGs
FILE, THUMBNAIL = "file", "thumbnail"  # the two media slots of an asset
_LANES: dict[lanes.Kind, tuple[str, ...]] = {
    "filmstrip": ("video", "image"),
    "peaks": ("video", "audio", "image"),  # of an image they are empty
    "loudness": ("video", "audio", "image"),  # of an image it is null
}

IDS = re.compile(r"asset_[0-9A-Za-z_-]+")  # also in URLs, such as the music's


def list_json(store: Store, project_id: str, asset_type: str | None) -> bytes:
    """Return the project's assets, of one type or all, as `{assets, totalSize, count}`."""
    entries = store.index(store.assets(project_id), _summarize).current().entries
    if asset_type is not None:
        entries = [entry for entry in entries if entry.values["type"] == asset_type]
    size = sum(entry.values["size"] for entry in entries)
    return b'{"assets":%b,"totalSize":%d,"count":%d}' % (json_array(entries), size, len(entries))


def document(store: Store, project_id: str, asset_id: str) -> Asset:
    """Return a copy of an asset's document. Raises NotFoundError."""
    return store.assets(project_id).snapshot(asset_id).parse()


def open_file(store: Store, project_id: str, asset_id: str) -> StoredFile:
    """Open the asset's file for reading; the caller closes it. Raises NotFoundError."""
    table = store.assets(project_id)
    asset = table.snapshot(asset_id).values
    return store.media(table, asset_id).open(FILE, [asset["mimeType"]])


def open_lane(store: Store, project_id: str, asset_id: str, kind: lanes.Kind) -> StoredFile:
    """Open the filmstrip, the peaks or the loudness of an asset for reading.

    An image has one tile, empty peaks, and no loudness. Raises NotFoundError, BusyError, and
    MissingError for an asset of another type, or one that cannot be read.
    """
    asset = document(store, project_id, asset_id)
    if asset["type"] not in _LANES[kind]:
        raise MissingError("Not found", f"An asset of type {asset['type']} has no {kind}.")
    files = store.media(store.assets(project_id), asset_id)
    types, name = (asset["mimeType"],), f"The asset {asset['name']!r}"
    media = lanes.LaneMedia(project_id, asset_id, "0", files, FILE, types, name)
    return lanes.open_lane(store, media, kind)


def update(
    store: Store,
    project_id: str,
    asset_id: str,
    fields: Mapping[str, Any],
    check: Check | None = None,
) -> Snapshot:
    """Change the given fields of an asset; null removes a field, and resets `name` to `filename`.

    Raises InvalidError for ids that are not the asset's, NotFoundError, and what `check` raises.
    """
    check_ids(fields, id=asset_id, projectId=project_id)

    def mutate(asset: Asset) -> None:
        asset.update(fields)
        asset["name"] = asset["name"] or asset["filename"]
        for key in [key for key, value in asset.items() if value is None]:
            del asset[key]
        asset["updatedAt"] = later_than(asset["updatedAt"])

    return store.assets(project_id).change(asset_id, mutate, check)


def set_description(store: Store, project_id: str, asset_id: str, text: str) -> Snapshot:
    """Set the description of an asset. Raises NotFoundError."""
    return update(store, project_id, asset_id, {"description": text})


def delete(
    store: Store, project_id: str, asset_id: str, deletion: Deletion, check: Check | None = None
) -> str:
    """Delete an asset and its files, even if it is in use.

    Return the id of its entry in the trash, "" if in none. Raises NotFoundError, RightMissingError
    unless the user may change the project then, and what `check` raises.
    """
    permit = partial(check_right, store, project_id, deletion.user_id, CHANGE)
    trash_id = discard(store, store.assets(project_id), asset_id, deletion, check, permit)
    store.previews.remove(f"{project_id}.{asset_id}.")
    return trash_id


def missing(store: Store, project_id: str, asset_ids: Iterable[str]) -> list[str]:
    """Return the ids, without duplicates, that are not assets of the project."""
    existing = store.assets(project_id).documents
    return [asset_id for asset_id in dict.fromkeys(asset_ids) if asset_id not in existing]


def _summarize(asset: Mapping[str, Any]) -> Asset:
    """Return an asset as it appears in lists: whole. Raises KeyError for a damaged document."""
    return {**asset, **{key: asset[key] for key in ("type", "size", "updatedAt")}}


def uses_of(store: Store, project_id: str, asset_id: str) -> dict[str, list[dict[str, str]]]:
    """Return what uses an asset: `{works: [{id, name}], templates: …, cast: …}`.

    Raises NotFoundError if the project has no such asset.
    """
    store.assets(project_id).snapshot(asset_id)
    tables = {
        "works": store.works(project_id),
        "templates": store.templates(project_id),
        "cast": store.cast(project_id),
    }
    return {name: _users(store, table, asset_id) for name, table in tables.items()}


def _users(store: Store, table: DocumentTable, asset_id: str) -> list[dict[str, str]]:
    entries = store.recent_index(table, _summarize_uses).current().entries
    return [
        {"id": entry.id, "name": entry.values["name"]}
        for entry in entries
        if asset_id in entry.values["assets"]
    ]


def _summarize_uses(document: Mapping[str, Any]) -> Summary:
    """Return what decides whether a document uses an asset. Raises KeyError for a damaged one."""
    summary = {key: document[key] for key in ("name", "createdAt", "updatedAt")}
    return {**summary, "assets": sorted(set(named_in(document)))}


def named_in(value: Any) -> Iterator[str]:
    """Yield the ids of assets in all strings of a value."""
    if isinstance(value, str):
        yield from IDS.findall(value)
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from named_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from named_in(each)
