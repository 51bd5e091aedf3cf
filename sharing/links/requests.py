"""Links that clients order: to what exists, for as long as they say."""

from collections.abc import Mapping
from typing import Any

from access.projects import check
from accounts.identity import Identity
from errors import FieldsError
from projects.assets import service as assets
from schemas.links import EXPORT, UPLOAD
from sharing.links import service, uploads
from storage.media.media_files import StoredFile
from storage.paths import WorkRef
from storage.store import Store
from works.slots import AUDIO, REFERENCE, Slot, slot_of_path
from works.work_media import media_files

_NO_TARGET = {"kind", "expiresIn"}  # of the body: all else says what the link opens


def make(
    store: Store, identity: Identity, body: Mapping[str, Any], secret: bytes | None = None
) -> service.NewLink:
    """Make a link, as `service.create`. Raises NotFoundError, FieldsError, ForbiddenError."""
    kind, seconds = body["kind"], body["expiresIn"]
    target = {name: value for name, value in body.items() if name not in _NO_TARGET}
    identity.require(service.scope_of(kind, target))
    check(store, target["projectId"], identity.user_id, service.RIGHTS[kind])
    if kind == UPLOAD:
        return _make_upload(store, identity, target, seconds, secret)
    if kind == EXPORT:
        store.exports(WorkRef.named_in(target)).snapshot(target["exportId"])
    else:
        open_media(store, target).file.close()
    return service.create(store, identity, kind, target, seconds, secret)


def open_media(store: Store, target: Mapping[str, Any]) -> StoredFile:
    """Open the file of a link of kind `media`; the caller closes it.

    Raises NotFoundError, and FieldsError if a work has no such file.
    """
    if "assetId" in target:
        return assets.open_file(store, target["projectId"], target["assetId"])
    slot = _slot(target["media"])
    return media_files(store, WorkRef.named_in(target)).open(slot.name, slot.types)


def _make_upload(
    store: Store,
    identity: Identity,
    target: Mapping[str, Any],
    seconds: int,
    secret: bytes | None,
) -> service.NewLink:
    work_id = target.get("workId")
    if work_id is not None:  # for which an image is selected
        identity.require("works:write")
        store.works(target["projectId"]).snapshot(work_id)
    return uploads.make(
        store,
        identity,
        target["projectId"],
        seconds,
        work_id=work_id,
        name=target.get("name"),
        secret=secret,
    )


def _slot(path: str) -> Slot:
    slot = slot_of_path(path)
    if slot is None:
        scene = "scene/<index>/image, video or voice"
        known = f"{scene}, {AUDIO.path} or {REFERENCE.path}"
        raise FieldsError({"media": [f"Must be {known}."]})
    return slot
