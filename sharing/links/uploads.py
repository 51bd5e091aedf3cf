"""Links for the upload of one file, which becomes an asset.

The asset's id is chosen when the link is made, so a link creates one asset at most, even if the
upload is repeated in another process or after a crash. A PUT that broke off can be repeated; if its
response got lost, the same bytes are answered with the same asset.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from accounts.identity import Identity
from errors import FieldsError, GoneError
from projects.assets import service as assets
from projects.assets import uploads
from schemas.links import UPLOAD
from sharing.links import service
from storage.documents.snapshots import Snapshot
from storage.errors import ExistsError, NotFoundError
from storage.media.media_files import Upload
from storage.paths import WorkRef, new_id
from storage.store import Store
from works.service import select_asset


def make(
    store: Store,
    identity: Identity,
    project_id: str,
    seconds: int,
    *,
    work_id: str | None = None,
    name: str | None = None,
    secret: bytes | None = None,
) -> service.NewLink:
    """Create a link for the upload of an asset, valid for some seconds.

    An image is selected for the work, if there is one; `name` is the name of the file. Raises as
    `service.create`.
    """
    names = {"projectId": project_id, "workId": work_id, "assetId": new_id("asset"), "name": name}
    target = {key: value for key, value in names.items() if value is not None}
    return service.create(store, identity, UPLOAD, target, seconds, secret)


def check_unused(store: Store, link: service.Link, size: int | None) -> None:
    """Raise GoneError if a link was used for another file than one of this size.

    A size of None is unknown.
    """
    target = link["target"]
    try:
        asset = store.assets(target["projectId"]).snapshot(target["assetId"]).values
    except NotFoundError:
        if link["usedAt"] is not None:
            raise _used(target, " It was deleted since.") from None
        return
    if size not in (None, asset["size"]):
        raise _used(target)


def receive(store: Store, link: service.Link, upload: Upload) -> Snapshot:
    """Create the asset of a link from a received file, or return the asset of an earlier request.

    Raises GoneError if that was another file, and as `assets.uploads.create`.
    """
    target = link["target"]
    project_id, asset_id = target["projectId"], target["assetId"]
    check_unused(store, link, upload.file.size)
    digest = upload.file.digest()  # before the file is moved
    if asset_id not in store.assets(project_id).documents:
        named = upload._replace(filename=target.get("name") or upload.filename)
        with suppress(ExistsError):  # a request at the same time was faster
            uploads.create(store, project_id, named, {}, asset_id)
            return _complete(store, link)
    stored = assets.open_file(store, project_id, asset_id)
    with stored.file:
        if stored.digest() != digest:
            raise _used(target)
    return _complete(store, link)


def _complete(store: Store, link: service.Link) -> Snapshot:
    """Select a new asset for the work of its link, and note that the link was used; return it."""
    target = link["target"]
    asset = store.assets(target["projectId"]).snapshot(target["assetId"])
    if link["usedAt"] is None:
        if "workId" in target and asset.values["type"] == "image":
            # If the work was deleted, or has no room for more, the asset is just the project's.
            with suppress(NotFoundError, FieldsError):
                select_asset(store, WorkRef.named_in(target), asset.values["id"])
        service.mark_used(store, link["id"])
    return asset


def _used(target: Mapping[str, Any], more: str = "") -> GoneError:
    details = f"It uploaded {target['assetId']}.{more} Ask for a new link for another file."
    return GoneError("This link was used", details)
