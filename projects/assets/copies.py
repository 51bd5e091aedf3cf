"""Copies of a project's assets in another project, for works that are taken there.

A copy shares the file on the disk with its original. Its id follows from that, so that an asset
that several works need is copied once, also if a crash comes in between.
"""

import re
from collections.abc import Iterable
from contextlib import suppress

import orjson

from projects.assets.service import IDS, Asset, named_in
from storage.clock import now_ms
from storage.errors import ExistsError, NotFoundError
from storage.files.hard_links import CheckRoom, link_files
from storage.files.trees import size_of
from storage.paths import MEDIA, derived_id, media_directory
from storage.store import Store

_IDS = re.compile(IDS.pattern.encode())


def used_by(store: Store, project_id: str, document: object) -> list[str]:
    """Return the ids of a project's assets that a document names."""
    assets = store.assets(project_id).documents
    return [each for each in sorted(set(named_in(document))) if each in assets]


def copy_id(source: str, target: str, asset_id: str) -> str:
    """Return the id of the copy of an asset in another project."""
    return derived_id("asset", f"{asset_id} of {source} in {target}")


def uncopied(store: Store, source: str, target: str, asset_ids: Iterable[str]) -> list[str]:
    """Return those of a project's assets that another one has no copy of."""
    ours = store.assets(target).documents
    return [each for each in asset_ids if copy_id(source, target, each) not in ours]


def size_of_files(store: Store, project_id: str, asset_ids: Iterable[str]) -> int:
    """Return how many bytes the files of assets take."""
    collection = store.assets(project_id).name
    return sum(size_of(str(media_directory(store.root, collection, each))) for each in asset_ids)


def copy(
    store: Store, source: str, target: str, asset_ids: Iterable[str], check_room: CheckRoom
) -> None:
    """Copy assets of a project into another one, unless it has them; what is gone is left out.

    Raises NotFoundError without the other project, and what `check_room` raises if files have to
    be copied because the disk has no hard links.
    """
    for asset_id in uncopied(store, source, target, asset_ids):
        try:
            data = store.assets(source).snapshot(asset_id).data
        except NotFoundError:
            continue
        copied = _as_copy(data, source, target, asset_id)
        _copy(store, source, asset_id, copied, check_room)


def renamed(data: bytes, source: str, target: str, asset_ids: Iterable[str]) -> bytes:
    """Return a document of a project as it is in another one: it names the copies of assets."""
    ids = {each.encode(): copy_id(source, target, each).encode() for each in asset_ids}
    data = data.replace(_addresses(source), _addresses(target))
    return _IDS.sub(lambda match: ids.get(match[0], match[0]), data)


def _addresses(project_id: str) -> bytes:
    return f"/api/projects/{project_id}/assets/".encode()


def _as_copy(data: bytes, source: str, target: str, asset_id: str) -> Asset:
    """Return the document of the copy of an asset."""
    copied: Asset = orjson.loads(renamed(data, source, target, [asset_id]))
    now = now_ms()
    return copied | {"projectId": target, "createdAt": now, "updatedAt": now}


def _copy(store: Store, source: str, asset_id: str, copied: Asset, check_room: CheckRoom) -> None:
    table = store.assets(copied["projectId"])
    files = str(media_directory(store.root, store.assets(source).name, asset_id))
    with suppress(ExistsError), table.stage(copied) as directory:
        link_files(store.disk, files, f"{directory}/{MEDIA}", lambda _name: True, check_room)
        table.add_directory(copied["id"], directory)
